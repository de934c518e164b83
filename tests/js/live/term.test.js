import assert from "node:assert/strict";
import test from "node:test";
import { tell } from "../../../static/js/live/clock.js";
import { Term } from "../../../static/js/live/recorder/term.js";
import { settle } from "./fakes.js";

/** A capture that finishes when the test lets it. */
class SlowCapture extends EventTarget {
  isAskedToStop = false;
  stop() { this.isAskedToStop = true; }
  over(pieces = 2) { tell(this, "over", { pieces }); }
}

function made({ start = async () => {} } = {}) {
  const captures = [];
  const log = [];
  const failed = [];
  const term = new Term({
    fail: (reason) => failed.push(reason),
    make() {
      const capture = new SlowCapture();
      const number = captures.push(capture);
      return { capture, start: async () => { log.push(`start ${number}`); await start(capture); }, close: () => log.push(`close ${number}`) };
    },
  });
  return { term, captures, log, failed };
}

test("stopped and asked for again, it begins anew when the first capture is over", async () => {
  const { term, captures, log, failed } = made();
  term.start();
  await settle();
  term.stop();
  term.start();
  await settle();
  assert.deepEqual(log, ["start 1"], "one after the other");
  captures[0].over(0);
  await settle();
  assert.deepEqual(log, ["start 1", "close 1", "start 2"]);
  assert.deepEqual(failed, []);
});

test("begun and stopped before it runs, it stops as soon as it does", async () => {
  const { term, captures, log } = made();
  term.start();
  captures[0].isAskedToStop = false;
  term.stop();
  captures[0].isAskedToStop = false; // its recorder was not there yet
  await settle();
  assert.equal(captures[0].isAskedToStop, true);
  captures[0].over(0);
  await settle();
  assert.deepEqual(log, ["start 1", "close 1"]);
});

test("an encoder that breaks off is begun anew, one that gives nothing is given up", async () => {
  const { term, captures, failed } = made();
  term.start();
  await settle();
  captures[0].over(12);
  await settle();
  assert.equal(captures.length, 2);
  captures[1].over(0);
  await settle();
  assert.deepEqual([captures.length, failed], [2, ["unable"]]);
});

test("a browser that cannot begin says so once and is not tried again", async () => {
  const { term, captures, failed, log } = made({ start: async () => { throw new TypeError("no MediaRecorder here"); } });
  term.start();
  await settle();
  term.stop();
  term.start();
  await settle();
  assert.deepEqual([captures.length, failed, log], [1, ["unable"], ["start 1", "close 1"]]);
});

test("a full device ends it for this page, with the reason", async () => {
  const { term, captures, failed } = made();
  term.start();
  await settle();
  tell(captures[0], "stuck", { reason: "full" });
  captures[0].over(4);
  term.start();
  await settle();
  assert.deepEqual([captures.length, failed], [1, ["full"]]);
});

test("a late no to a capture that is being stopped does not end the next wish", async () => {
  const { term, captures } = made();
  term.start();
  await settle();
  term.stop();
  term.start();
  term.lapse(captures[0]);
  captures[0].over();
  await settle();
  assert.equal(captures.length, 2);
  term.lapse(captures[1]);
  captures[1].over();
  await settle();
  assert.deepEqual([captures.length, captures[1].isAskedToStop], [2, true]);
});
