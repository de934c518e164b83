import assert from "node:assert/strict";
import test from "node:test";
import { MicrophoneWatch } from "../../../static/js/live/microphone_watch.js";
import { FakeClock, listen } from "./fakes.js";

function setUp(level = 0) {
  const clock = new FakeClock();
  const loudness = { level, heard: [], listen: (track) => loudness.heard.push(track), look: () => loudness.level, stop: () => loudness.heard.push("stop") };
  const watch = new MicrophoneWatch({ clock, loudness });
  return { clock, loudness, watch, told: listen(watch, "silent", "talking") };
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
