import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, relativeText, untilNextTick } from "../../../static/js/helpers/time.js";

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 18, 0);

test("a moment ahead is written as the server writes it", () => {
  const rows = [
    [0, "now"], [59_999, "now"], [MINUTE, "in 1 min"], [42 * MINUTE, "in 42 min"], [42 * MINUTE + 59_000, "in 42 min"],
    [59.9 * MINUTE, "in 59 min"], [60 * MINUTE, "in 1 h"], [185 * MINUTE, "in 3 h"], [24 * 60 * MINUTE, "in 1 day"], [49 * 60 * MINUTE, "in 2 days"],
  ];
  for (const [away, text] of rows) assert.equal(relativeText(NOW + away, NOW), text);
});

test("a moment that has passed says how long ago", () => {
  assert.equal(relativeText(NOW - 5 * MINUTE, NOW), "5 min ago");
  assert.equal(relativeText(NOW - 30 * 60 * MINUTE, NOW), "1 day ago");
});

test("the words change exactly when the clock says so, never earlier", () => {
  const then = NOW + 42 * MINUTE + 10_000;
  const wait = untilNextTick(then, NOW);
  assert.equal(relativeText(then, NOW), "in 42 min");
  assert.equal(relativeText(then, NOW + wait), "in 41 min");
  assert.ok(wait > 10_000 && wait < 11_000);
});

test("a countdown shows minutes and seconds, hours when there are any, and stops at nothing", () => {
  assert.equal(clockText(9 * MINUTE + 41_000), "9:41");
  assert.equal(clockText(6_001), "0:07");
  assert.equal(clockText(61 * MINUTE), "1:01:00");
  assert.equal(clockText(-1), "0:00");
});
