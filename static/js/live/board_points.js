/**
 * The geometry of the whiteboard, without a canvas: points travel as a start and
 * steps from there, which is half as long; whoever draws or erases needs them whole.
 *
 * @typedef {[number, number]} Point
 * @typedef {import("./board_messages.js").Mark} Mark
 */
import { BOARD_HEIGHT, BOARD_NOTE_HEIGHT, BOARD_NOTE_WIDTH, BOARD_NUMBERS, BOARD_WIDTH } from "./board_messages.js";

const TOLERANCE = 0.9;
const LINE_HEIGHT = 1.25;
const LETTER = 0.56;

/** A place inside the board, in whole numbers. @returns {Point} */
export function onBoard(x, y) {
  return [clamp(Math.round(x), BOARD_WIDTH), clamp(Math.round(y), BOARD_HEIGHT)];
}

/** Where a note can lie so that all of it is on the board. @returns {Point} its upper left corner */
export function forNote([x, y]) {
  return [clamp(Math.round(x), BOARD_WIDTH - BOARD_NOTE_WIDTH), clamp(Math.round(y), BOARD_HEIGHT - BOARD_NOTE_HEIGHT)];
}

/** @param {Point[]} points @returns {number[]} a start and steps */
export function toSteps(points) {
  let [x, y] = [0, 0];
  return points.flatMap((point) => {
    const step = [point[0] - x, point[1] - y];
    [x, y] = point;
    return step;
  });
}

/** @param {number[]} steps @returns {Point[]} */
export function toPoints(steps) {
  const points = [];
  let [x, y] = [0, 0];
  for (let at = 0; at + 1 < steps.length; at += 2) {
    [x, y] = [x + steps[at], y + steps[at + 1]];
    points.push([x, y]);
  }
  return points;
}

/** The same line with fewer points: those that lie on the way anyway are left out. @param {Point[]} points @returns {Point[]} */
export function simplify(points) {
  const keeps = new Set([0, points.length - 1]);
  const todo = [[0, points.length - 1]];
  while (todo.length) {
    const [from, to] = todo.pop();
    let [farthest, most] = [-1, TOLERANCE];
    for (let at = from + 1; at < to; at += 1) {
      const away = distance(points[at], points[from], points[to]);
      if (away > most) [farthest, most] = [at, away];
    }
    if (farthest < 0) continue;
    keeps.add(farthest);
    todo.push([from, farthest], [farthest, to]);
  }
  return points.filter((_, at) => keeps.has(at));
}

/** A line too long for one message, in parts that begin where the last one ended. @param {Point[]} points @returns {Point[][]} */
export function inParts(points, most = BOARD_NUMBERS / 2) {
  const parts = [];
  for (let at = 0; at === 0 || at < points.length - 1; at += most - 1) parts.push(points.slice(at, at + most));
  return parts;
}

/** Places on the way, no further apart than `step`, the last one included: a quick hand skips nothing. @returns {Point[]} */
export function between([x, y], [toX, toY], step) {
  const count = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / step));
  return Array.from({ length: count }, (_, at) => [x + ((toX - x) * (at + 1)) / count, y + ((toY - y) * (at + 1)) / count]);
}

/** Does somebody who touches this place, give or take, touch the drawing? @param {{kind: string, mark: Mark}} deed */
export function touches(deed, place, reach) {
  const { line, box } = outlineOf(deed);
  const away = reach + (line ? deed.mark.width / 2 : 0);
  if (!isInside(place, box, away)) return false;
  return !line || line.some((point, at) => distance(place, line[at - 1] ?? point, point) <= away);
}

/** @type {WeakMap<Mark, {line: Point[]|null, box: {left: number, top: number, right: number, bottom: number}}>} */
const outlines = new WeakMap();

/** What can be touched of a drawing; worked out once, for an eraser asks thousands of drawings sixty times a second. */
function outlineOf({ kind, mark }) {
  if (!outlines.has(mark)) outlines.set(mark, outline(kind, mark));
  return outlines.get(mark);
}

function outline(kind, mark) {
  const points = toPoints(mark.points);
  const [[left, top]] = points;
  if (kind === "note") return { line: null, box: { left, top, right: left + BOARD_NOTE_WIDTH, bottom: top + BOARD_NOTE_HEIGHT } };
  if (kind === "text") return { line: null, box: textBox(mark, points[0]) };
  const line = kind === "rectangle" ? corners(points) : kind === "ellipse" ? around(points) : points;
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of line) {
    [box.left, box.right] = [Math.min(box.left, x), Math.max(box.right, x)];
    [box.top, box.bottom] = [Math.min(box.top, y), Math.max(box.bottom, y)];
  }
  return { line, box };
}

/** How far from a piece of line? */
function distance([x, y], [fromX, fromY], [toX, toY]) {
  const [across, down] = [toX - fromX, toY - fromY];
  const square = across * across + down * down;
  const share = square ? Math.max(0, Math.min(1, ((x - fromX) * across + (y - fromY) * down) / square)) : 0;
  return Math.hypot(x - fromX - share * across, y - fromY - share * down);
}

function corners([[left, top], [right, bottom]]) {
  return [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
}

function around([[left, top], [right, bottom]]) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return Array.from({ length: 49 }, (_, at) => {
    const angle = (at * Math.PI) / 24;
    return [x + (Math.cos(angle) * (right - left)) / 2, y + (Math.sin(angle) * (bottom - top)) / 2];
  });
}

/** About: without a canvas nobody knows how wide letters are. */
function textBox({ text, width }, [x, y]) {
  const wide = Math.max(width, Math.min(text.length * width * LETTER, BOARD_WIDTH - x));
  const rows = Math.max(1, Math.ceil((text.length * width * LETTER) / Math.max(width, BOARD_WIDTH - x)));
  return { left: x, top: y, right: x + wide, bottom: y + rows * width * LINE_HEIGHT };
}

function isInside([x, y], { left, top, right, bottom }, give) {
  return x >= left - give && x <= right + give && y >= top - give && y <= bottom + give;
}

function clamp(value, most) {
  return Math.max(0, Math.min(most, value));
}
