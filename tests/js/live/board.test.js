import assert from "node:assert/strict";
import test from "node:test";
import { Log, Memory, keys, mark, shown, sit, write } from "./board_scene.js";
import { listen, settle } from "./fakes.js";

test("what I draw shows at once, and the server's answer and echo leave it one drawing", async () => {
  const log = new Log();
  const { board } = sit(log, 1);
  const changes = listen(board, "change");
  write(board, "a");
  assert.deepEqual([shown(board), board.waiting, board.unconfirmed().length], [["a"], 1, 1]);
  await settle();
  assert.deepEqual([shown(board), board.waiting, board.unconfirmed().length], [["a"], 0, 0]);
  assert.deepEqual(changes.map(({ added }) => added?.map((deed) => deed.mark.text)), [["a"]]);
});

test("both see the same in the same order, whoever drew", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  write(mira, "a");
  write(lev, "b");
  write(mira, "c");
  await settle();
  assert.deepEqual(shown(mira), shown(lev));
  assert.deepEqual(shown(mira).toSorted(), ["a", "b", "c"]);
});

test("whoever comes late gets all of it, part by part", async () => {
  const log = new Log();
  write(sit(log, 1).board, "a", "b", "c", "d", "e");
  await settle();
  log.partSize = 2;
  const late = sit(log, 2).board;
  await settle();
  assert.deepEqual(shown(late), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(log.asked.slice(-3), [32_768, 65_536, 131_072], "a quick line is asked for more each time");
});

test("a line too slow for a part is asked for less", async () => {
  const log = new Log();
  write(sit(log, 1).board, "a");
  await settle();
  const look = log.look.bind(log);
  log.look = async (wish) => {
    if (wish.most > 10_000) throw new Error("operation has timed out");
    return look(wish);
  };
  const late = sit(log, 2);
  await settle();
  await late.clock.pass(4000);
  assert.deepEqual(shown(late.board), ["a"]);
});

test("what was drawn offline is sent once after the line is back, in order, and what others did meanwhile is fetched", async () => {
  const log = new Log();
  const mira = sit(log, 1);
  const lev = sit(log, 2);
  write(lev.board, "before");
  await settle();
  log.isUp = false;
  write(lev.board, "one", "two");
  lev.board.undo();
  await settle();
  assert.deepEqual([shown(lev.board), shown(mira.board)], [["before", "one"], ["before"]]);
  log.isUp = true;
  write(mira.board, "meanwhile");
  await settle();
  lev.enter();
  await settle();
  await lev.clock.pass(10_000);
  assert.deepEqual(shown(lev.board), ["before", "meanwhile", "one"]);
  assert.deepEqual(shown(mira.board), shown(lev.board));
  assert.equal(log.deeds.length, 5);
});

/** The log does what it is asked, and nobody hears that it did; returns how to mend that. */
function loseAnswers(log) {
  const send = log.send.bind(log);
  log.send = async (...words) => {
    await send(...words);
    throw new Error("operation has timed out");
  };
  return () => { log.send = send; };
}

test("an answer that was lost on its way makes no second drawing", async () => {
  const log = new Log();
  const { board, enter } = sit(log, 1, { hears: false });
  const answerAgain = loseAnswers(log);
  write(board, "a");
  await settle();
  answerAgain();
  enter();
  await settle();
  assert.deepEqual([shown(board), board.waiting, log.deeds.length], [["a"], 0, 1]);
});

test("what was not sent yet survives a reload, and leaves the memory when it is confirmed", async () => {
  const log = new Log();
  const first = sit(log, 1);
  log.isUp = false;
  write(first.board, "kept");
  await settle();
  const again = sit(log, 1, { memory: first.memory });
  assert.deepEqual(shown(again.board), ["kept"]);
  log.isUp = true;
  again.enter();
  await settle();
  assert.deepEqual([log.deeds.length, again.memory.size, again.board.waiting], [1, 0, 0]);
});

test("a memory with nonsense in it is no memory", () => {
  const memory = new Memory([["peerlearn.unsent.board.here.1", "{nonsense"]]);
  assert.deepEqual(shown(sit(new Log(), 1, { memory }).board), []);
});

test("deeds that arrive out of order wait for what comes before them", async () => {
  const log = new Log();
  const { board, clock } = sit(log, 1, { hears: false });
  for (const text of ["a", "b", "c"]) await log.send(2, { client_id: `id-${text}`, page: 1, kind: "text", mark: mark(text), targets: null });
  board.hear(log.deeds[1]);
  assert.deepEqual(shown(board), []);
  board.hear(log.deeds[0]);
  assert.deepEqual(shown(board), ["a", "b"]);
  board.hear(log.deeds[1]);
  assert.deepEqual(shown(board), ["a", "b"]);
  await clock.pass(1000);
  assert.deepEqual(shown(board), ["a", "b"]);
});

test("a deed that was never heard is fetched when a later one shows that it is missing", async () => {
  const log = new Log();
  const { board, clock } = sit(log, 1, { hears: false });
  for (const text of ["a", "b"]) await log.send(2, { client_id: `id-${text}`, page: 1, kind: "text", mark: mark(text), targets: null });
  board.hear(log.deeds[1]);
  await clock.pass(500);
  assert.deepEqual(shown(board), ["a", "b"]);
});

test("a deed confirmed so late that it is no longer handed out is not sent for ever", async () => {
  const log = new Log();
  const { board, enter } = sit(log, 1, { hears: false });
  const answerAgain = loseAnswers(log);
  write(board, "gone");
  await settle();
  answerAgain();
  log.look = async () => ({ version: 1, upto: 1, pages: 1, deeds: [] });
  enter();
  await settle();
  enter();
  await settle();
  assert.deepEqual([shown(board), board.waiting], [[], 0]);
});

test("undo and redo are about one's own deeds, latest first, and a new deed ends redoing", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  write(mira, "a", "b");
  write(lev, "theirs");
  await settle();
  mira.undo();
  mira.undo();
  await settle();
  assert.deepEqual([shown(mira), shown(lev)], [["theirs"], ["theirs"]]);
  assert.equal(mira.canUndo, false);
  mira.redo();
  await settle();
  assert.deepEqual(shown(lev).toSorted(), ["a", "theirs"]);
  write(mira, "c");
  assert.equal(mira.canRedo, false);
  mira.undo();
  assert.equal(mira.canRedo, true);
});

