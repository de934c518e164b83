/**
 * The two sheets of the whiteboard: what stands lies on the lower one and is only
 * drawn anew when something goes; what moves (our own line, those of others, the
 * cursor of the keyboard) is on the upper one.
 */
import { keyOf } from "../board.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../messages.js";
import { Ink } from "./board_ink.js";

const SHARP_ENOUGH = 2;

export class BoardCanvas {
  /** What we are drawing just now. @type {{kind: string, mark: object}|null} */
  #own = null;
  /** Keys of drawings the eraser has touched but not yet taken. */
  #fading = new Set();
  #cursor = null;
  #isStale = true;
  #isMovingStale = true;
  #isDue = false;

  /** @param {{frame: HTMLElement, board: import("../board.js").Board}} parts */
  constructor({ frame, board }) {
    this.board = board;
    this.still = frame.querySelector(".board-still");
    this.moving = frame.querySelector(".board-moving");
    this.ink = new Ink(frame);
    board.addEventListener("change", ({ detail }) => this.#changed(detail));
    board.addEventListener("turn", () => this.#due(true));
    board.addEventListener("sketches", () => this.#due());
    new ResizeObserver(() => this.#fit()).observe(this.still);
    document.fonts.ready.then(() => this.#due(true));
  }

  /** Show what is being drawn, or nothing. */
  show(drawing) {
    this.#own = drawing;
    this.#due();
  }

  /** @param {Set<string>} keys */
  fade(keys) {
    this.#fading = keys;
    this.#due(true);
  }

  /** @param {[number, number]|null} place */
  point(place) {
    this.#cursor = place;
    this.#due();
  }

  /** One page on a canvas of its own. @returns {HTMLCanvasElement} */
  picture(page, scale) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [BOARD_WIDTH * scale, BOARD_HEIGHT * scale];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    this.ink.paper(context);
    for (const drawing of this.board.drawings(page)) this.ink.paint(context, drawing);
    return canvas;
  }

  #changed({ page, added }) {
    if (page !== null && page !== this.board.page) return;
    if (added && !this.#isStale && this.still.width) this.ink.paint(this.still.getContext("2d"), added);
    else this.#due(true);
  }

  #fit() {
    const ratio = Math.min(SHARP_ENOUGH, devicePixelRatio);
    const width = Math.round(this.still.clientWidth * ratio);
    if (!width || width === this.still.width) return;
    for (const canvas of [this.still, this.moving]) {
      [canvas.width, canvas.height] = [width, Math.round((width * BOARD_HEIGHT) / BOARD_WIDTH)];
      canvas.getContext("2d").scale(width / BOARD_WIDTH, width / BOARD_WIDTH);
    }
    this.#isStale = true;
    this.#isMovingStale = true;
    this.#draw(); // at once: an emptied sheet must not be seen
  }

  #due(isAll = false) {
    this.#isStale ||= isAll;
    this.#isMovingStale = true;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw() {
    if (!this.still.clientWidth) return; // the panel is shut: the sheets are drawn when it opens
    if (this.#isStale) this.#drawStill();
    if (this.#isMovingStale) this.#drawMoving();
    this.#isStale = this.#isMovingStale = false;
  }

  #drawStill() {
    const context = this.still.getContext("2d");
    this.ink.paper(context);
    for (const drawing of this.board.drawings()) {
      context.globalAlpha = this.#fading.has(keyOf(drawing)) ? 0.2 : 1;
      this.ink.paint(context, drawing);
    }
    context.globalAlpha = 1;
  }

  #drawMoving() {
    const context = this.moving.getContext("2d");
    context.clearRect(0, 0, BOARD_WIDTH, BOARD_HEIGHT);
    for (const drawing of this.board.sketches.on(this.board.page)) this.ink.paint(context, drawing);
    if (this.#own) this.ink.paint(context, this.#own);
    if (this.#cursor) this.#drawCursor(context, this.#cursor);
  }

  #drawCursor(context, [x, y]) {
    for (const [colour, width] of [["paper", 7], ["ink", 3]]) {
      for (const [across, down] of [[18, 0], [0, 18]]) {
        const points = [x - across, y - down, 2 * across, 2 * down];
        this.ink.paint(context, { kind: "line", mark: { colour, width, points, text: "" } });
      }
    }
  }
}
