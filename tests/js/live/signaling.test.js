import assert from "node:assert/strict";
import test from "node:test";
import { Signaling } from "../../../static/js/live/signaling.js";
import { FakeClock, FakeSocket, listen, settle } from "./fakes.js";

const pulse = { people: [], timer: { seconds: 0, runs_for: 0, ends_in: 60 }, ending_in: null };
const welcome = { me: 1, entry: 7, pulse, chat: [], ice: [], renewal: "pass two" };
const refusal = (code) => ({ error: { code, message: `because ${code}` } });

function line(answers = {}) {
  const clock = new FakeClock();
  const socket = new FakeSocket({ enter: welcome, beat: { pulse, renewal: "pass three" }, ...answers });
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock });
  signaling.start();
  return { clock, socket, signaling };
}

test("it enters as soon as the socket is up, and says who is there", async () => {
  const { socket, signaling } = line();
  const heard = listen(signaling, "entered");
  socket.hear("connect");
  await settle();
  assert.deepEqual(socket.sent[0], ["enter", { room: "room-id-1", tab: "tab-id-1", take: false }]);
  assert.deepEqual(heard.map((event) => event.welcome.me), [1]);
  assert.ok(signaling.isIn);
});

test("it says every five seconds that we are here, and keeps its pass fresh", async () => {
  const { clock, socket, signaling } = line();
  socket.hear("connect");
  await settle();
  await clock.pass(10_000);
  assert.equal(socket.count("beat"), 2);
  let shown;
  socket.auth((auth) => (shown = auth));
  assert.deepEqual(shown, { pass: "pass three" });
  assert.ok(signaling.isIn);
});

test("what is to be said with a beat goes with it, and the answer is told", async () => {
  const clock = new FakeClock();
  const socket = new FakeSocket({ enter: welcome, beat: { pulse, renewal: "pass three" } });
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock, beat: () => ({ link: "good" }) });
  const heard = listen(signaling, "kept");
  signaling.start();
  socket.hear("connect");
  await settle();
  await clock.pass(5000);
  assert.deepEqual(socket.sent.at(-1), ["beat", { link: "good" }]);
  assert.equal(heard.length, 1);
});

test("when the line comes back it enters again, and stops beating meanwhile", async () => {
  const { clock, socket, signaling } = line();
  const heard = listen(signaling, "entered", "down");
  socket.hear("connect");
  await settle();
  socket.hear("disconnect");
  await clock.pass(20_000);
  assert.equal(socket.count("beat"), 0);
  socket.hear("connect");
  await settle();
  assert.deepEqual(heard.map(({ type }) => type), ["entered", "down", "entered"]);
});

test("signals are not kept for later: the other side has moved on by then", async () => {
  const { socket, signaling } = line();
  signaling.notify("signal", { to: 2 });
  socket.hear("connect");
  await settle();
  signaling.notify("signal", { to: 3 });
  assert.deepEqual(socket.sent.filter(([event]) => event === "signal"), [["signal", { to: 3 }]]);
});

test("a seat taken in another tab is a question, and saying yes takes it", async () => {
  const { socket, signaling } = line({ enter: ({ take }) => (take ? welcome : refusal("elsewhere")) });
  const heard = listen(signaling, "elsewhere", "entered");
  socket.hear("connect");
  await settle();
  assert.deepEqual(heard.map(({ type }) => type), ["elsewhere"]);
  await signaling.enter({ take: true });
  assert.deepEqual(heard.map(({ type }) => type), ["elsewhere", "entered"]);
});

test("the tab that lost its seat goes, and does not come back by itself", async () => {
  const { socket, signaling } = line();
  const heard = listen(signaling, "replaced");
  socket.hear("connect");
  await settle();
  socket.hear("replaced");
  assert.equal(heard.length, 1);
  assert.equal(socket.count("disconnect"), 1);
});

test("whoever does not belong here is told so and not asked again", async () => {
  for (const code of ["not_found", "early", "missed"]) {
    const { clock, socket, signaling } = line({ enter: refusal(code) });
    const heard = listen(signaling, "refused");
    socket.hear("connect");
    await settle();
    await clock.pass(60_000);
    assert.deepEqual(heard.map((event) => event.code), [code]);
    assert.equal(socket.count("enter"), 1);
  }
});

test("a session that has ended leads to the end, on entering and on a beat", async () => {
  const atTheDoor = line({ enter: refusal("ended") });
  const inside = line({ beat: refusal("ended") });
  for (const { socket, signaling, clock } of [atTheDoor, inside]) {
    const heard = listen(signaling, "ended");
    socket.hear("connect");
    await settle();
    await clock.pass(5000);
    assert.equal(heard.length, 1);
  }
});

test("a member who lost the right to be here is out at the next beat", async () => {
  for (const code of ["not_found", "missed"]) {
    const { clock, socket, signaling } = line({ beat: refusal(code) });
    const heard = listen(signaling, "refused");
    socket.hear("connect");
    await settle();
    await clock.pass(5000);
    assert.deepEqual(heard.map((event) => event.code), [code]);
  }
});

test("a member whose connection the server ended comes back by itself and is told why not", async () => {
  const { clock, socket, signaling } = line();
  const heard = listen(signaling, "refused");
  socket.hear("connect");
  await settle();
  assert.ok(signaling.isIn);
  socket.answers.enter = refusal("missed");
  socket.hear("disconnect");
  socket.hear("connect");
  await settle();
  await clock.pass(60_000);
  assert.deepEqual(heard.map((event) => event.code), ["missed"]);
  assert.equal(socket.count("enter"), 2);
});

