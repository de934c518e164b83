import assert from "node:assert/strict";
import test from "node:test";
import { Topics } from "../../../static/js/live/topics.js";
import { FakeClock, listen, Memory, settle } from "./fakes.js";

const AT = "2026-01-01T10:00:00+00:00";
const list = (...covered) => [1, 2].map((id) => ({ id, name: `Topic ${id}`, covered_at: covered.includes(id) ? AT : null }));

function checklist(send = async () => ({}), memory = new Memory()) {
  const sent = [];
  const clock = new FakeClock();
  const part = new Topics({ send: (tick) => { sent.push(tick); return send(tick); }, me: 1, room: "here", clock, memory });
  const changes = listen(part, "change");
  part.enter({ topics: list() });
  return { part, sent, drawn: () => changes.at(-1).topics.map((one) => [one.isCovered, one.isPending]), changes, memory, clock };
}

test("a tick is drawn at once and settled by the server's list", async () => {
  const { part, sent, drawn } = checklist();
  part.mark(2, true);
  assert.deepEqual(drawn(), [[false, false], [true, true]]);
  part.hear({ topics: list(2) });
  await settle();
  assert.deepEqual(drawn(), [[false, false], [true, false]]);
  assert.deepEqual(sent, [{ topic: 2, covered: true }]);
});

test("what is refused goes back, with the reason", async () => {
  const refuse = async () => { throw Object.assign(new Error("Only the mentor ticks topics off."), { code: "not_allowed" }); };
  const { part, drawn } = checklist(refuse);
  const problems = listen(part, "problem");
  part.mark(1, true);
  await settle();
  assert.deepEqual(drawn(), [[false, false], [false, false]]);
  assert.equal(problems[0].message, "Only the mentor ticks topics off.");
});

test("a tick that was lost with the line goes out when we are in again", async () => {
  let isDown = true;
  const { part, sent, drawn } = checklist(async () => { if (isDown) throw new Error("not in the room now"); return {}; });
  part.mark(1, true);
  await settle();
  assert.deepEqual(drawn(), [[true, true], [false, false]]);
  isDown = false;
  part.enter({ topics: list() });
  await settle();
  assert.equal(sent.length, 2);
  assert.deepEqual(sent.at(-1), { topic: 1, covered: true });
});

test("only what somebody else covered is news", () => {
  const { part, changes } = checklist();
  part.hear({ topics: list(1) });
  assert.equal(changes.at(-1).isNews, true);
  part.hear({ topics: list() });
  assert.equal(changes.at(-1).isNews, false);
});

test("a tick that was lost outlives a reload, and only the latest word about a topic is sent", async () => {
  const before = checklist(async () => { throw new Error("not in the room now"); });
  before.part.mark(1, true);
  before.part.mark(2, true);
  before.part.mark(1, false);
  await settle();
  const after = checklist(undefined, before.memory);
  assert.deepEqual(after.drawn(), [[false, true], [true, true]]);
  await settle();
  assert.deepEqual(after.sent, [{ topic: 2, covered: true }, { topic: 1, covered: false }]);
  assert.equal(after.memory.size, 0);
});

test("a tick the server had no time for goes again by itself", async () => {
  let isCalm = false;
  const { part, sent, drawn, clock } = checklist(async () => { if (!isCalm) throw Object.assign(new Error("Slower."), { code: "too_many" }); return {}; });
  part.mark(1, true);
  await settle();
  assert.deepEqual(drawn()[0], [true, true]);
  isCalm = true;
  await clock.pass(1500);
  part.hear({ topics: list(1) });
  assert.deepEqual([sent.length, drawn()[0]], [2, [true, false]]);
});
