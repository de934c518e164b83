import assert from "node:assert/strict";
import test from "node:test";
import { Capture } from "../../../static/js/live/recorder/capture.js";
import { fit, HEIGHT, layout, WIDTH } from "../../../static/js/live/recorder/layout.js";
import { FakeClock, listen, settle } from "./fakes.js";

const face = (id, isMentor = false) => ({ id, kind: "face", isMentor });
const screen = (id) => ({ id, kind: "screen", isMentor: false });

test("the mentor fills the film, learners are small and do not cover each other", () => {
  const places = layout([face(2), face(1, true), face(3), face(4)]);
  assert.deepEqual(places.map(({ source }) => source.id), [1, 2, 3, 4]);
  assert.deepEqual([places[0].width, places[0].height], [WIDTH, HEIGHT]);
  const small = places.slice(1);
  for (const [place, one] of small.entries()) {
    assert.ok(one.x + one.width <= WIDTH && one.y >= 0 && one.y + one.height <= HEIGHT);
    assert.ok(place === 0 || one.y + one.height <= small[place - 1].y);
  }
});

test("a shared screen fills the film and nothing of it is cut off", () => {
  const [large, ...small] = layout([face(1, true), face(2), screen(2)]);
  assert.deepEqual([large.source.kind, large.isWhole, small.length], ["screen", true, 2]);
  const { from, to } = fit({ width: 800, height: 1200 }, large);
  assert.deepEqual(from, [0, 0, 800, 1200]);
  assert.ok(Math.abs(to[2] / to[3] - 800 / 1200) < 1e-9);
  assert.equal(to[3], HEIGHT);
});

test("a face fills its place and keeps its shape", () => {
  const [place] = layout([face(1, true)]);
  const { from, to } = fit({ width: 640, height: 480 }, place);
  assert.deepEqual(to, [0, 0, WIDTH, HEIGHT]);
  assert.ok(Math.abs(from[2] / from[3] - WIDTH / HEIGHT) < 1e-9);
});

test("nobody there is an empty film", () => assert.deepEqual(layout([]), []));

/** A MediaRecorder that hands out what the test says. */
class Recorder {
  static isTypeSupported = (kind) => kind.includes("vp8");
  state = "inactive";
  constructor(stream, options) {
    Object.assign(this, { stream, options });
    Recorder.latest = this;
  }
  start() { this.state = "recording"; }
  stop() {
    this.state = "inactive";
    this.hand("end");
    this.onstop();
  }
  hand(words) { this.ondataavailable({ data: new Blob([words]) }); }
}

function capturing({ put = async () => {} } = {}) {
  const spool = {
    log: [],
    begin: async (segment) => spool.log.push(["begin", segment.segment]),
    put: async (piece) => { await put(piece); spool.log.push(["put", piece.number, piece.digest]); },
    finish: async (segment, pieces) => spool.log.push(["finish", pieces]),
  };
  const clock = new FakeClock();
  const part = new Capture({ spool, segment: "one", room: "r", user: 1, clock, Recorder, digest: async (data) => new TextDecoder().decode(data) });
  return { part, spool, clock, stuck: listen(part, "stuck"), over: listen(part, "over"), begun: listen(part, "begun") };
}

test("every piece is kept in its order, the last one too, before the segment is over", async () => {
  const slow = { first: 3, second: 1 };
  const { part, spool, over } = capturing({ put: async ({ digest }) => { for (let turns = slow[digest] ?? 0; turns; turns--) await null; } });
  await part.start({});
  Recorder.latest.hand("first");
  Recorder.latest.hand("second");
  part.stop();
  await settle();
  assert.deepEqual(spool.log, [["begin", "one"], ["put", 0, "first"], ["put", 1, "second"], ["put", 2, "end"], ["finish", 3]]);
  assert.equal(over.length, 1);
});

test("a device without room ends the segment with what was kept", async () => {
  const { part, spool, stuck, over } = capturing({ put: async ({ number }) => { if (number === 1) throw new DOMException("full", "QuotaExceededError"); } });
  await part.start({});
  for (const words of ["first", "second", "third"]) Recorder.latest.hand(words);
  await settle();
  assert.deepEqual(spool.log, [["begin", "one"], ["put", 0, "first"], ["finish", 1]]);
  assert.deepEqual(stuck.map(({ reason }) => reason), ["full"]);
  assert.deepEqual(over.map(({ pieces }) => pieces), [1]);
});

test("a database that the browser has closed takes the piece when it is opened anew", async () => {
  let closed = true;
  const { part, spool, stuck } = capturing({ put: async () => { if (closed) { closed = false; throw new DOMException("closing", "InvalidStateError"); } } });
  await part.start({});
  Recorder.latest.hand("first");
  await settle();
  assert.deepEqual(spool.log.at(-1), ["put", 0, "first"]);
  assert.deepEqual(stuck, []);
});

test("a database that is gone for good ends the segment all the same, and it is not called full", async () => {
  const { part, spool, stuck, over } = capturing({ put: async () => { throw new DOMException("closing", "InvalidStateError"); } });
  spool.finish = async () => { throw new DOMException("closing", "InvalidStateError"); };
  await part.start({});
  Recorder.latest.hand("first");
  await settle();
  assert.deepEqual(stuck.map(({ reason }) => reason), ["unable"]);
  assert.equal(over.length, 1);
});

test("a piece that the browser cannot read ends the segment, and it is over", async () => {
  const { part, stuck, over } = capturing();
  await part.start({});
  Recorder.latest.hand("first");
  Recorder.latest.ondataavailable({ data: { size: 9, arrayBuffer: async () => { throw new DOMException("gone", "NotReadableError"); } } });
  await settle();
  assert.deepEqual(stuck.map(({ reason }) => reason), ["unable"]);
  assert.deepEqual(over.map(({ pieces }) => pieces), [1]);
});

test("the beginning is told in time that has passed, not by a clock on the wall", async () => {
  const { part, clock, begun } = capturing();
  await part.start({});
  clock.pass(1500);
  assert.equal(begun[0].ago(), 1500);
  assert.equal(begun[0].kind, "video/webm;codecs=vp8,opus");
});

test("what the server has to hear of a segment is kept beside its pieces", async () => {
  const { part, spool } = capturing();
  let kept = null;
  spool.begin = async (segment) => { kept = segment; };
  await part.start({});
  assert.deepEqual([kept.kind, kept.isKnown, typeof kept.begunAt], ["video/webm;codecs=vp8,opus", false, "number"]);
});

test("a browser that cannot record says so", async () => {
  const { part, spool } = capturing();
  part.Recorder = class { static isTypeSupported = () => false; };
  await assert.rejects(part.start({}), /cannot record/);
  part.Recorder = undefined;
  await assert.rejects(part.start({}), TypeError);
  assert.deepEqual(spool.log, [], "it leaves nothing behind");
});
