import assert from "node:assert/strict";
import test from "node:test";
import { MicrophoneWatch } from "../../../static/js/live/microphone_watch.js";
import { FakeClock, listen } from "./fakes.js";

function setUp(level = 0) {
  const clock = new FakeClock();
  const loudness = { level, heard: [], listen: (track) => loudness.heard.push(track), look: () => loudness.level, stop: () => loudness.heard.push("stop") };
  const watch = new MicrophoneWatch({ clock, loudness });
  return { clock, loudness, watch, told: listen(watch, "silent", "talking", "gone") };
}

test("a microphone that gives nothing is told after a quarter of a minute, once a minute", async () => {
  const { clock, watch, told } = setUp(0);
  watch.use("plugged");
  watch.set("on");
  await clock.pass(14_000);
  assert.deepEqual(told, []);
  await clock.pass(2000);
  assert.deepEqual(told, [{ type: "silent" }]);
  await clock.pass(50_000);
  assert.equal(told.length, 1);
  await clock.pass(12_000);
  assert.equal(told.length, 2);
});

test("one that was heard is not listened to any more", async () => {
  const { clock, loudness, watch, told } = setUp(0.01);
  watch.use("plugged");
  watch.set("on");
  await clock.pass(1000);
  assert.equal(loudness.heard.at(-1), null);
  loudness.level = 0;
  await clock.pass(60_000);
  assert.deepEqual(told, []);
});

test("talking while muted is told, a knock on the desk is not", async () => {
  const { clock, loudness, watch, told } = setUp(0.01);
  watch.use("plugged");
  watch.set("muted");
  loudness.level = 0.5;
  await clock.pass(400);
  loudness.level = 0.001;
  await clock.pass(20_000);
  assert.deepEqual(told, []);
  loudness.level = 0.5;
  await clock.pass(1000);
  assert.deepEqual(told, [{ type: "talking" }]);
  await clock.pass(30_000);
  assert.equal(told.length, 1);
});

test("whoever unmutes and mutes again is told anew", async () => {
  const { clock, watch, told } = setUp(0.5);
  watch.use("plugged");
  for (const state of ["muted", "on", "muted"]) {
    watch.set(state);
    await clock.pass(2000);
  }
  assert.equal(told.length, 2);
});

test("where the browser does not let us know, nothing is claimed", async () => {
  const { clock, watch, told } = setUp(null);
  watch.use("plugged");
  watch.set("on");
  await clock.pass(120_000);
  assert.deepEqual(told, []);
});

test("without a microphone there is nothing to hear", async () => {
  const { clock, loudness, watch } = setUp(0);
  watch.use(null);
  watch.set("off");
  await clock.pass(60_000);
  assert.deepEqual(loudness.heard, []);
});

test("the meter goes by tenfolds, as ears do", () => {
  assert.deepEqual([null, 0, 0.001, 0.1, 1, 2].map((level) => Math.round(MicrophoneWatch.meter(level) * 100)), [0, 0, 0, 67, 100, 100]);
});

/** A microphone the system can take away: by its switch, by a call that comes in. */
class Line extends EventTarget {
  muted = false;

  become(muted) {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

test("a microphone that dies in the middle of the call is told after three seconds, once", async () => {
  const { clock, loudness, watch, told } = setUp(0.01);
  const line = new Line();
  watch.use(line);
  watch.set("on");
  await clock.pass(60_000);
  loudness.level = 0;
  line.become(true);
  await clock.pass(2900);
  assert.deepEqual(told, []);
  await clock.pass(200);
  assert.deepEqual(told, [{ type: "gone" }]);
  await clock.pass(60_000);
  assert.equal(told.length, 1);
});

test("a hitch is not told, nor what happens to a muted microphone or to one that was replaced", async () => {
  const { clock, watch, told } = setUp(0.01);
  const [first, second] = [new Line(), new Line()];
  watch.use(first);
  watch.set("on");
  first.become(true);
  await clock.pass(2000);
  first.become(false);
  await clock.pass(10_000);
  first.become(true);
  watch.use(second);
  await clock.pass(10_000);
  first.become(true);
  await clock.pass(10_000);
  watch.set("muted");
  second.become(true);
  await clock.pass(10_000);
  assert.deepEqual(told, []);
  watch.set("on");
  await clock.pass(4000);
  assert.deepEqual(told, [{ type: "gone" }], "whoever unmutes it then is told");
});

test("a dead microphone is told once, not as a silent one too", async () => {
  const { clock, watch, told } = setUp(0);
  const line = new Line();
  watch.use(line);
  watch.set("on");
  line.become(true);
  await clock.pass(40_000);
  assert.deepEqual(told, [{ type: "gone" }]);
});