test("erasing and clearing can be undone, and bring back everybody's drawings", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  write(mira, "a");
  write(lev, "b");
  await settle();
  lev.erase(keys(lev, "a"));
  await settle();
  assert.deepEqual(shown(mira), ["b"]);
  lev.undo();
  await settle();
  assert.deepEqual(shown(mira), ["a", "b"]);
  lev.clear();
  write(lev, "after");
  await settle();
  assert.deepEqual(shown(mira), ["after"]);
  lev.undo();
  lev.undo();
  await settle();
  assert.deepEqual([shown(mira), shown(lev)], [["a", "b"], ["a", "b"]]);
});

test("nobody can undo further back than the server lets them", async () => {
  const { board } = sit(new Log(), 1);
  write(board, ...Array.from({ length: 60 }, (_, at) => `${at}`));
  for (let times = 0; times < 70; times += 1) board.undo();
  await settle();
  assert.equal(shown(board).length, 10);
});

test("a new page is everybody's, each turns the pages alone, and undoing shows the page it is about", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  write(mira, "first");
  mira.addPage();
  write(mira, "second");
  await settle();
  assert.deepEqual([mira.page, lev.page, lev.pages], [2, 1, 2]);
  assert.deepEqual([shown(lev), shown(lev, 2)], [["first"], ["second"]]);
  mira.turnTo(1);
  mira.undo();
  assert.deepEqual([mira.page, shown(mira)], [2, []]);
  mira.turnTo(99);
  assert.equal(mira.page, 2);
});

