/**
 * What the papers of the whiteboard look like: the twin of app/live/board_paper.py, in
 * the board's own units. A test compares the two.
 *
 * @typedef {[number, number, number, number]} Segment from x and y to x and y
 */
import { BOARD_HEIGHT, BOARD_WIDTH } from "./board_messages.js";

/** From line to line: the middle of the board, where the axes cross, lies on one each way. */
const STEP = 50;

/** How strong the blue of the lines and the ink of the axes are: pale, so that what is drawn stands out. */
export const GROUND_STRENGTH = 0.25;
export const AXES_STRENGTH = 0.55;

const [MIDDLE, LEVEL] = [BOARD_WIDTH / 2, BOARD_HEIGHT / 2];
const TIP = BOARD_WIDTH - 6;
/** The two arrows and the letters at their ends, which are lines too, so that no font is asked for. @type {Segment[]} */
const AXES = [
  [0, LEVEL, TIP, LEVEL], [TIP, LEVEL, TIP - 18, LEVEL - 9], [TIP, LEVEL, TIP - 18, LEVEL + 9],
  [MIDDLE, BOARD_HEIGHT, MIDDLE, 6], [MIDDLE, 6, MIDDLE - 9, 24], [MIDDLE, 6, MIDDLE + 9, 24],
  [1564, 524, 1582, 548], [1582, 524, 1564, 548],
  [822, 12, 831, 26], [840, 12, 824, 40],
];

/** @param {string} paper @returns {{ground: Segment[], axes: Segment[]}} */
export function linesOf(paper) {
  const ground = [];
  if (paper !== "plain") for (let y = STEP; y < BOARD_HEIGHT; y += STEP) ground.push([0, y, BOARD_WIDTH, y]);
  if (["squares", "axes"].includes(paper)) for (let x = STEP; x < BOARD_WIDTH; x += STEP) ground.push([x, 0, x, BOARD_HEIGHT]);
  return { ground, axes: paper === "axes" ? AXES : [] };
}
