import assert from "node:assert/strict";
import test from "node:test";
import { Chat } from "../../../static/js/live/chat.js";
import { listen, settle } from "./fakes.js";

const stored = ({ client_id, text }) => ({ client_id, sender: 1, name: "Mira", text, sent_at: "2026-01-01T10:00:00+00:00" });

function chat(send = async (line) => stored(line)) {
  let number = 0;
  const sent = [];
  const part = new Chat({ send: (line) => { sent.push(line); return send(line); }, newId: () => `id-${(number += 1)}` });
  part.enter({ me: 1, chat: [] });
  return { part, sent };
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
  part.enter({ me: 1, chat: [] });
  await settle();
  assert.deepEqual(drawn(part), [["Are you there?", "sent"]]);
  assert.deepEqual(sent.map(({ client_id }) => client_id), ["id-1", "id-1"]);
});

test("a line that did arrive before the line broke is not sent again", async () => {
  const { part, sent } = chat(async () => { throw new Error("timeout"); });
  part.say("Once");
  await settle();
  part.enter({ me: 1, chat: [stored({ client_id: "id-1", text: "Once" })] });
  await settle();
  assert.equal(sent.length, 1);
  assert.deepEqual(drawn(part), [["Once", "sent"]]);
});

test("a refused line stays, with the reason", async () => {
  const { part } = chat(async () => { throw Object.assign(new Error("A little slower, please."), { code: "too_many" }); });
  part.say("again and again");
  await settle();
  assert.deepEqual(part.lines.map(({ state, problem }) => [state, problem]), [["refused", "A little slower, please."]]);
});

test("what others say is heard once", () => {
  const { part } = chat();
  const heard = listen(part, "heard");
  const line = { client_id: "theirs-1", sender: 2, name: "Lev", text: "Hi", sent_at: "2026-01-01T10:00:00+00:00" };
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
  part.enter({ me: 1, chat: [line(3), line(4)] });
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
  part.enter({ me: 1, chat: [] });
  await settle();
  assert.deepEqual(drawn(part), [["Later", "sent"]]);
});
