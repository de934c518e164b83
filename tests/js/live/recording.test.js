import assert from "node:assert/strict";
import test from "node:test";
import { Recording } from "../../../static/js/live/recording.js";
import { listen, settle } from "./fakes.js";

const ME = 7;
const OTHER = 8;
const state = (news = {}) => ({ is_allowed: true, is_wanted: true, is_on: true, agreed: [ME, OTHER], asked: [], recorder: ME, stopped_by: null, is_declined: false, ...news });
const OFF = state({ is_wanted: false, is_on: false, agreed: [], recorder: null });

function made(ask = async () => ({})) {
  const asked = [];
  const part = new Recording({ me: ME, ask: (event, payload) => { asked.push([event, payload]); return ask(); } });
  return { part, asked, captures: listen(part, "capture"), news: listen(part, "news"), changes: listen(part, "change"), problems: listen(part, "problem") };
}

test("our browser captures while it is named, and no longer", () => {
  const { part, captures } = made();
  part.hear(state({ is_on: false, asked: [OTHER], recorder: null }));
  assert.deepEqual(captures, []);
  part.hear(state());
  part.hear(state());
  part.hear(state({ recorder: OTHER }));
  assert.deepEqual(captures.map((one) => one.isWanted), [true, false]);
});

test("who comes in while it runs is told by the mark and not by a note", () => {
  const { part, news, changes } = made();
  part.hear(state({ recorder: OTHER }), false);
  assert.deepEqual(news, []);
  assert.equal(changes.at(-1).state.is_on, true);
});

test("it says when it begins, waits, is stopped and is refused", () => {
  const { part, news } = made();
  part.hear(state());
  part.hear(state({ is_on: false, asked: [9] }));
  part.hear(state());
  part.hear({ ...OFF, stopped_by: OTHER });
  part.hear(state({ is_on: false, asked: [OTHER] }));
  part.hear({ ...OFF, stopped_by: OTHER, is_declined: true });
  assert.deepEqual(news.map(({ what, by }) => [what, by]), [["on", null], ["paused", null], ["on", null], ["stopped", OTHER], ["declined", OTHER]]);
});

test("where somebody under 18 is, it ends by a rule and by nobody", () => {
  const { part, news } = made();
  part.hear(state());
  part.hear({ ...OFF, is_allowed: false });
  assert.deepEqual(news.map(({ what, by }) => [what, by]), [["on", null], ["barred", null]]);
});

test("we are asked until we have answered", () => {
  const { part, changes } = made();
  part.hear(state({ is_on: false, asked: [ME], recorder: null }));
  assert.equal(changes.at(-1).isAsked, true);
  part.hear(state());
  assert.equal(changes.at(-1).isAsked, false);
});

test("one button begins and stops", async () => {
  const { part, asked } = made();
  part.toggle();
  part.hear(state());
  part.toggle();
  part.answer(false);
  await settle();
  assert.deepEqual(asked, [["record", { on: true }], ["record", { on: false }], ["consent", { agrees: false }]]);
});

test("what the server refuses is said in its words, a lost line in ours", async () => {
  const refused = made(async () => { throw Object.assign(new Error("Only the mentor can start a recording."), { code: "not_allowed" }); });
  await refused.part.toggle();
  assert.equal(refused.problems[0].message, "Only the mentor can start a recording.");
  const lost = made(async () => { throw new Error("not in the room now"); });
  await lost.part.toggle();
  assert.match(lost.problems[0].message, /try again/);
});

test("the end of the call ends it here", () => {
  const { part, captures, changes } = made();
  part.hear(state());
  part.stop();
  assert.equal(captures.at(-1).isWanted, false);
  assert.equal(changes.at(-1).state.is_wanted, false);
});