test("paper is each page's own, everybody's, and undone by whoever chose it; a new page is on the same", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  assert.equal(lev.paper(), "plain");
  mira.choosePaper("lines");
  lev.choosePaper("squares");
  lev.choosePaper("squares");
  write(mira, "a");
  await settle();
  assert.deepEqual([mira.paper(), lev.paper(), log.deeds.length], ["squares", "squares", 3]);
  mira.addPage();
  await settle();
  assert.deepEqual([lev.paper(1), lev.paper(2)], ["squares", "squares"]);
  mira.choosePaper("plain");
  lev.undo();
  await settle();
  assert.deepEqual([mira.paper(1), mira.paper(2), shown(mira, 1)], ["lines", "plain", ["a"]]);
  const late = sit(log, 3).board;
  await settle();
  assert.deepEqual([late.paper(1), late.paper(2)], ["lines", "plain"]);
});

test("other paper means drawing the page anew, whether we or others chose it", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  const changes = listen(lev, "change");
  mira.choosePaper("axes");
  await settle();
  lev.choosePaper("lines");
  assert.deepEqual(changes.map(({ added }) => added), [null, null]);
});

test("a page is drawn anew only when something may have gone from it", async () => {
  const log = new Log();
  const [mira, lev] = [sit(log, 1).board, sit(log, 2).board];
  const changes = listen(lev, "change");
  const kinds = () => changes.splice(0).map(({ added }) => (added ? "on top" : "anew"));
  write(mira, "a", "b");
  await settle();
  assert.deepEqual(kinds(), ["on top", "on top"]);
  mira.undo();
  await settle();
  assert.deepEqual(kinds(), ["anew"]);
  log.isUp = false;
  lev.clear();
  await settle();
  log.isUp = true;
  kinds();
  write(mira, "c");
  await settle();
  assert.equal(kinds()[0], "anew", "our clearing is later than what was just drawn");
  assert.deepEqual(shown(lev), []);
});

test("what is refused goes away with the reason, and what comes after it is sent all the same", async () => {
  const log = new Log();
  const { board } = sit(log, 1);
  const refused = listen(board, "refused");
  log.refusal = { code: "board_full", message: "This whiteboard is full." };
  write(board, "a");
  await settle();
  log.refusal = null;
  write(board, "b");
  await settle();
  assert.deepEqual([shown(board), refused.map(({ message }) => message)], [["b"], ["This whiteboard is full."]]);
});

test("too fast, or a server in trouble for a moment, loses nothing", async () => {
  for (const code of ["too_many", "error"]) {
    const log = new Log();
    const { board, clock } = sit(log, 1);
    log.refusal = { code, message: "Please wait a moment." };
    write(board, "a", "b");
    await clock.pass(2500);
    log.refusal = null;
    await clock.pass(2500);
    assert.deepEqual([shown(board), log.deeds.length], [["a", "b"], 2]);
  }
});

test("others' strokes are seen while they are drawn, until the whole one is there or they stop", async () => {
  const { board, clock } = sit(new Log(), 1);
  const piece = { sender: 2, client_id: "s1", page: 1, kind: "stroke", mark: mark("") };
  board.sketches.hear(piece);
  board.sketches.hear(piece);
  assert.equal(board.sketches.on(1).length, 2);
  assert.equal(board.sketches.on(2).length, 0);
  board.hear({ ...piece, number: 1, targets: null });
  board.sketches.hear(piece);
  assert.equal(board.sketches.on(1).length, 0);
  board.sketches.hear({ ...piece, client_id: "s2", kind: "line" });
  board.sketches.hear({ ...piece, client_id: "s2", kind: "line" });
  assert.equal(board.sketches.on(1).length, 1);
  await clock.pass(6000);
  assert.equal(board.sketches.on(1).length, 0);
});

// Notes
