import assert from "node:assert/strict";
import test from "node:test";
import { Chat } from "../../../static/js/live/chat.js";
import { forgetOld } from "../../../static/js/live/outbox.js";
import { putInOrder } from "../../../static/js/live/view/chat_panel.js";
import { FakeClock, listen, Memory, settle } from "./fakes.js";

let latest = 100;
const stored = ({ client_id, text }) => ({ client_id, sender: 1, name: "Mira", text, sent_at: "2026-01-01T10:00:00+00:00", number: (latest += 1) });
const lost = async () => { throw new Error("not in the room now"); };
const refusal = (code, message) => async () => { throw Object.assign(new Error(message), { code }); };

function chat(send = async (line) => stored(line), { memory = new Memory(), now = Date.now } = {}) {
  let number = 0;
  const sent = [];
  const run = memory.size ? "later" : "id";
  const clock = new FakeClock();
  const part = new Chat({
    send: (line) => { sent.push(line); return send(line); },
    newId: () => `${run}-${(number += 1)}`,
    me: 1, room: "here", clock, memory,
  });
  part.outbox.today = now;
  part.enter({ chat: [] });
  return { part, sent, clock, memory };
}

const drawn = (part) => part.lines.map(({ text, state }) => [text, state]);

test("a line is drawn at once and settled by the answer", async () => {
  const { part } = chat();
  part.say("  Hello  ");
  assert.deepEqual(drawn(part), [["Hello", "sending"]]);
  await settle();
  assert.deepEqual(drawn(part), [["Hello", "sent"]]);
});

test("the server's echo and its answer are one line", async () => {
  const { part, sent } = chat();
  const heard = listen(part, "heard");
  part.say("Hello");
  part.hear(stored(sent[0]));
  await settle();
  assert.equal(part.lines.length, 1);
  assert.equal(heard.length, 0);
});

test("nothing but blanks is not sent", () => {
  const { part, sent } = chat();
  part.say(" \n ");
  assert.deepEqual([part.lines, sent], [[], []]);
});

test("what was lost goes again after a reconnect, under the same id", async () => {
  let isUp = false;
  const { part, sent } = chat(async (line) => {
    if (!isUp) throw new Error("not in the room now");
    return stored(line);
  });
  part.say("Are you there?");
  await settle();
  assert.deepEqual(drawn(part), [["Are you there?", "sending"]]);
  isUp = true;
  part.enter({ chat: [] });
  await settle();
  assert.deepEqual(drawn(part), [["Are you there?", "sent"]]);
  assert.deepEqual(sent.map(({ client_id }) => client_id), ["id-1", "id-1"]);
});

test("a line that did arrive before the line broke is not sent again", async () => {
  const { part, sent } = chat(async () => { throw new Error("timeout"); });
  part.say("Once");
  await settle();
  part.enter({ chat: [stored({ client_id: "id-1", text: "Once" })] });
  await settle();
  assert.equal(sent.length, 1);
  assert.deepEqual(drawn(part), [["Once", "sent"]]);
});

test("a line that cannot be stays, with the reason, and what comes after it goes out", async () => {
  const refuse = refusal("invalid", "Write something first.");
  const { part } = chat((line) => (line.text === "\u200b" ? refuse() : Promise.resolve(stored(line))));
  part.say("\u200b");
  part.say("Words");
  await settle();
  assert.deepEqual(part.lines.map(({ state, problem }) => [state, problem]), [["refused", "Write something first."], ["sent", undefined]]);
});

test("too fast for the server, or trouble on its side, is no end: the line is still being sent, and goes", async () => {
  for (const code of ["too_many", "error"]) {
    let isCalm = false;
    const refuse = refusal(code, "Please try again.");
    const { part, clock, sent } = chat((line) => (isCalm ? Promise.resolve(stored(line)) : refuse()));
    part.say("again and again");
    await clock.pass(2500);
    assert.deepEqual(drawn(part), [["again and again", "sending"]], code);
    isCalm = true;
    await clock.pass(2000);
    assert.deepEqual(drawn(part), [["again and again", "sent"]], code);
    assert.equal(new Set(sent.map(({ client_id }) => client_id)).size, 1);
  }
});

test("what was written offline outlives a reload, in its order, and leaves the browser once the server has it", async () => {
  const before = chat(lost);
  before.part.wait();
  before.part.say("One");
  before.part.say("Two");
  await settle();
  const after = chat(async (line) => stored(line), { memory: before.memory });
  assert.deepEqual(drawn(after.part), [["One", "sending"], ["Two", "sending"]]);
  await settle();
  assert.deepEqual([drawn(after.part), after.memory.size], [[["One", "sent"], ["Two", "sent"]], 0]);
  assert.deepEqual(after.sent.map(({ client_id }) => client_id), ["id-1", "id-2"]);
});

test("what was kept for somebody else, or for another room, is not said here", async () => {
  const before = chat(lost);
  before.part.say("Mine, here");
  await settle();
  const sent = [];
  for (const [me, room] of [[2, "here"], [1, "there"]]) {
    const part = new Chat({ send: async (line) => { sent.push(line); return stored(line); }, newId: () => "x", me, room, clock: new FakeClock(), memory: before.memory });
    part.enter({ chat: [] });
  }
  await settle();
  assert.deepEqual(sent, []);
});

