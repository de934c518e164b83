import assert from "node:assert/strict";
import { test } from "node:test";
import { splitTopics, topicsIn } from "../../../static/js/helpers/topics.js";

test("commas, semicolons and lines part topics, and spaces are tidied", () => {
  assert.deepEqual(splitTopics(" Linear  Equations, Polynomials;Sets\nGraphs "), ["Linear Equations", "Polynomials", "Sets", "Graphs"]);
});

test("a topic is taken once, however it is spelt", () => {
  assert.deepEqual(splitTopics("algebra, ALGEBRA, Sets", ["Algebra"]), ["Sets"]);
});

test("nothing comes of nothing", () => {
  assert.deepEqual(splitTopics(" , ,, \n "), []);
});

test("there is an end to how many and how long", () => {
  const many = Array.from({ length: 40 }, (_, index) => `Topic ${index}`).join(",");
  assert.equal(splitTopics(many).length, 12);
  assert.equal(splitTopics("x".repeat(500))[0].length, 40);
});

test("the topics on screen are read from their triggers, each once", () => {
  const found = topicsIn(["nudge:requests from:body throttle:300ms, wake", "nudge:bookings from:body, nudge:requests from:body", "click", "nudge:room:Ab-9_x from:body"]);
  assert.deepEqual([...found], ["requests", "bookings", "room:Ab-9_x"]);
});
