/**
 * How drawings look on a canvas whose units are the board's own. Strokes are smooth:
 * each point bends the line, which runs through the middles between them.
 */
import { AXES_STRENGTH, GROUND_STRENGTH, linesOf } from "../board_paper.js";
import { toPoints } from "../board_points.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../board_messages.js";

const COLOURS = ["paper", "ink", "red", "orange", "green", "blue", "purple"];
const LINE_HEIGHT = 1.25;

export class Ink {
  #colours;

  /** @param {HTMLElement} element whose styles say what "red" is and which letters are ours */
  constructor(element) {
    const style = getComputedStyle(element);
    this.#colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--board-${name}`).trim()]));
    this.family = style.fontFamily;
  }

  /** @param {CanvasRenderingContext2D} context @param {string} kind */
  paper(context, kind) {
    context.fillStyle = this.#colours.paper;
    context.fillRect(0, 0, BOARD_WIDTH, BOARD_HEIGHT + 10); // the last row of pixels may be a fraction longer
    const { ground, axes } = linesOf(kind);
    this.#rule(context, ground, { colour: "blue", width: 3, strength: GROUND_STRENGTH });
    this.#rule(context, axes, { colour: "ink", width: 4, strength: AXES_STRENGTH });
  }

  /** @param {CanvasRenderingContext2D} context @param {{kind: string, mark: import("../board_messages.js").Mark}} drawing */
  paint(context, { kind, mark }) {
    const points = toPoints(mark.points);
    context.strokeStyle = context.fillStyle = this.#colours[mark.colour];
    context.lineWidth = mark.width;
    context.lineCap = context.lineJoin = "round";
    if (kind === "text") return this.#write(context, mark, points[0]);
    context.beginPath();
    this[`_${kind}`](context, points);
    context.stroke();
  }

  _stroke(context, points) {
    context.moveTo(...points[0]);
    for (let at = 1; at < points.length - 1; at += 1) context.quadraticCurveTo(...points[at], ...middle(points[at], points[at + 1]));
    context.lineTo(...points.at(-1)); // one point alone: a dot, for the caps are round
  }

  _line(context, [from, to]) {
    context.moveTo(...from);
    context.lineTo(...to);
  }

  _rectangle(context, [[left, top], [right, bottom]]) {
    context.rect(left, top, right - left, bottom - top);
  }

  _ellipse(context, [from, to]) {
    const [x, y] = middle(from, to);
    context.ellipse(x, y, Math.abs(to[0] - from[0]) / 2, Math.abs(to[1] - from[1]) / 2, 0, 0, 2 * Math.PI);
  }

  /** All of them in one stroke, or they would be darker where they cross. */
  #rule(context, segments, { colour, width, strength }) {
    context.strokeStyle = this.#colours[colour];
    context.lineWidth = Math.max(width, 1 / context.getTransform().a); // a pixel at least, or a small sheet hardly shows it
    context.globalAlpha = strength;
    context.beginPath();
    for (const [x, y, toX, toY] of segments) this._line(context, [[x, y], [toX, toY]]);
    context.stroke();
    context.globalAlpha = 1;
  }

  #write(context, { text, width }, [x, y]) {
    context.font = `500 ${width}px ${this.family}`;
    context.textBaseline = "top";
    inRows(context, text, Math.max(width, BOARD_WIDTH - x)).forEach((row, at) => context.fillText(row, x, y + at * width * LINE_HEIGHT));
  }
}

/** Words that do not fit beside each other go beneath. */
function inRows(context, text, room) {
  const rows = [""];
  for (const word of text.split(/\s+/)) {
    const longer = rows.at(-1) ? `${rows.at(-1)} ${word}` : word;
    if (rows.at(-1) && context.measureText(longer).width > room) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}

function middle([x, y], [otherX, otherY]) {
  return [(x + otherX) / 2, (y + otherY) / 2];
}
