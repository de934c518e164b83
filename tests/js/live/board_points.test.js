import assert from "node:assert/strict";
import test from "node:test";
import { between, forNote, inParts, onBoard, simplify, toPoints, toSteps, touches } from "../../../static/js/live/board_points.js";

const mark = (points, text = "") => ({ colour: "ink", width: 4, points: toSteps(points), text });

test("points survive their way as a start and steps", () => {
  const points = [[10, 20], [13, 18], [0, 1000], [1600, 0]];
  assert.deepEqual(toSteps(points), [10, 20, 3, -2, -13, 982, 1600, -1000]);
  assert.deepEqual(toPoints(toSteps(points)), points);
});

test("a place is whole and inside the board", () => {
  assert.deepEqual(onBoard(12.6, 7.2), [13, 7]);
  assert.deepEqual(onBoard(-5, 4000), [0, 1000]);
});

test("points on the way are left out, corners stay", () => {
  const straight = Array.from({ length: 50 }, (_, at) => [at, at]);
  assert.deepEqual(simplify(straight), [[0, 0], [49, 49]]);
  assert.deepEqual(simplify([[0, 0], [50, 0], [50, 50]]), [[0, 0], [50, 0], [50, 50]]);
  assert.deepEqual(simplify([[7, 7]]), [[7, 7]]);
});

test("a line too long for one message is sent in parts that hang together", () => {
  const points = Array.from({ length: 10 }, (_, at) => [at, 0]);
  assert.deepEqual(inParts(points, 4).map((part) => part.map(([x]) => x)), [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]);
  assert.deepEqual(inParts([[5, 5]], 4), [[[5, 5]]]);
});

test("the eraser feels lines, not the paper inside of them", () => {
  const square = { kind: "rectangle", mark: mark([[100, 100], [300, 300]]) };
  const circle = { kind: "ellipse", mark: mark([[100, 100], [300, 300]]) };
  const stroke = { kind: "stroke", mark: mark([[100, 100], [300, 300]]) };
  const words = { kind: "text", mark: { ...mark([[100, 100]], "some words"), width: 40 } };
  const felt = (drawing, place) => touches(drawing, place, 5);
  assert.deepEqual([[200, 100], [300, 250], [200, 200]].map((place) => felt(square, place)), [true, true, false]);
  assert.deepEqual([[200, 100], [100, 100], [200, 200]].map((place) => felt(circle, place)), [true, false, false]);
  assert.deepEqual([[200, 203], [200, 230]].map((place) => felt(stroke, place)), [true, false]);
  assert.deepEqual([[150, 120], [150, 300]].map((place) => felt(words, place)), [true, false]);
});

test("a quick hand skips nothing on its way", () => {
  assert.deepEqual(between([0, 0], [30, 0], 10), [[10, 0], [20, 0], [30, 0]]);
  assert.deepEqual(between([5, 5], [5, 5], 10), [[5, 5]]);
});

test("a note lies wholly on the board and is felt all over", () => {
  assert.deepEqual([[1590, 990], [-5, 10.4], [1280, 760]].map(forNote), [[1280, 760], [0, 10], [1280, 760]]);
  const note = { kind: "note", mark: { ...mark([[100, 100]], "x"), width: 28 } };
  assert.deepEqual([[110, 110], [410, 330], [440, 110]].map((place) => touches(note, place, 5)), [true, true, false]);
});
