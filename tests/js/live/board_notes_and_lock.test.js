import assert from "node:assert/strict";
import test from "node:test";
import { keyOf } from "../../../static/js/live/board_log.js";
import { Log, shown, sit, write } from "./board_scene.js";
import { listen, settle } from "./fakes.js";

const noted = (board) => board.drawings().map(({ kind, sender, mark: { points, text: words } }) => [kind, sender, points[0], words]);
const note = (text, x = 100) => ({ colour: "ink", width: 28, points: [x, 100], text });

test("a note is moved and rewritten for everybody, stays whose it was, and each undoes their own change", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1, { isMentor: true }).board, sit(log, 2).board];
  lev.draw("note", note("a"));
  write(mira, "above");
  await settle();
  const [{ client_id: name }] = lev.drawings();
  mira.edit(`2:${name}`, note("a", 700));
  await settle();
  lev.edit(`2:${name}`, note("b", 700));
  await settle();
  assert.deepEqual(noted(mira)[0], ["note", 2, 700, "b"]);
  assert.deepEqual(noted(lev), noted(mira));
  lev.undo();
  await settle();
  assert.deepEqual(noted(mira)[0], ["note", 2, 700, "a"]);
  mira.undo();
  await settle();
  assert.deepEqual(noted(lev)[0], ["note", 2, 100, "a"]);
  lev.redo();
  await settle();
  const late = sit(log, 3).board;
  await settle();
  assert.deepEqual([noted(lev)[0], noted(late)], [["note", 2, 700, "b"], noted(mira)]);
});

test("a note we have changed is drawn among what is not confirmed, until it is", async () => {
  const log = new Log();
  const { board } = sit(log, 1);
  board.draw("note", note("a"));
  await settle();
  const changes = listen(board, "change");
  board.edit(keyOf(board.drawings()[0]), note("a", 700));
  assert.deepEqual([board.unconfirmed().length, changes.map(({ added }) => added)], [1, [null]]);
  await settle();
  assert.deepEqual([board.unconfirmed().length, noted(board)], [0, [["note", 1, 700, "a"]]]);
});

test("changing an erased note brings nothing back, and my notes are mine and the mentor's to change", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1, { isMentor: true }).board, sit(log, 2).board];
  mira.draw("note", note("hers"));
  lev.draw("note", note("his"));
  await settle();
  assert.deepEqual([mira, lev].map((board) => board.drawings().map((one) => board.mayEdit(one))), [[true, true], [false, true]]);
  const key = keyOf(lev.drawings()[1]);
  mira.erase([key]);
  await settle();
  lev.edit(key, note("late"));
  await settle();
  assert.deepEqual(noted(mira).map(([, , , words]) => words), ["hers"]);
  lev.hearLock({ on: true });
  assert.equal(lev.mayEdit({ sender: 2 }), false);
});

// The mentor's lock

const LOCKED = { code: "board_locked", message: "Your mentor has locked the whiteboard." };

/** The mentor presses; `tells` whom the news reaches. */
function turnLock(log, on, tells = []) {
  log.isLocked = on;
  log.refusal = on ? LOCKED : null;
  for (const board of tells) board.hearLock({ on });
}

test("while the mentor has locked the board I begin nothing, and what I had under the pen waits until it is unlocked", async () => {
  const log = new Log();
  const { board, clock } = sit(log, 2);
  const refused = listen(board, "refused");
  write(board, "before");
  await settle();
  turnLock(log, true, [board]);
  assert.deepEqual([board.isBarred, board.canUndo], [true, false]);
  board.clear();
  board.addPage();
  board.choosePaper("lines");
  board.undo();
  write(board, "under the pen");
  await settle();
  assert.deepEqual([shown(board), board.pages, board.waiting, refused.length], [["before", "under the pen"], 1, 1, 0]);
  turnLock(log, false, [board]);
  await settle();
  assert.deepEqual([log.deeds.map(({ mark: { text } }) => text), board.waiting, board.canUndo], [["before", "under the pen"], 0, true]);
  await clock.pass(30_000);
  assert.equal(log.deeds.length, 2);
});

test("what was drawn without a line before I knew of the lock waits over a reload, in order, and arrives once", async () => {
  const log = new Log();
  const first = sit(log, 2);
  log.isUp = false;
  write(first.board, "one", "two");
  await settle();
  turnLock(log, true);
  log.isUp = true;
  first.enter();
  await settle();
  const again = sit(log, 2, { memory: first.memory });
  await settle();
  assert.deepEqual([shown(again.board), again.board.isBarred, log.deeds.length], [["one", "two"], true, 0]);
  turnLock(log, false, [again.board]);
  await settle();
  assert.deepEqual([shown(again.board), log.deeds.length, again.memory.size], [["one", "two"], 2, 0]);
});

test("news of the lock that got lost are made up for by the refusal, and a lost unlocking by trying again", async () => {
  const log = new Log();
  const { board, clock } = sit(log, 2);
  turnLock(log, true);
  write(board, "a");
  await settle();
  assert.equal(board.isBarred, true);
  turnLock(log, false);
  await clock.pass(11_000);
  assert.deepEqual([log.deeds.length, board.waiting, board.isBarred], [1, 0, false], "what is taken after a refusal says that it is unlocked");
});

test("a refusal that comes after the news of the unlocking bars nobody for long", async () => {
  const log = new Log();
  const { board, clock } = sit(log, 2, { hears: false });
  turnLock(log, true);
  write(board, "a");
  turnLock(log, false, [board]);
  log.refusal = LOCKED;
  await settle();
  log.refusal = null;
  assert.equal(board.isBarred, true);
  write(board, "b");
  await clock.pass(11_000);
  assert.deepEqual([log.deeds.length, board.isBarred, board.canUndo], [2, false, true]);
});

test("a lock that is older than what I draw stays when that is taken", async () => {
  const log = new Log();
  const { board } = sit(log, 2);
  write(board, "a");
  board.hearLock({ on: true });
  await settle();
  assert.deepEqual([log.deeds.length, board.isBarred], [1, true]);
});

test("what is under way when I am asked to leave is kept until I am let back in", async () => {
  const log = new Log();
  const first = sit(log, 2);
  const refused = listen(first.board, "refused");
  log.refusal = { code: "removed", message: "Your mentor has asked you to leave this session." };
  write(first.board, "under the pen");
  await settle();
  assert.deepEqual([shown(first.board), refused], [["under the pen"], []]);
  log.refusal = null;
  const back = sit(log, 2, { memory: first.memory });
  await settle();
  assert.deepEqual([log.deeds.length, shown(back.board), back.memory.size], [1, ["under the pen"], 0]);
});

test("the mentor draws on a locked board", async () => {
  const log = new Log();
  const { board } = sit(log, 1, { isMentor: true });
  board.hearLock({ on: true });
  write(board, "a");
  board.addPage();
  await settle();
  assert.deepEqual([board.isBarred, board.pages, log.deeds.length], [false, 2, 2]);
});
