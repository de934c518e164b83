import assert from "node:assert/strict";
import test from "node:test";
import { Recording } from "../../../static/js/live/recording.js";
import { FakeClock, listen, settle } from "./fakes.js";

const ME = 7;
const OTHER = 8;
const state = (news = {}) => ({ is_allowed: true, is_wanted: true, is_on: true, agreed: [ME, OTHER], asked: [], recorder: ME, stopped_by: null, is_declined: false, has_film: false, none_can: false, ...news });
const OFF = state({ is_wanted: false, is_on: false, agreed: [], recorder: null });

function made(ask = async () => ({})) {
  const asked = [];
  const clock = new FakeClock();
  const part = new Recording({ me: ME, clock, ask: (event, payload) => { asked.push([event, payload]); return ask(); } });
  return { part, clock, asked, captures: listen(part, "capture"), news: listen(part, "news"), changes: listen(part, "change"), problems: listen(part, "problem") };
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

test("a browser that cannot record says so, stops, and tells whose browser does", async () => {
  const { part, asked, captures, news } = made();
  part.hear(state());
  await part.cannot("full");
  part.hear(state({ recorder: OTHER }));
  part.hear(state({ recorder: ME }));
  await settle();
  assert.deepEqual(asked, [["cannot_record", { reason: "full" }], ["cannot_record", { reason: "full" }]], "named again, it says so again");
  assert.deepEqual(captures.map((one) => one.isWanted), [true, false]);
  assert.deepEqual(news.map(({ what, by }) => [what, by]), [["on", null], ["handed", OTHER]]);
});

test("it is said again until the server has heard it, and no longer", async () => {
  let isDown = true;
  const { part, asked, clock } = made(async () => { if (isDown) throw new Error("not in the room now"); return {}; });
  part.hear(state());
  part.cannot("unable");
  await settle();
  await clock.pass(2000);
  assert.equal(asked.length, 2);
  isDown = false;
  await clock.pass(2000);
  part.hear({ ...OFF, none_can: true });
  await clock.pass(10_000);
  assert.equal(asked.length, 3);
});

test("where no browser can, it ended by nobody", () => {
  const { part, news } = made();
  part.hear(state());
  part.hear({ ...OFF, none_can: true });
  part.hear(state());
  part.hear({ ...OFF, none_can: true, stopped_by: OTHER });
  assert.deepEqual(news.map(({ what, by }) => [what, by]), [["on", null], ["none", null], ["on", null], ["stopped", OTHER]]);
});

test("that something was captured is still known when the call is over", () => {
  const { part } = made();
  part.hear(state({ has_film: true, recorder: OTHER }));
  part.stop();
  assert.equal(part.hasFilm, true);
});
