/**
 * The two sheets of the whiteboard: what stands in the log lies on the lower one, which
 * is only drawn anew when something goes; what is not there yet (our own line, what we
 * have not sent, the lines of others, the cross of the keyboard) is on the upper one.
 */
import { isDrawing } from "../board_log.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../board_messages.js";
import { onBoard } from "../board_points.js";
import { Ink } from "./board_ink.js";

const SHARP_ENOUGH = 2;

export class BoardCanvas {
  /** What we are drawing just now. @type {{kind: string, mark: object}|null} */
  #own = null;
  /** Drawings the eraser has touched but not yet taken. */
  #fading = [];
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
    for (const type of ["pending", "sketches"]) board.addEventListener(type, () => this.#due());
    new ResizeObserver(() => this.#fit()).observe(this.still);
    document.fonts.ready.then(() => this.#due(true));
  }

  /** Show what is being drawn, or nothing. */
  show(drawing) {
    this.#own = drawing;
    this.#due();
  }

  /** @param {import("../board.js").Deed[]} drawings the eraser is at */
  fade(drawings) {
    this.#fading = drawings;
    this.#due();
  }

  /** @param {[number, number]|null} place */
  point(place) {
    this.#cursor = place;
    this.#due();
  }

  /** Where on the board a finger or the mouse is. @returns {[number, number]} */
  place({ clientX, clientY }) {
    const { left, top, width, height } = this.moving.getBoundingClientRect();
    return onBoard(((clientX - left) * BOARD_WIDTH) / width, ((clientY - top) * BOARD_HEIGHT) / height);
  }

  /** One page on a canvas of its own. @returns {HTMLCanvasElement} */
  picture(page, scale) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [BOARD_WIDTH * scale, BOARD_HEIGHT * scale];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    this.ink.paper(context, this.board.paper(page));
    for (const drawing of this.board.drawings(page)) this.ink.paint(context, drawing);
    return canvas;
  }

  #changed({ page, added }) {
    if (page !== null && page !== this.board.page) return;
    this.#due(!added);
    if (this.#isStale) return;
    const context = this.still.getContext("2d");
    for (const drawing of added) if (isDrawing(drawing) && drawing.page === this.board.page) this.ink.paint(context, drawing);
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
    this.ink.paper(context, this.board.paper());
    for (const drawing of this.board.drawings()) if (drawing.number) this.ink.paint(context, drawing);
  }

  #drawMoving() {
    const context = this.moving.getContext("2d");
    context.clearRect(0, 0, BOARD_WIDTH, BOARD_HEIGHT);
    for (const { kind, mark } of this.#fading) this.ink.paint(context, { kind, mark: { ...mark, colour: "paper" } });
    for (const drawing of this.board.unconfirmed()) this.ink.paint(context, drawing);
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
