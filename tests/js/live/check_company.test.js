import assert from "node:assert/strict";
import test from "node:test";
import { play } from "../../../static/js/live/check/devices.js";

// What the check's scripts expect of a page when they are read.
Object.assign(globalThis, { window: new EventTarget(), document: new EventTarget(), HTMLElement: EventTarget });
const { beginHere } = await import("../../../static/js/live/check/inline.js");

/** The browser's sound, which says what it is told. */
function loudspeakers() {
  const told = [];
  class Node {
    connect() {}
    disconnect() {
      told.push("silent");
    }
    start() {
      told.push("note");
    }
    stop() {}
  }
  Object.assign(globalThis, { GainNode: Node, OscillatorNode: Node });
  return { told, context: { state: "running", currentTime: 0, resume: async () => {} } };
}

test("with company nothing is tried, also when it came while the check was fetched", () => {
  const untouchable = new Proxy({}, { get: (_, name) => assert.fail(`touched ${String(name)}`) });
  const mesh = { people: [{ id: 2, name: "Lev" }], addEventListener: untouchable };
  assert.equal(beginHere({ section: untouchable, media: untouchable, mesh, readiness: untouchable }), null);
});

test("two soft notes fall silent at once when somebody comes", async () => {
  const { told, context } = loudspeakers();
  const stopping = new AbortController();
  const playing = play(context, null, stopping.signal);
  setTimeout(() => stopping.abort(), 20);
  const begun = performance.now();
  await playing;
  assert.ok(performance.now() - begun < 500);
  assert.deepEqual(told, ["note", "note", "silent"]);
});

test("and are not begun when somebody is there already", async () => {
  const { told, context } = loudspeakers();
  assert.equal(await play(context, null, AbortSignal.abort()), false);
  assert.deepEqual(told, []);
});
