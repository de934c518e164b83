import assert from "node:assert/strict";
import test from "node:test";
import { Signaling } from "../../../static/js/live/signaling.js";
import { FakeClock, FakeSocket, listen, settle } from "./fakes.js";

const pulse = { people: [], timer: { seconds: 0, runs_for: 0, ends_in: 60 }, ending_in: null };
const welcome = { me: 1, entry: 7, pulse, chat: [], ice: [], renewal: "pass two" };
const removed = { error: { code: "removed", message: "Your mentor has asked you to leave this session." } };

function line(answers = {}) {
  const clock = new FakeClock();
  const socket = new FakeSocket({ enter: welcome, beat: { pulse, renewal: "pass three" }, ...answers });
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock });
  signaling.start();
  return { clock, socket, signaling, heard: listen(signaling, "removed", "refused") };
}

test("whoever is removed from this room goes at once, and does not come back by themselves", async () => {
  const { clock, socket, signaling, heard } = line();
  socket.hear("connect");
  await settle();
  socket.hear("removed", { room: "room-id-1" });
  assert.deepEqual(heard.map(({ type }) => type), ["removed"]);
  assert.ok(signaling.isOver);
  await clock.pass(30_000);
  assert.equal(socket.count("enter"), 1);
});

test("a word about another room is none for this one", async () => {
  const { socket, signaling, heard } = line();
  socket.hear("connect");
  await settle();
  socket.hear("removed", { room: "another-room" });
  assert.deepEqual(heard, []);
  assert.ok(signaling.isIn);
});

test("whoever was removed while the line was down hears it when they enter, once", async () => {
  const { clock, socket, heard } = line({ enter: removed });
  socket.hear("connect");
  await clock.pass(30_000);
  assert.deepEqual(heard.map(({ type }) => type), ["removed"]);
  assert.equal(socket.count("enter"), 1);
});

test("or with the next beat", async () => {
  const { clock, socket, heard } = line({ beat: removed });
  socket.hear("connect");
  await settle();
  await clock.pass(5000);
  assert.deepEqual(heard.map(({ type }) => type), ["removed"]);
});

test("or when they knock", async () => {
  const { clock, socket, signaling, heard } = line({ knock: removed });
  signaling.rejoin();
  socket.hear("connect");
  await clock.pass(10_000);
  assert.deepEqual(heard.map(({ type }) => type), ["removed"]);
  assert.equal(socket.count("enter"), 0);
});
