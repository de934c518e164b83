import assert from "node:assert/strict";
import test from "node:test";
import { begin, decide, figuresBetween, framesDecoded, limits, SOUND_ALONE } from "../../../static/js/live/quality.js";

const GOOD = { loss: 0, roundTrip: 0.05, limited: 0, frames: 20, wanted: 20 };
const LOSSY = { ...GOOD, loss: 0.2 };
const SLOW = { ...GOOD, roundTrip: 0.9 };
const NARROW = { ...GOOD, limited: 0.9, frames: 5 };

/** What becomes of a state after so many seconds of the same figures. */
function after(seconds, figures, state = begin()) {
  let current = state;
  for (let second = 0; second < seconds; second += 1) current = decide(current, figures);
  return current;
}

/** So many good seconds after the second that lowered the picture to this level. */
function lowered(level = 1) {
  let state = begin();
  while (state.level < level) state = decide(state, LOSSY);
  return state;
}

for (const [name, figures] of Object.entries({ "lost packets": LOSSY, "a slow answer": SLOW, "a narrow line": NARROW })) {
  test(`${name} lower the picture one step, and then it is given time to show`, () => {
    const state = lowered();
    assert.equal(after(4, figures).level, 1);
    assert.equal(after(3, figures, state).level, 1);
    assert.equal(after(4, figures, state).level, 2);
  });
}

test("held back for a moment while the frames still come is no reason", () => {
  assert.equal(after(30, { ...GOOD, limited: 0.9, frames: 19 }).level, 0);
});

test("in the worst weather sound alone goes out, and never less", () => {
  assert.equal(after(60, LOSSY).level, SOUND_ALONE);
});

test("after four good seconds the picture gets better by one step", () => {
  const state = lowered(2);
  assert.equal(after(6, GOOD, state).level, 2);
  assert.equal(after(7, GOOD, state).level, 1);
});

test("all the way back after bad weather has gone", () => {
  assert.equal(after(60, GOOD, after(60, LOSSY)).level, 0);
});

test("a step up that hurts at once is taken back at once, and tried more seldom", () => {
  const up = after(7, GOOD, lowered(2));
  const back = decide(up, LOSSY);
  assert.equal(back.level, 2, "without the time to settle: we know what changed");
  assert.equal(after(10, GOOD, back).level, 2);
  assert.equal(after(11, GOOD, back).level, 1);
});

test("the more people we send to, the less each gets; half the size is the least", () => {
  assert.deepEqual([1, 2, 3].map((others) => limits(0, others).maxBitrate), [1_200_000, 700_000, 400_000]);
  assert.equal(limits(2, 3).maxBitrate, 150_000);
  assert.equal(limits(1, 3).maxBitrate, 350_000);
  for (let level = 0; level <= SOUND_ALONE; level += 1) assert.ok(limits(level, 1).scale <= 2 && limits(level, 1).maxBitrate > 0);
  assert.equal(limits(SOUND_ALONE, 1).isActive, false);
});

const report = (at, frames, held, far = {}) => new Map(Object.entries({
  out: { type: "outbound-rtp", timestamp: at, framesEncoded: frames, qualityLimitationDurations: { bandwidth: held } },
  far: { type: "remote-inbound-rtp", fractionLost: 0.1, roundTripTime: 0.2, ...far },
  source: { type: "media-source", framesPerSecond: 20 },
}));

test("two looks make the figures of the time between them", () => {
  assert.deepEqual(figuresBetween(report(1000, 100, 1), report(3000, 120, 2)), { loss: 0.1, roundTrip: 0.2, limited: 0.5, frames: 10, wanted: 20 });
});

test("nothing sent, or the same look twice, says nothing", () => {
  assert.equal(figuresBetween(new Map(), report(1000, 1, 0)), null);
  assert.equal(figuresBetween(report(1000, 1, 0), report(1000, 1, 0)), null);
  assert.equal(framesDecoded(new Map()), null);
});
