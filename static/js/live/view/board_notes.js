/**
 * The sticky notes of the page as things one can hold: the paper and the words are on the
 * canvas, and over each lies a button that says what it says, takes the focus, and moves.
 * With the tool Note a finger drags it and a tap opens it; with the keyboard the arrows
 * move it, Enter opens it and Delete erases it, whatever the tool.
 */
import { keyOf } from "../board_log.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../board_messages.js";
import { forNote, toPoints, toSteps } from "../board_points.js";
import { arrowStep } from "./board_keys.js";

/** Keys that follow each other are one move. */
const RESTS_AFTER = 700;
/** A hand that trembles less than this, in units of the board, taps. */
const TREMBLES = 8;

export class BoardNotes {
  /** @type {Map<string, HTMLButtonElement>} */
  #buttons = new Map();
  /** What is being moved. @type {{note: object, at: [number, number], from: [number, number]|null, grip: [number, number]}|null} */
  #hand = null;
  #stopWaiting = () => {};
  #wasDragged = false;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.root
   * @param {import("../board.js").Board} parts.board
   * @param {import("./board_canvas.js").BoardCanvas} parts.canvas
   * @param {import("../clock.js").browserClock} parts.clock
   * @param {(note: object, button: HTMLElement) => void} parts.open
   * @param {(id: number) => string} parts.nameOf
   */
  constructor({ root, ...parts }) {
    Object.assign(this, parts);
    this.list = root.querySelector(".board-notes");
    const heard = {
      pointerdown: (event, note) => this.#grip(event, note),
      pointermove: (event) => this.#drag(event),
      pointerup: () => this.#drop(),
      pointercancel: () => this.#letGo(),
      keydown: (event, note) => this.#key(event, note),
      focusout: () => this.#drop(),
      click: (event, note) => this.#tap(event, note),
    };
    for (const [type, hear] of Object.entries(heard)) this.list.addEventListener(type, (event) => this.#with(event, hear));
  }

  /** The buttons as the page is now; one that has the focus keeps it. */
  draw() {
    const notes = this.board.drawings().filter(({ kind }) => kind === "note");
    const keys = new Set(notes.map(keyOf));
    for (const [key, button] of this.#buttons) {
      if (keys.has(key)) continue;
      if (keyOf(this.#hand?.note ?? {}) === key) this.#letGo();
      this.#buttons.delete(key);
      button.remove();
    }
    for (const note of notes) this.#place(this.#buttonOf(note), note);
  }

  #buttonOf(note) {
    const key = keyOf(note);
    if (!this.#buttons.has(key)) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "board-note" });
      button.dataset.key = key;
      button.setAttribute("aria-describedby", "board-note-help");
      this.list.append(button);
      this.#buttons.set(key, button);
    }
    return this.#buttons.get(key);
  }

  #place(button, note) {
    const who = note.sender === this.board.me ? "Your note" : `Note by ${this.nameOf(note.sender)}`;
    const [x, y] = this.#isHeld(note) ? this.#hand.at : placeOf(note);
    button.setAttribute("aria-label", `${who}: ${note.mark.text}`);
    button.toggleAttribute("data-still", !this.board.mayEdit(note));
    button.style.left = `${(x / BOARD_WIDTH) * 100}%`;
    button.style.top = `${(y / BOARD_HEIGHT) * 100}%`;
  }

  #with(event, hear) {
    const key = event.target.closest(".board-note")?.dataset.key;
    const note = key && this.board.drawings().find((one) => keyOf(one) === key);
    if (note) hear(event, note);
  }

  #grip(event, note) {
    if (event.button !== 0 || !event.isPrimary) return;
    this.#wasDragged = false;
    if (!this.board.mayEdit(note)) return;
    event.target.setPointerCapture(event.pointerId);
    this.#hand = { note, at: placeOf(note), from: placeOf(note), grip: this.canvas.place(event) };
  }

  #drag(event) {
    if (!this.#hand?.from || !event.isPrimary) return;
    const { from, grip } = this.#hand;
    const [x, y] = this.canvas.place(event);
    const way = [x - grip[0], y - grip[1]];
    if (!this.#wasDragged && Math.hypot(...way) < TREMBLES) return;
    this.#wasDragged = true;
    this.#move([from[0] + way[0], from[1] + way[1]]);
  }

  #key(event, note) {
    const step = arrowStep(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step && this.board.mayEdit(note)) {
      this.#hand ??= { note, at: placeOf(note), from: null, grip: [0, 0] };
      this.#move([this.#hand.at[0] + step[0], this.#hand.at[1] + step[1]]);
      this.#stopWaiting();
      this.#stopWaiting = this.clock.after(RESTS_AFTER, () => this.#drop());
    } else if (event.key === "Escape" && this.#hand) this.#letGo();
    else if (["Delete", "Backspace"].includes(event.key) && !this.board.isBarred) this.#erase(note);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #erase(note) {
    this.#letGo();
    this.canvas.moving.focus();
    this.board.erase([keyOf(note)]);
  }

  #tap({ target }, note) {
    if (this.#wasDragged) this.#wasDragged = false;
    else this.open(note, target);
  }

  #move(place) {
    const { note } = this.#hand;
    this.#hand.at = forNote(place);
    this.#place(this.#buttons.get(keyOf(note)), note);
    this.canvas.fade([note]);
    this.canvas.show({ kind: "note", mark: { ...note.mark, points: toSteps([this.#hand.at]) } });
  }

  /** It stays where it is now, for everybody. */
  #drop() {
    const hand = this.#hand;
    this.#letGo();
    if (!hand || String(hand.at) === String(placeOf(hand.note))) return;
    const now = this.board.drawings().find((one) => keyOf(one) === keyOf(hand.note));
    if (now) this.board.edit(keyOf(now), { ...now.mark, points: toSteps([hand.at]) });
  }

  /** It goes back to where it was. */
  #letGo() {
    if (!this.#hand) return;
    const { note } = this.#hand;
    this.#hand = null;
    this.#stopWaiting();
    this.canvas.fade([]);
    this.canvas.show(null);
    this.#place(this.#buttons.get(keyOf(note)), note);
  }

  #isHeld(note) {
    return this.#hand !== null && keyOf(this.#hand.note) === keyOf(note);
  }
}

function placeOf({ mark }) {
  return toPoints(mark.points)[0];
}
