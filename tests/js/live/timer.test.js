import assert from "node:assert/strict";
import test from "node:test";
import { isRunning, minutesAndSeconds, secondsLeft, secondsTogether, timeLeftWords } from "../../../static/js/live/timer.js";

const running = { seconds: 60, runs_for: 8, ends_in: 600 };
const paused = { seconds: 60, runs_for: 0, ends_in: 600 };

test("the count goes on between two words from the server", () => {
  assert.equal(secondsTogether(running, 3.5), 63.5);
  assert.ok(isRunning(running, 3.5));
});

test("the count never runs past what the server has vouched for, so it cannot jump back", () => {
  assert.equal(secondsTogether(running, 8), 68);
  assert.equal(secondsTogether(running, 500), 68);
  assert.ok(!isRunning(running, 8));
});

test("alone in the room the count stands still", () => {
  assert.equal(secondsTogether(paused, 30), 60);
  assert.ok(!isRunning(paused, 0));
});

test("the time left goes on for everybody, also while the count stands", () => {
  assert.equal(secondsLeft(paused, 30), 570);
});

test("minutes and seconds have two figures each, and hours are minutes", () => {
  assert.equal(minutesAndSeconds(0), "00:00");
  assert.equal(minutesAndSeconds(65.9), "01:05");
  assert.equal(minutesAndSeconds(5400), "90:00");
  assert.equal(minutesAndSeconds(-3), "00:00");
});

test("the words beside the timer say what is left, and when it is over", () => {
  assert.equal(timeLeftWords(1920), "32 min left");
  assert.equal(timeLeftWords(61), "2 min left");
  assert.equal(timeLeftWords(50), "50 s left");
  assert.equal(timeLeftWords(0), "Time is up");
  assert.equal(timeLeftWords(-200), "3 min over");
});
