import assert from "node:assert/strict";
import test from "node:test";
import { Countdowns } from "../../../static/js/live/countdowns.js";
import { FakeClock, listen } from "./fakes.js";

const pulse = (timer, ending_in = null, decides_in = null) => ({ people: [], timer: { seconds: 0, runs_for: 0, ends_in: 600, ...timer }, ending_in, decides_in });

function counting() {
  const clock = new FakeClock();
  const countdowns = new Countdowns({ clock });
  return { clock, countdowns, ticks: listen(countdowns, "tick") };
}

test("between two words of the server the timer goes on by itself", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear(pulse({ seconds: 59, runs_for: 8 }));
  await clock.pass(2000);
  assert.equal(ticks[0].timer, "00:59");
  assert.equal(ticks.at(-1).timer, "01:01");
  assert.ok(ticks.at(-1).isRunning);
});

test("without news it stops where the evidence ends", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear(pulse({ seconds: 10, runs_for: 3 }));
  await clock.pass(20_000);
  assert.equal(ticks.at(-1).timer, "00:13");
  assert.ok(!ticks.at(-1).isRunning);
});

test("an End counts down to nought and no further, and an undone one is gone", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear(pulse({}, 10));
  await clock.pass(4000);
  assert.equal(ticks.at(-1).endingIn, 6);
  await clock.pass(20_000);
  assert.equal(ticks.at(-1).endingIn, 0);
  countdowns.hear(pulse({}));
  assert.equal(ticks.at(-1).endingIn, null);
});

test("whether both ever met decides what there is to rate", () => {
  const { countdowns } = counting();
  assert.equal(countdowns.hasMet, false);
  countdowns.hear(pulse({}));
  assert.equal(countdowns.hasMet, false);
  countdowns.hear(pulse({ seconds: 2 }));
  assert.equal(countdowns.hasMet, true);
});

test("once stopped it says nothing more", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear(pulse({}));
  countdowns.stop();
  const before = ticks.length;
  await clock.pass(5000);
  assert.equal(ticks.length, before);
});

test("while somebody is missing the minutes run down, and waiting longer gives new ones", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear(pulse({}, null, 30));
  await clock.pass(10_000);
  assert.equal(ticks.at(-1).decidesIn, 20);
  countdowns.hear(pulse({}, null, 620));
  assert.equal(ticks.at(-1).decidesIn, 620);
  countdowns.hear(pulse({}));
  assert.equal(ticks.at(-1).decidesIn, null);
});

test("the last minutes before the hard stop are said once each, not again when the server repeats itself", async () => {
  const { clock, countdowns } = counting();
  const warnings = listen(countdowns, "closing");
  const closing = (stops_in) => ({ ...pulse({}), stops_in });
  countdowns.hear(closing(602));
  await clock.pass(3000);
  countdowns.hear(closing(599));
  await clock.pass(300_000);
  countdowns.hear(closing(61));
  await clock.pass(2000);
  assert.deepEqual(warnings.map(({ minutes }) => minutes), [10, 5, 1]);
});

test("in the last minute the time to the hard stop stands beside the timer", async () => {
  const { clock, countdowns, ticks } = counting();
  countdowns.hear({ ...pulse({ ends_in: 30 }), stops_in: 62 });
  await clock.pass(1000);
  assert.deepEqual([ticks.at(-1).left, ticks.at(-1).isClosing], ["29 s left", false]);
  await clock.pass(17_000);
  assert.deepEqual([ticks.at(-1).left, ticks.at(-1).isClosing], ["closes in 00:44", true]);
});

test("who comes in late is not told of a minute that is over, and a stop that is far is not spoken of", async () => {
  const { clock, countdowns } = counting();
  const warnings = listen(countdowns, "closing");
  countdowns.hear(pulse({}));
  countdowns.hear({ ...pulse({}), stops_in: 400 });
  await clock.pass(20_000);
  assert.deepEqual(warnings, []);
});

/** How often whoever hears these words of the server, a minute before the planned end, is asked whether to go on. */
async function asked(timer, stops_in, ending_in = null) {
  const { clock, countdowns } = counting();
  const heard = listen(countdowns, "over");
  const at = (passed) => ({ ...pulse({ seconds: 1200, ...timer, ends_in: timer.ends_in - passed }, ending_in), stops_in: stops_in === null ? null : stops_in - passed });
  countdowns.hear(at(0));
  await clock.pass(30_000);
  countdowns.hear(at(30));
  await clock.pass(90_000);
  countdowns.hear(at(120));
  await clock.pass(60_000);
  return heard;
}

test("at the planned end everybody is asked once whether to go on, and until when", async () => {
  const heard = await asked({ ends_in: 60 }, 60 + 900);
  assert.equal(heard.length, 1);
  assert.equal(Math.round(heard[0].stopsIn), 900);
});

test("nobody is asked where there is nothing to go on to, nobody to go on with, or the end has begun", async () => {
  assert.deepEqual(await asked({ ends_in: 60 }, 60), [], "the hard stop is the planned end");
  assert.deepEqual(await asked({ ends_in: 60, seconds: 0 }, 960), [], "they never met");
  assert.deepEqual(await asked({ ends_in: 60 }, 960, 500), [], "somebody has pressed End");
  assert.deepEqual(await asked({ ends_in: -5 }, 895), [], "who comes in later sees that time is up");
});
