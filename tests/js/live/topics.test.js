import assert from "node:assert/strict";
import test from "node:test";
import { Topics } from "../../../static/js/live/topics.js";
import { listen, settle } from "./fakes.js";

const AT = "2026-01-01T10:00:00+00:00";
const list = (...covered) => [1, 2].map((id) => ({ id, name: `Topic ${id}`, covered_at: covered.includes(id) ? AT : null }));

function checklist(send = async () => ({})) {
  const sent = [];
  const part = new Topics({ send: (tick) => { sent.push(tick); return send(tick); } });
  const changes = listen(part, "change");
  part.enter({ topics: list() });
  return { part, sent, drawn: () => changes.at(-1).topics.map((one) => [one.isCovered, one.isPending]), changes };
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
