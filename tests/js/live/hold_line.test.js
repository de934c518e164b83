import assert from "node:assert/strict";
import test from "node:test";
import { tell } from "../../../static/js/live/clock.js";
import { FakeClock, FakeSocket, settle } from "./fakes.js";

// As much of a page as the sockets' module asks for; none is opened here.
globalThis.window = new EventTarget();
globalThis.document = new EventTarget();
const { holdLine } = await import("../../../static/js/live/hold_line.js");
const { Signaling } = await import("../../../static/js/live/signaling.js");

const pulse = { people: [], timer: { seconds: 0, runs_for: 0, ends_in: 60 }, ending_in: null };
const welcome = { me: 1, entry: 7, pulse, chat: [], ice: [], renewal: "pass two" };
const lev = { id: 2, name: "Lev" };
const ana = { id: 3, name: "Ana" };

/** What the page was told to show last. */
class Shown {
  shows = { line: null, tries: null, rejoin: null, knock: null };

  line = (state) => (this.shows.line = state);
  tries = (number) => (this.shows.tries = number);
  rejoin = (state, name) => (this.shows.rejoin = name ? `${state} ${name}` : state);
  knock = (person) => (this.shows.knock = person?.name ?? null);
}

async function held(answers = {}) {
  const clock = new FakeClock();
  const socket = new FakeSocket({ enter: welcome, beat: { pulse, renewal: "pass three" }, knock: { seconds: 5 }, admit: {}, ...answers });
  const signaling = new Signaling({ socket, room: "room-id-1", tab: "tab-id-1", clock });
  const [view, mesh, stuck, began] = [new Shown(), new EventTarget(), new EventTarget(), []];
  const nameOf = (id) => [lev, ana].find((person) => person.id === id)?.name ?? null;
  const line = holdLine({ signaling, mesh, stuck, view, clock, nameOf, complain: assert.fail, beginAnew: () => began.push("anew") });
  signaling.start();
  socket.hear("connect");
  await settle();
  const gets = (from, isStuck) => tell(stuck, "stuck", { from, isStuck });
  return { clock, socket, signaling, mesh, line, gets, began, shows: view.shows };
}

/** The line broke, three tries were in vain, and the person asked to come back; it took so long to reach the server. */
async function knocking({ after = 0 } = {}) {
  const parts = await held();
  parts.socket.hear("disconnect");
  await parts.clock.pass(10_500);
  assert.equal(parts.shows.rejoin, "lost");
  parts.line.doings.rejoin();
  assert.equal(parts.shows.rejoin, "trying");
  await parts.clock.pass(after);
  parts.socket.hear("connect");
  await settle();
  assert.equal(parts.shows.rejoin, "asked");
  return parts;
}

test("a line that breaks while somebody asks to come back is a lost one again, with three tries of its own", async () => {
  const { clock, socket, shows } = await knocking();
  await clock.pass(1000);
  socket.hear("disconnect");
  assert.deepEqual([shows.rejoin, shows.tries], ["lost", 1]);
  await clock.pass(60_000);
  assert.equal(shows.tries, 3);
  socket.hear("connect");
  await settle();
  assert.equal(shows.rejoin, "asked", "it asks again by itself");
  await clock.pass(5000);
  assert.deepEqual([shows.rejoin, shows.line], [null, "up"]);
});

test("tries that were begun before do not call the line lost while the mentor is being asked", async () => {
  const { clock, shows } = await knocking({ after: 9000 });
  await clock.pass(4900);
  assert.equal(shows.rejoin, "asked");
  await clock.pass(60_000);
  assert.equal(shows.rejoin, null);
});

test("a rejoin that reaches nobody says so after its three tries, and can be asked for again", async () => {
  const { clock, socket, line, shows } = await held();
  socket.hear("disconnect");
  await clock.pass(10_500);
  line.doings.rejoin();
  socket.hear("connect_error", new Error("websocket error"));
  assert.equal(shows.rejoin, "trying");
  await clock.pass(10_500);
  assert.equal(shows.rejoin, "lost");
});

test("whoever gives the session up is not asked about its line any more", async () => {
  const { clock, socket, line, shows } = await held();
  socket.hear("disconnect");
  await clock.pass(10_500);
  line.stop();
  assert.equal(shows.rejoin, null);
});

test("whoever wanted to come back is not waited for once anything is heard from them", async () => {
  const signs = {
    status: ({ socket }) => socket.hear("status", { sender: 2, microphone: "on" }),
    signal: ({ socket }) => socket.hear("signal", { sender: 2, epoch: 1 }),
    joined: ({ mesh }) => tell(mesh, "joined", { person: lev }),
    nothing: ({ clock }) => clock.pass(15_000), // by then they are in by themselves, or their line is lost again
  };
  for (const [name, sign] of Object.entries(signs)) {
    const parts = await held();
    parts.socket.hear("knock", lev);
    parts.socket.hear("status", { sender: 3, microphone: "on" });
    assert.equal(parts.shows.knock, "Lev");
    await sign(parts);
    assert.equal(parts.shows.knock, null, name);
  }
});

test("two who want to come back are let in one after the other", async () => {
  const { socket, line, shows } = await held();
  socket.hear("knock", lev);
  socket.hear("knock", ana);
  line.doings.admit();
  assert.equal(shows.knock, "Ana");
  line.doings.admit();
  assert.equal(shows.knock, null);
  await settle();
  assert.deepEqual(socket.sent.filter(([event]) => event === "admit").map(([, { person }]) => person), [2, 3]);
});

test("whoever knocks again is waited for anew", async () => {
  const { clock, socket, shows } = await held();
  socket.hear("knock", lev);
  await clock.pass(10_000);
  socket.hear("knock", lev);
  await clock.pass(10_000);
  assert.equal(shows.knock, "Lev");
  await clock.pass(5000);
  assert.equal(shows.knock, null);
});

test("where nothing gets through to somebody who is here, it is said until it does, and Rejoin comes in anew", async () => {
  const { line, gets, began, shows } = await held();
  gets(2, true);
  gets(3, true);
  assert.equal(shows.rejoin, "stuck Lev");
  gets(2, false);
  assert.equal(shows.rejoin, "stuck Ana");
  line.doings.rejoin();
  assert.deepEqual(began, ["anew"]);
  gets(3, false);
  assert.equal(shows.rejoin, null);
});

test("our own line comes first: what is stuck is said again only when that stands", async () => {
  const { clock, socket, line, gets, began, shows } = await held();
  gets(2, true);
  socket.hear("disconnect");
  await clock.pass(10_500);
  gets(2, false);
  gets(3, true);
  assert.equal(shows.rejoin, "lost");
  line.doings.rejoin();
  assert.deepEqual([shows.rejoin, began], ["trying", []]);
  socket.hear("connect");
  await settle();
  await clock.pass(5000);
  assert.equal(shows.rejoin, "stuck Ana");
});

test("Not now puts it away, and nothing brings it back before it gets through", async () => {
  const { line, gets, shows } = await held();
  gets(2, true);
  line.doings.later();
  assert.equal(shows.rejoin, null);
  gets(3, true);
  assert.equal(shows.rejoin, null);
  gets(2, false);
  gets(3, false);
  gets(2, true);
  assert.equal(shows.rejoin, "stuck Lev");
});
