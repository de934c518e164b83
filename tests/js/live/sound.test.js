import assert from "node:assert/strict";
import test from "node:test";
import { keepPlaying } from "../../../static/js/live/view/sound.js";
import { FakeClock, settle } from "./fakes.js";

/** As much of an audio element as going on needs. */
class Voice extends EventTarget {
  srcObject = { active: true };
  plays = 0;
  refusal = null;

  async play() {
    this.plays += 1;
    if (this.refusal) throw Object.assign(new Error(this.refusal), { name: this.refusal });
  }

  pause() {
    this.dispatchEvent(new Event("pause"));
  }
}

function listening() {
  const clock = new FakeClock();
  const voice = new Voice();
  let asked = 0;
  keepPlaying(voice, clock.now, () => (asked += 1));
  return { voice, clock, asked: () => asked };
}

test("a sound that the system stopped goes on by itself", async () => {
  const { voice, clock, asked } = listening();
  await clock.pass(5000);
  voice.pause();
  await settle();
  assert.deepEqual([voice.plays, asked()], [1, 0]);
});

test("where the browser wants a tap for it, or the system stops it again at once, one is asked for", async () => {
  const { voice, clock, asked } = listening();
  await clock.pass(5000);
  voice.pause();
  voice.pause();
  await settle();
  assert.deepEqual([voice.plays, asked()], [1, 1]);
  await clock.pass(5000);
  voice.refusal = "NotAllowedError";
  voice.pause();
  await settle();
  assert.deepEqual([voice.plays, asked()], [2, 2]);
});

test("what ended, or what we let go of ourselves, stays quiet", async () => {
  const { voice, clock, asked } = listening();
  await clock.pass(5000);
  voice.srcObject = { active: false };
  voice.pause();
  voice.srcObject = null;
  voice.pause();
  await settle();
  assert.deepEqual([voice.plays, asked()], [0, 0]);
});
