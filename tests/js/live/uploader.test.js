import assert from "node:assert/strict";
import test from "node:test";
import { Uploader } from "../../../static/js/live/recorder/uploader.js";
import { FakeClock, listen, settle } from "./fakes.js";

const ME = 1;

/** The spool's interface over a plain list. */
class MemorySpool {
  constructor(segments) {
    this.segments = segments.map((one, place) => ({ room: "r", user: ME, pieces: null, isKnown: true, begunAt: place, kept: [], ...one }));
  }
  #find(name) { return this.segments.find(({ segment }) => segment === name); }
  async segmentsOf(user) { return this.segments.filter((one) => one.user === user); }
  async next(name) { return this.#find(name)?.kept[0]; }
  async count() { return this.segments.reduce((sum, { kept }) => sum + kept.length, 0); }
  async sent(name, below) { this.#find(name).kept = this.#find(name).kept.filter(({ number }) => number < 0 || number >= below); }
  async know(name) { this.#find(name).isKnown = true; }
  async drop(name) { this.segments = this.segments.filter(({ segment }) => segment !== name); }
}

/** A server that counts, and answers as the test says. */
class Server {
  received = {};
  complete = {};
  begun = {};
  log = [];
  answers = [];
  send = async (where, { method, body }) => {
    this.log.push(`${method} ${where.replace("/session/r/recording/", "")}`);
    const answer = this.answers.shift();
    if (answer === 0) throw new TypeError("network");
    if (answer) return new Response("{}", { status: answer });
    const [segment, number] = where.split("/").slice(4);
    const count = this.received[segment] ?? 0;
    if (number === "begin") { this.begun[segment] = Object.fromEntries(body); return Response.json({ received: count }); }
    if (method === "POST") this.complete[segment] = Number(body.get("pieces"));
    if (method !== "PUT") return Response.json({ received: count });
    if (Number(number) > count) return Response.json({ received: count }, { status: 409 });
    this.received[segment] = Math.max(count, Number(number) + 1);
    return Response.json({ received: this.received[segment] });
  };
}

const pieces = (...numbers) => numbers.map((number) => ({ number, data: new ArrayBuffer(4), digest: "d" }));

function uploading(segments, { live = [] } = {}) {
  const spool = new MemorySpool(segments);
  const server = new Server();
  const clock = new FakeClock();
  const part = new Uploader({ spool, user: ME, send: server.send, clock, isLive: async (segment) => live.includes(segment), date: () => 50_000 });
  return { part, spool, server, clock, done: listen(part, "done"), trouble: listen(part, "trouble") };
}

async function run(part) {
  part.run();
  for (let turns = 0; turns < 20; turns++) await settle();
}

test("pieces go up in order, the segment is completed, and nothing is kept", async () => {
  const { part, spool, server, done } = uploading([{ segment: "a", pieces: 3, kept: pieces(0, 1, 2) }]);
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0", "PUT a/1", "PUT a/2", "POST a"]);
  assert.deepEqual(server.complete, { a: 3 });
  assert.deepEqual(spool.segments, []);
  assert.deepEqual(done.map(({ rooms }) => rooms), [["r"]]);
});

test("what the server has already is not sent again", async () => {
  const { part, server } = uploading([{ segment: "a", pieces: 4, kept: pieces(1, 2, 3) }]);
  server.received.a = 3;
  await run(part);
  assert.deepEqual(server.log, ["PUT a/1", "PUT a/3", "POST a"]);
});

test("a lost network and a full disk are waited out, longer each time, and nothing is lost", async () => {
  const { part, server, clock, trouble } = uploading([{ segment: "a", pieces: 1, kept: pieces(0) }]);
  server.answers = [0, 507, 503];
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0"]);
  for (const pause of [1000, 2000, 4000]) {
    clock.pass(pause);
    for (let turns = 0; turns < 10; turns++) await settle();
  }
  assert.deepEqual(server.log, ["PUT a/0", "PUT a/0", "PUT a/0", "PUT a/0", "POST a"]);
  assert.deepEqual(trouble.map(({ status, lasts }) => [status, lasts]), [[0, 0], [507, 1000], [503, 3000]]);
});

test("a segment whose page died is completed with what came of it", async () => {
  const { part, server } = uploading([{ segment: "a", kept: pieces(0, 1) }]);
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0", "PUT a/1", "GET a", "POST a"]);
  assert.deepEqual(server.complete, { a: 2 });
});

test("a segment that is still captured is not completed, and not sent before the server knows of it", async () => {
  const { part, spool, server } = uploading([{ segment: "a", kept: pieces(0), isKnown: false }, { segment: "b", kept: pieces(0) }], { live: ["a", "b"] });
  await run(part);
  assert.deepEqual(server.log, ["PUT b/0"]);
  spool.segments[0].isKnown = true;
  part.look();
  for (let turns = 0; turns < 10; turns++) await settle();
  assert.deepEqual(server.log, ["PUT b/0", "PUT a/0"]);
});

test("what the server will never take is let go, and the rest goes on", async () => {
  const { part, spool, server } = uploading([{ segment: "a", pieces: 2, kept: pieces(0, 1) }, { segment: "b", pieces: 1, kept: pieces(0) }]);
  server.answers = [404];
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0", "PUT b/0", "POST b"]);
  assert.deepEqual(spool.segments, []);
});

test("a deleted recording is let go at once, and nobody says that it was saved", async () => {
  const { part, spool, server, done } = uploading([{ segment: "a", pieces: 2, kept: pieces(0, 1) }, { segment: "b", pieces: null, kept: [] }]);
  const gone = listen(part, "gone");
  const progress = listen(part, "progress");
  server.answers = [410, 410];
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0", "GET b"]);
  assert.deepEqual(spool.segments, []);
  assert.deepEqual([gone.length, done.length, progress.length], [2, 0, 0]);
});

test("a gate on the way that says no for a while costs no film: only the server itself can refuse it", async () => {
  const { part, spool, server } = uploading([{ segment: "a", pieces: 1, kept: pieces(0) }]);
  server.answers = [403];
  await run(part);
  assert.equal(await spool.count(), 1);
});

test("a piece that is missing here ends its segment where it breaks off", async () => {
  const { part, server, spool } = uploading([{ segment: "a", pieces: 5, kept: pieces(3, 4) }]);
  server.received.a = 2;
  await run(part);
  assert.deepEqual(server.complete, { a: 2 });
  assert.deepEqual(spool.segments, []);
});

test("while the link is weak the call comes first", async () => {
  const { part, server } = uploading([{ segment: "a", pieces: 1, kept: pieces(0) }]);
  part.hold(true);
  await run(part);
  assert.deepEqual(server.log, []);
  part.hold(false);
  for (let turns = 0; turns < 10; turns++) await settle();
  assert.deepEqual(server.log, ["PUT a/0", "POST a"]);
});

test("other people's pieces on this device are left alone", async () => {
  const { part, server, spool } = uploading([{ segment: "a", user: 2, pieces: 1, kept: pieces(0) }]);
  await run(part);
  assert.deepEqual(server.log, []);
  assert.equal(spool.segments.length, 1);
});

test("a damaged piece is sent again, and given up after three times", async () => {
  const { part, spool, server, clock } = uploading([{ segment: "a", pieces: 1, kept: pieces(0) }]);
  server.answers = [422, 422, 422];
  await run(part);
  for (let turns = 0; turns < 3; turns++) {
    clock.pass(30_000);
    for (let more = 0; more < 10; more++) await settle();
  }
  assert.equal(server.log.length, 3);
  assert.deepEqual(spool.segments, []);
});

const UNKNOWN = { isKnown: false, kind: "video/webm", begunAt: 47_000 };

test("what the server could not be told of while it was captured, it is told of before its pieces come", async () => {
  const { part, spool, server } = uploading([{ segment: "a", pieces: 2, kept: pieces(0, 1), ...UNKNOWN }]);
  server.answers = [503];
  await run(part);
  assert.deepEqual([server.log, spool.segments.length], [["POST a/begin"], 1], "a no for now costs nothing");
  part.look();
  for (let turns = 0; turns < 20; turns++) await settle();
  assert.deepEqual(server.log, ["POST a/begin", "POST a/begin", "PUT a/0", "PUT a/1", "POST a"]);
  assert.deepEqual(server.begun, { a: { kind: "video/webm", ago: "3000" } });
});

test("a beginning that the server will never take is let go, and one without a piece is nothing to tell of", async () => {
  const { part, spool, server } = uploading([{ segment: "a", pieces: 0, ...UNKNOWN }, { segment: "b", pieces: 1, kept: pieces(0), ...UNKNOWN }]);
  server.answers = [404];
  await run(part);
  assert.deepEqual(server.log, ["POST b/begin"]);
  assert.deepEqual(spool.segments, []);
});

test("a database that the browser closes under our hands stops nothing: it goes on after a pause", async () => {
  const { part, spool, server, clock } = uploading([{ segment: "a", pieces: 1, kept: pieces(0) }]);
  const next = spool.next;
  spool.next = async () => { spool.next = next; throw new DOMException("closing", "InvalidStateError"); };
  await run(part);
  assert.deepEqual(server.log, []);
  clock.pass(1000);
  for (let turns = 0; turns < 10; turns++) await settle();
  assert.deepEqual(server.log, ["PUT a/0", "POST a"]);
});

test("what comes while it looks is not left for the next time", async () => {
  const { part, spool, server } = uploading([]);
  const segmentsOf = spool.segmentsOf;
  spool.segmentsOf = async () => {
    spool.segmentsOf = segmentsOf;
    spool.segments.push({ segment: "a", room: "r", user: ME, pieces: 1, isKnown: true, kept: pieces(0) });
    part.look();
    return [];
  };
  await run(part);
  assert.deepEqual(server.log, ["PUT a/0", "POST a"]);
});
