import assert from "node:assert/strict";
import test from "node:test";
import { Hand } from "../../../static/js/live/hand.js";
import { listen } from "./fakes.js";

const up = { microphone: "on", camera: true, sharing: false, hand: true };
const down = { ...up, hand: false };

test("one's own hand goes up and down, and each is told once", () => {
  const hand = new Hand();
  const heard = listen(hand, "change");
  hand.toggle();
  hand.toggle(true);
  hand.toggle(false);
  hand.toggle(false);
  assert.deepEqual(heard.map(({ isUp }) => isUp), [true, false]);
});

test("somebody's raised hand is news once, however often their status is repeated, and again after it was down", () => {
  const hand = new Hand();
  const heard = listen(hand, "raised", "down");
  for (const status of [down, up, up, down, up]) hand.hear(7, status);
  hand.forget(7);
  hand.forget(7);
  assert.deepEqual(heard.map(({ type }) => type), ["raised", "down", "raised", "down"]);
});