test("a line is kept for a day at most, whichever room is entered next", async () => {
  const day = 86_400_000;
  const old = chat(lost, { now: () => Date.now() - day - 1000 });
  old.part.say("Yesterday");
  assert.equal(old.memory.size, 1);
  const { part, sent } = chat(async (line) => stored(line), { memory: old.memory });
  await settle();
  assert.deepEqual([drawn(part), sent], [[], []]);
  old.memory.setItem("peerlearn.unsent.chat.there.1", JSON.stringify([{ client_id: "a", text: "Today", at: Date.now() }]));
  old.memory.setItem("peerlearn.room.side", "{}");
  const storage = Object.assign(Object.create(old.memory), Object.fromEntries(old.memory));
  const gone = [];
  storage.getItem = (key) => old.memory.get(key) ?? null;
  storage.removeItem = (key) => gone.push(key);
  forgetOld(storage);
  assert.deepEqual(gone, ["peerlearn.unsent.chat.here.1"]);
});

test("both sides read one order: what was missed stands above one's own line that waited, and stays there", async () => {
  let isUp = false;
  const { part } = chat((line) => (isUp ? Promise.resolve(stored(line)) : lost()));
  const theirs = (text) => ({ ...stored({ client_id: text, text }), sender: 2, name: "Lev" });
  const first = theirs("First");
  part.hear(first);
  part.wait();
  part.say("Mine");
  await settle();
  const missed = theirs("Missed");
  isUp = true;
  part.enter({ chat: [first, missed] });
  assert.deepEqual(drawn(part).map(([text]) => text), ["First", "Missed", "Mine"]);
  await settle();
  part.hear(theirs("Last"));
  assert.deepEqual(drawn(part).map(([text]) => text), ["First", "Missed", "Mine", "Last"]);
});

test("a file on its way stands where it began, among the lines", async () => {
  const { part } = chat();
  part.say("Before");
  await settle();
  part.transfer({ id: "file", sender: 2, name: "notes.pdf", size: 5, state: "going" }, "Lev");
  part.say("After");
  await settle();
  part.transfer({ id: "file", sender: 2, name: "notes.pdf", size: 5, state: "done" }, "Lev");
  assert.deepEqual(part.lines.map(({ text }) => text), ["Before", "notes.pdf", "After"]);
});

/** As much of an element with children as putting them in order needs; remembers which were touched. */
function listOf(...children) {
  const list = { children, touched: [] };
  const link = () => list.children.forEach((child, at) => (child.nextElementSibling = list.children[at + 1] ?? null));
  list.insertBefore = (child, before) => {
    list.touched.push(child.id);
    list.children = list.children.filter((one) => one !== child);
    list.children.splice(before ? list.children.indexOf(before) : list.children.length, 0, child);
    link();
  };
  Object.defineProperty(list, "firstElementChild", { get: () => list.children[0] ?? null });
  link();
  return list;
}

test("on the page only what is new is put in; what stands in its place is left alone", () => {
  const [a, b, c] = ["a", "b", "c"].map((id) => ({ id }));
  const list = listOf(a, c);
  putInOrder(list, [a, b, c]);
  assert.deepEqual([list.children.map(({ id }) => id), list.touched], [["a", "b", "c"], ["b"]]);
  putInOrder(list, [a, b, c]);
  putInOrder(list, [a, c, b]);
  assert.deepEqual([list.children.map(({ id }) => id), list.touched], [["a", "c", "b"], ["b", "c"]]);
});

test("what others say is heard once", () => {
  const { part } = chat();
  const heard = listen(part, "heard");
  const line = { client_id: "theirs-1", sender: 2, name: "Lev", text: "Hi", sent_at: "2026-01-01T10:00:00+00:00", number: 7 };
  part.hear(line);
  part.hear(line);
  assert.deepEqual(heard.map((event) => event.line.text), ["Hi"]);
  assert.equal(part.lines.length, 1);
});

test("a line of ours knows whom it has reached, by the numbers in their statuses", async () => {
  let number = 10;
  const { part } = chat(async (line) => ({ ...stored(line), number: (number += 1) }));
  part.say("One");
  part.say("Two");
  await settle();
  assert.deepEqual(part.lines.map(({ reached }) => reached), [[], []]);
  part.reach(7, "Lev", 11);
  assert.deepEqual(part.lines.map(({ reached }) => reached), [["Lev"], []]);
  part.reach(7, "Lev", 12);
  part.reach(7, "Lev", 3); // an old status, late
  part.reach(8, "Ana", 12);
  assert.deepEqual(part.lines.map(({ reached }) => reached), [["Lev", "Ana"], ["Lev", "Ana"]]);
});

test("how far we have got is told once for each later line", async () => {
  const { part } = chat();
  const told = listen(part, "got");
  const line = (number) => ({ ...stored({ client_id: `theirs-${number}`, text: "Hm" }), sender: 7, number });
  part.enter({ chat: [line(3), line(4)] });
  part.hear(line(4));
  part.hear(line(9));
  assert.deepEqual(told.map(({ number }) => number), [3, 4, 9]);
  assert.equal(part.latest, 9);
  assert.equal(part.lines[0].reached, undefined, "only our own lines have ticks");
});

test("while the line to the server is down, what is not sent says that it waits", async () => {
  let isUp = false;
  const { part } = chat(async (line) => {
    if (!isUp) throw new Error("not in the room now");
    return stored(line);
  });
  part.wait();
  part.say("Later");
  assert.deepEqual(drawn(part), [["Later", "waiting"]]);
  isUp = true;
  part.enter({ chat: [] });
  await settle();
  assert.deepEqual(drawn(part), [["Later", "sent"]]);
});
