/**
 * The hand on the whiteboard: what a finger, a pen, a mouse or the arrow keys do
 * becomes a drawing. While it is on its way the others are told, ten times a second.
 */
import { keyOf } from "../board_log.js";
import { between, inParts, onBoard, simplify, touches, toSteps } from "../board_points.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../board_messages.js";
import { arrowStep } from "./board_keys.js";

/** Tools that only point to a place where something is to be written. */
const WORDED = ["text", "note"];
const TELL_EVERY = 100;
/** How far around it the eraser takes, in pixels of the screen: a finger is no finer on a small board. */
const REACH = 9;

export class BoardPen {
  /** @type {{tool: string, colour: string, width: number, id: string, points: [number, number][], told: number, touched: Map<string, object>}|null} */
  #hand = null;
  #cursor = [BOARD_WIDTH / 2, BOARD_HEIGHT / 2];
  #stopTelling = () => {};

  /**
   * @param {object} parts
   * @param {HTMLCanvasElement} parts.surface
   * @param {import("../board.js").Board} parts.board
   * @param {import("./board_canvas.js").BoardCanvas} parts.canvas
   * @param {import("../clock.js").browserClock} parts.clock
   * @param {() => {tool: string, colour: string, width: number}} parts.choice
   * @param {(drawing: object) => void} parts.whisper tells the others of what is not finished
   * @param {(place: [number, number]) => void} parts.write asks for words
   */
  constructor({ surface, ...parts }) {
    Object.assign(this, { surface, ...parts });
    surface.addEventListener("pointerdown", (event) => this.#down(event));
    surface.addEventListener("pointermove", (event) => this.#moved(event));
    for (const type of ["pointerup", "pointercancel"]) surface.addEventListener(type, () => this.#end());
    surface.addEventListener("keydown", (event) => this.#key(event));
    this.board.addEventListener("lock", () => this.board.isBarred && this.#end()); // what is drawn by now is kept, and waits
    surface.addEventListener("focus", () => surface.matches(":focus-visible") && this.canvas.point(this.#cursor));
    surface.addEventListener("blur", () => {
      this.#end();
      this.canvas.point(null);
    });
  }

  #down(event) {
    if (event.button !== 0 || !event.isPrimary || this.board.isBarred) return;
    this.canvas.point(null);
    this.surface.setPointerCapture(event.pointerId);
    this.#begin(this.canvas.place(event));
  }

  #moved(event) {
    if (!this.#hand || !event.isPrimary) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) this.#move(this.canvas.place(one));
  }

  #begin(place) {
    this.#cursor = place;
    this.#hand = { ...this.choice(), id: this.board.newId(), points: [place], told: 0, touched: new Map() };
    this.#stopTelling = this.clock.every(TELL_EVERY, () => this.#tell());
    this.#show();
  }

  #move(place) {
    const { points } = this.#hand;
    const [x, y] = points.at(-1);
    if (place[0] === x && place[1] === y) return;
    points.push(place);
    this.#show();
  }

  #end() {
    const hand = this.#hand;
    if (!hand) return;
    this.#hand = null;
    this.#stopTelling();
    this.canvas.show(null);
    if (hand.tool === "erase") this.#erase(hand);
    else if (WORDED.includes(hand.tool)) this.board.isBarred || this.write(hand.points.at(-1));
    else if (hand.tool === "stroke") inParts(simplify(hand.points)).forEach((points, at) => this.#draw(hand, points, at === 0));
    else if (hand.points.length > 1) this.#draw(hand, ends(hand.points));
  }

  #draw(hand, points, isFirst = true) {
    this.board.draw(hand.tool, mark(hand, points), isFirst ? hand.id : undefined);
  }

  #erase({ touched }) {
    this.board.erase([...touched.keys()]);
    this.canvas.fade([]);
  }

  #show() {
    const hand = this.#hand;
    if (hand.tool === "erase") this.#touch(hand);
    else if (!WORDED.includes(hand.tool)) this.canvas.show({ kind: hand.tool, mark: mark(hand, shape(hand)) });
  }

  #touch({ touched, points }) {
    const before = touched.size;
    const reach = (REACH * BOARD_WIDTH) / this.surface.clientWidth;
    const way = between(points.at(-2) ?? points[0], points.at(-1), reach);
    for (const drawing of this.board.drawings())
      if (!touched.has(keyOf(drawing)) && way.some((place) => touches(drawing, place, reach))) touched.set(keyOf(drawing), drawing);
    if (touched.size > before) this.canvas.fade([...touched.values()]);
  }

  /** A stroke is told in pieces, each beginning where the last one ended; a shape is told anew. */
  #tell() {
    const hand = this.#hand;
    if (!hand || ["erase", ...WORDED].includes(hand.tool) || hand.told === hand.points.length) return;
    const news = hand.tool === "stroke" ? inParts(hand.points.slice(Math.max(0, hand.told - 1)))[0] : shape(hand);
    hand.told = hand.points.length;
    this.whisper({ client_id: hand.id, page: this.board.page, kind: hand.tool, mark: mark(hand, news) });
  }

  /** Arrows move a cross, finer with Shift; Space sets the pen down and lifts it. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = arrowStep(event);
    if (step) {
      this.#cursor = onBoard(this.#cursor[0] + step[0], this.#cursor[1] + step[1]);
      if (this.#hand) this.#move(this.#cursor);
    } else if (event.key === " " || event.key === "Enter") {
      if (this.#hand) this.#end();
      else if (!this.board.isBarred) this.#begin(this.#cursor);
      if (WORDED.includes(this.choice().tool)) this.#end();
    } else return;
    event.preventDefault();
    this.canvas.point(this.#cursor);
  }
}

function mark({ colour, width }, points) {
  return { colour, width, points: toSteps(points), text: "" };
}

function shape({ tool, points }) {
  return tool === "stroke" ? points : ends(points);
}

function ends(points) {
  return [points[0], points.at(-1)];
}
