import assert from "node:assert/strict";
import test from "node:test";
import { LinkWatch } from "../../../static/js/live/link_watch.js";
import { SOUND_ALONE } from "../../../static/js/live/quality.js";
import { FakeClock, listen } from "./fakes.js";

/** A link whose figures the test sets: loss of what we send, frames of what we get. */
class Link {
  state = "connected";
  epoch = 1;
  tracks = { camera: {} };
  loss = 0;
  decoded = 0;
  isFrozen = false;
  isSending = true;
  hasAgreed = true;
  limited = [];
  #at = 0;

  async lineStats(kind, side) {
    if (kind === "audio") return new Map([["far", this.#far()]]);
    if (side === "receiver") {
      if (!this.isFrozen) this.decoded += 20;
      return new Map([["in", { type: "inbound-rtp", framesDecoded: this.decoded }]]);
    }
    this.#at += 1000;
    if (!this.isSending) return new Map([["far", { ...this.#far(), fractionLost: 0.9 }]]); // as it was when the picture stopped
    return new Map(Object.entries({
      out: { type: "outbound-rtp", timestamp: this.#at, framesEncoded: this.#at / 50, qualityLimitationDurations: { bandwidth: 0 } },
      far: this.#far(),
      source: { type: "media-source", framesPerSecond: 20 },
    }));
  }

  async limitCamera(limits) {
    if (!this.hasAgreed) return false;
    this.limited.push(limits);
    this.isSending = limits.isActive;
    return true;
  }

  #far() {
    return { type: "remote-inbound-rtp", fractionLost: this.loss, roundTripTime: 0.05 };
  }
}

function watch({ showsFace = () => true } = {}) {
  const clock = new FakeClock();
  const link = new Link();
  const mesh = Object.assign(new EventTarget(), { peers: [[7, link]] });
  const part = new LinkWatch({ mesh, clock, showsFace });
  return { clock, link, mesh, part, heard: listen(part, "optimizing", "buffering") };
}

test("a connection gets its limits once, and a fresh one gets them again", async () => {
  const { clock, link } = watch();
  await clock.pass(5000);
  assert.equal(link.limited.length, 1);
  assert.deepEqual(link.limited[0], { maxBitrate: 1_200_000, scale: 1, isActive: true });
  link.epoch = 2;
  await clock.pass(2000);
  assert.equal(link.limited.length, 2);
});

test("limits that could not be set are set as soon as they can", async () => {
  const { clock, link } = watch();
  link.hasAgreed = false;
  await clock.pass(3000);
  link.hasAgreed = true;
  await clock.pass(3000);
  assert.equal(link.limited.length, 1);
});

test("on a bad link the picture is lowered and it is said for whom; on a good one it comes back without a word", async () => {
  const { clock, link, heard } = watch();
  link.loss = 0.3;
  await clock.pass(6000);
  assert.deepEqual(heard.map(({ type, to, level }) => [type, to, level]), [["optimizing", 7, 1]]);
  await clock.pass(30_000);
  assert.equal(link.limited.at(-1).isActive, false);
  assert.equal(heard.at(-1).level, SOUND_ALONE);
  const said = heard.length;
  link.loss = 0;
  await clock.pass(60_000);
  assert.deepEqual(link.limited.at(-1), { maxBitrate: 1_200_000, scale: 1, isActive: true });
  assert.equal(heard.length, said);
});

test("a fresh connection is not judged by the one that died: it begins at lowered, and soon goes up", async () => {
  for (const isSeenDown of [true, false]) {
    const { clock, link, part } = watch();
    link.loss = 0.3;
    await clock.pass(15_000);
    link.loss = 0;
    await clock.pass(8000);
    link.loss = 0.3; // the way up hurt: it is waited for twice as long
    await clock.pass(15_000);
    assert.equal(part.worst, "sound");
    if (isSeenDown) {
      link.state = "disconnected";
      await clock.pass(3000);
    }
    Object.assign(link, { state: "connected", epoch: link.epoch + 1, loss: 0, isSending: true });
    await clock.pass(2000);
    assert.deepEqual([part.worst, link.limited.at(-1).isActive, link.limited.at(-1).scale], ["lowered", true, 1.5]);
    await clock.pass(7000);
    assert.equal(part.worst, "good");
  }
});

test("one that healed by itself goes on as it was, and a fresh one for a good picture stays good", async () => {
  const { clock, link, part } = watch();
  await clock.pass(3000);
  link.epoch = 2;
  await clock.pass(2000);
  assert.equal(part.worst, "good");
  link.loss = 0.3;
  await clock.pass(15_000);
  link.state = "disconnected";
  await clock.pass(3000);
  link.state = "connected";
  await clock.pass(1000);
  assert.equal(part.worst, "sound");
});

test("a picture that stands still while the link is up is told, and that it moves again", async () => {
  const { clock, link, heard } = watch();
  await clock.pass(3000);
  link.isFrozen = true;
  await clock.pass(1000);
  assert.deepEqual(heard, [], "one look too few");
  await clock.pass(1000);
  assert.deepEqual(heard.map(({ from, isStanding }) => [from, isStanding]), [[7, true]]);
  link.isFrozen = false;
  await clock.pass(1000);
  assert.equal(heard.at(-1).isStanding, false);
});

test("a camera that is off stands still by right, and a broken link is somebody else's news", async () => {
  const off = watch({ showsFace: () => false });
  off.link.isFrozen = true;
  const broken = watch();
  await broken.clock.pass(3000);
  Object.assign(broken.link, { isFrozen: true, state: "disconnected" });
  for (const { clock } of [off, broken]) await clock.pass(10_000);
  assert.deepEqual([off.heard, broken.heard], [[], []]);
});

test("a weak link is one that carries the call: once it is down there is nothing to spare for it", async () => {
  const { clock, link, part } = watch();
  await clock.pass(2000);
  assert.equal(part.isWeak, false);
  link.loss = 0.3;
  await clock.pass(6000);
  assert.equal(part.isWeak, true);
  link.state = "disconnected";
  await clock.pass(1000);
  assert.equal(part.isWeak, false);
  link.state = "connected";
  await clock.pass(1000);
  assert.equal(part.isWeak, true);
});

test("with several others, a link that is weak to all of them is ours; weak to one of them it is theirs", async () => {
  const clock = new FakeClock();
  const [lev, ana] = [new Link(), new Link()];
  const mesh = Object.assign(new EventTarget(), { peers: [[7, lev], [8, ana]] });
  const heard = listen(new LinkWatch({ mesh, clock, showsFace: () => true }), "optimizing", "buffering");
  await clock.pass(3000);
  lev.loss = 0.3;
  lev.isFrozen = true;
  await clock.pass(4000);
  assert.ok(heard.length >= 2);
  assert.ok(heard.every(({ isOurs }) => !isOurs));
  ana.loss = 0.3;
  const before = heard.length;
  await clock.pass(4000);
  assert.ok(heard.slice(before).some(({ type, to, isOurs }) => type === "optimizing" && to === 8 && isOurs));
});
