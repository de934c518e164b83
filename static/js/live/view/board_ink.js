/**
 * How drawings look on a canvas whose units are the board's own. Strokes are smooth:
 * each point bends the line, which runs through the middles between them.
 */
import { AXES_STRENGTH, GROUND_STRENGTH, linesOf } from "../board_paper.js";
import { toPoints } from "../board_points.js";
import { BOARD_HEIGHT, BOARD_NOTE_HEIGHT, BOARD_NOTE_WIDTH, BOARD_WIDTH } from "../board_messages.js";

const COLOURS = ["paper", "ink", "sun", "red", "orange", "green", "blue", "purple"];
const LINE_HEIGHT = 1.25;
/** How strong the colour of a note's sheet is, and how much space is around its words; app/live/board_pdf.py does the same. */
const NOTE_STRENGTH = 0.3;
const NOTE_EDGE = 16;
const SMALLEST = 9;

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
    this.#rule(context, ground, { colour: "blue", width: 2, strength: GROUND_STRENGTH });
    this.#rule(context, axes, { colour: "ink", width: 3, strength: AXES_STRENGTH });
  }

  /** @param {CanvasRenderingContext2D} context @param {{kind: string, mark: import("../board_messages.js").Mark}} drawing */
  paint(context, { kind, mark }) {
    const points = toPoints(mark.points);
    context.strokeStyle = context.fillStyle = this.#colours[mark.colour];
    context.lineWidth = mark.width;
    context.lineCap = context.lineJoin = "round";
    if (kind === "text") return this.#write(context, mark, points[0]);
    if (kind === "note") return this.#stick(context, mark, points[0]);
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

  /** A note: its sheet, and its words as large as they fit. Where the eraser is at it, the sheet alone, as white as the paper. */
  #stick(context, { colour, text, width }, [x, y]) {
    const tint = this.#colours[colour === "ink" ? "sun" : colour];
    context.fillStyle = this.#colours.paper;
    context.fillRect(x, y, BOARD_NOTE_WIDTH, BOARD_NOTE_HEIGHT);
    context.fillStyle = context.strokeStyle = tint;
    context.lineWidth = 2;
    context.strokeRect(x, y, BOARD_NOTE_WIDTH, BOARD_NOTE_HEIGHT);
    if (colour === "paper") return;
    context.globalAlpha = NOTE_STRENGTH;
    context.fillRect(x, y, BOARD_NOTE_WIDTH, BOARD_NOTE_HEIGHT);
    context.globalAlpha = 1;
    context.fillStyle = this.#colours.ink;
    context.textBaseline = "top";
    const { rows, size } = this.#fit(context, text, width);
    rows.forEach((row, at) => context.fillText(row, x + NOTE_EDGE, y + NOTE_EDGE + at * size * LINE_HEIGHT));
  }

  #fit(context, text, largest) {
    for (let size = largest; ; size *= 0.9) {
      context.font = `500 ${size}px ${this.family}`;
      const rows = inRows(context, text, BOARD_NOTE_WIDTH - 2 * NOTE_EDGE);
      if (size <= SMALLEST || rows.length * size * LINE_HEIGHT <= BOARD_NOTE_HEIGHT - 2 * NOTE_EDGE) return { rows, size };
    }
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

/** Words that do not fit beside each other go beneath, and so does what is too long of a word alone. */
function inRows(context, text, room) {
  const fits = (words) => context.measureText(words).width <= room;
  return text.split("\n").flatMap((line) => {
    const rows = [""];
    for (const word of line.split(/\s+/)) {
      const longer = rows.at(-1) ? `${rows.at(-1)} ${word}` : word;
      if (rows.at(-1) && !fits(longer)) rows.push(word);
      else rows[rows.length - 1] = longer;
      while (!fits(rows.at(-1)) && [...rows.at(-1)].length > 1) rows.push(...cut(rows.pop(), fits));
    }
    return rows;
  });
}

/** A word in two, the first part as long as it fits. */
function cut(word, fits) {
  const letters = [...word];
  let at = letters.length - 1;
  while (at > 1 && !fits(letters.slice(0, at).join(""))) at -= 1;
  return [letters.slice(0, at).join(""), letters.slice(at).join("")];
}

function middle([x, y], [otherX, otherY]) {
  return [(x + otherX) / 2, (y + otherY) / 2];
}
