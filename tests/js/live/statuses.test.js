import assert from "node:assert/strict";
import test from "node:test";
import { Statuses } from "../../../static/js/live/statuses.js";
import { nearestCorner } from "../../../static/js/live/view/drag.js";
import { listen } from "./fakes.js";

const nothing = { microphone: "off", camera: false, sharing: false };

test("somebody who told us nothing, or has nothing switched on, is not expected to be heard", () => {
  const statuses = new Statuses();
  assert.equal(statuses.isSending(1), false);
  statuses.set(1, nothing);
  assert.equal(statuses.isSending(1), false);
});

test("a muted microphone still sends: its silence is how we know that the line works", () => {
  const statuses = new Statuses();
  for (const change of [{ microphone: "muted" }, { camera: true }, { sharing: true }]) {
    statuses.set(1, { ...nothing, ...change });
    assert.equal(statuses.isSending(1), true);
  }
});

test("what is known is said again for a new picture, and forgotten with the person", () => {
  const statuses = new Statuses();
  const heard = listen(statuses, "change");
  statuses.set(1, nothing);
  statuses.repeat(1);
  statuses.repeat(2);
  statuses.forget(1);
  statuses.repeat(1);
  assert.deepEqual(heard.map(({ id }) => id), [1, 1]);
});

test("a small picture settles in the nearest corner", () => {
  const frame = { left: 0, top: 100, width: 300, height: 500 };
  assert.equal(nearestCorner({ clientX: 10, clientY: 120 }, frame), "top-left");
  assert.equal(nearestCorner({ clientX: 290, clientY: 120 }, frame), "top-right");
  assert.equal(nearestCorner({ clientX: 149, clientY: 590 }, frame), "bottom-left");
  assert.equal(nearestCorner({ clientX: 200, clientY: 351 }, frame), "bottom-right");
});