test("a seat that was given up by the server is taken again", async () => {
  const { clock, socket, signaling } = line({ beat: refusal("outside") });
  socket.hear("connect");
  await settle();
  await clock.pass(5000);
  assert.equal(socket.count("enter"), 2);
  assert.ok(signaling.isIn);
});

test("a server that does not answer is asked again", async () => {
  const { clock, socket, signaling } = line({ enter: undefined });
  socket.answers.enter = undefined;
  socket.hear("connect");
  await settle();
  socket.answers.enter = welcome;
  await clock.pass(1500);
  assert.ok(signaling.isIn);
});

test("what is refused for good carries a code, what may work later does not", async () => {
  const { socket, signaling } = line({ say: refusal("too_many") });
  await assert.rejects(signaling.ask("say", {}), (error) => error.code === undefined);
  socket.hear("connect");
  await settle();
  await assert.rejects(signaling.ask("say", {}), { code: "too_many" });
  socket.answers.say = refusal("outside");
  await assert.rejects(signaling.ask("say", {}), (error) => error.code === undefined);
});

test("somebody who signed out in another tab is told, and the socket stays closed", async () => {
  const { socket, signaling } = line();
  const heard = listen(signaling, "refused");
  socket.hear("connect_error", new Error("signed out"));
  assert.deepEqual(heard.map((event) => event.code), ["signed_out"]);
  assert.equal(socket.count("connect"), 0);
});

test("a pass that ran out is not the end: it tries again", async () => {
  const { clock, socket } = line();
  socket.active = false;
  socket.hear("connect_error", new Error("pass expired"));
  await clock.pass(1500);
  assert.equal(socket.count("connect"), 1);
});

test("leaving says so and closes the line", async () => {
  const { socket, signaling } = line();
  socket.hear("connect");
  await settle();
  signaling.leave();
  assert.deepEqual(socket.sent.slice(-2), [["leave", {}], ["disconnect"]]);
});

test("whoever asks to come back waits for the mentor's yes, or five seconds", async () => {
  for (const says of ["yes", "nothing"]) {
    const { clock, socket, signaling } = line({ knock: { seconds: 5 } });
    const heard = listen(signaling, "knocking", "entered");
    signaling.rejoin();
    socket.hear("connect");
    await settle();
    assert.deepEqual(heard.map(({ type }) => type), ["knocking"]);
    if (says === "yes") socket.hear("admitted", { room: "room-id-1" });
    else await clock.pass(5000);
    await settle();
    assert.deepEqual(heard.map(({ type }) => type), ["knocking", "entered"]);
    await clock.pass(10_000);
    assert.equal(socket.count("enter"), 1, "once is enough");
  }
});

test("a yes for another room opens nothing, and the next reconnect needs no asking", async () => {
  const { socket, signaling } = line({ knock: { seconds: 5 } });
  signaling.rejoin();
  socket.hear("connect");
  await settle();
  socket.hear("admitted", { room: "another-room" });
  await settle();
  assert.equal(signaling.isIn, false);
  socket.hear("admitted", { room: "room-id-1" });
  await settle();
  socket.hear("disconnect");
  socket.hear("connect");
  await settle();
  assert.equal(socket.count("knock"), 1);
});

test("whoever has left stays away, whatever the browser does with the socket", async () => {
  const { clock, socket, signaling } = line();
  const heard = listen(signaling, "entered", "down", "elsewhere");
  socket.hear("connect");
  await settle();
  signaling.leave();
  socket.hear("connect"); // the network is back, or the tab is looked at again
  await settle();
  signaling.enter({ take: true });
  socket.active = false;
  socket.hear("connect_error", new Error("pass expired"));
  await clock.pass(60_000);
  assert.deepEqual(heard.map(({ type }) => type), ["entered"]);
  assert.equal(socket.count("enter"), 1);
  assert.equal(socket.count("beat"), 0);
  assert.equal(socket.count("connect"), 0);
});

test("whoever leaves while the server is still letting them in has left all the same", async () => {
  let open;
  const { clock, socket, signaling } = line({ enter: () => new Promise((resolve) => (open = () => resolve(welcome))) });
  const heard = listen(signaling, "entered");
  socket.hear("connect");
  await settle();
  signaling.leave();
  open();
  await clock.pass(20_000);
  assert.deepEqual([heard.length, signaling.isIn, socket.count("beat")], [0, false, 0]);
});

test("a try that was being waited for when somebody left is not made any more", async () => {
  const { clock, socket, signaling } = line();
  socket.active = false;
  socket.hear("connect_error", new Error("pass expired"));
  signaling.leave();
  await clock.pass(60_000);
  assert.equal(socket.count("connect"), 0);
});

test("the seat is taken from another tab once, and asked for like anybody's afterwards", async () => {
  const clock = new FakeClock();
  const socket = new FakeSocket({ enter: undefined });
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock });
  signaling.start({ take: true });
  socket.hear("connect");
  await settle();
  socket.answers.enter = welcome;
  await clock.pass(1500);
  socket.hear("disconnect");
  socket.hear("connect");
  await settle();
  const takes = socket.sent.filter(([event]) => event === "enter").map(([, { take }]) => take);
  assert.deepEqual(takes, [true, true, false], "until it was heard, and never again");
});

test("it says for good when it closes its socket", () => {
  const socket = new FakeSocket();
  const closed = [];
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock: new FakeClock(), close: () => closed.push("for good") });
  signaling.start();
  signaling.leave();
  assert.deepEqual(closed, ["for good"]);
});
