/**
 * The field over the whiteboard in which a line of text or a sticky note is written. What is
 * typed is kept when the field is left, with Enter (in a note, where Enter begins a new line,
 * with Control and Enter); Escape leaves everything as it was.
 *
 * @typedef {import("../board_messages.js").Mark} Mark
 */
import { keyOf } from "../board_log.js";
import { BOARD_HEIGHT, BOARD_NOTE_LINES, BOARD_TEXT, BOARD_WIDTH } from "../board_messages.js";
import { forNote, toPoints, toSteps } from "../board_points.js";

const FULL = `That is full: ${BOARD_TEXT} letters fit.`;
const NO_MORE_LINES = `A note has room for ${BOARD_NOTE_LINES} lines.`;

export class BoardWords {
  /** What is being written. @type {{kind: string, mark: Mark, note: object|null, back: HTMLElement}|null} */
  #wanted = null;

  /** @param {{root: HTMLElement, surface: HTMLElement, board: import("../board.js").Board}} parts */
  constructor({ root, surface, board }) {
    Object.assign(this, { surface, board });
    this.field = root.querySelector(".board-words");
    this.hint = root.querySelector(".board-words-hint");
    this.field.addEventListener("keydown", (event) => this.#typed(event));
    this.field.addEventListener("input", () => this.#say(this.field.value.length >= BOARD_TEXT ? FULL : ""));
    this.field.addEventListener("blur", () => this.#leave());
  }

  /** Something new. @param {"text"|"note"} kind @param {[number, number]} place @param {{colour: string, width: number}} look */
  write(kind, place, look) {
    const points = toSteps([kind === "note" ? forNote(place) : place]);
    this.#open({ kind, mark: { ...look, points, text: "" }, note: null, back: this.surface });
  }

  /** A note that is there: to change it, or, where one may not, to read it. @param {import("../board.js").Deed} note */
  change(note, back) {
    this.#open({ kind: "note", mark: note.mark, note, back });
  }

  #open(wanted) {
    const { kind, mark: { colour, width, points, text }, note } = wanted;
    const { field } = this;
    const [[x, y]] = toPoints(points);
    this.#wanted = wanted;
    field.hidden = false;
    field.value = text;
    field.readOnly = Boolean(note) && !this.board.mayEdit(note);
    field.dataset.kind = kind;
    field.setAttribute("aria-label", kind === "note" ? "Note" : "Text for the whiteboard");
    field.style.setProperty("--x", `${(x / BOARD_WIDTH) * 100}%`);
    field.style.setProperty("--y", `${(y / BOARD_HEIGHT) * 100}%`);
    field.style.setProperty("--letters", `${(width / BOARD_WIDTH) * 100}cqw`);
    field.style.setProperty("--tint", `var(--board-${colour === "ink" ? "sun" : colour})`);
    if (field.readOnly) field.setSelectionRange(0, 0); // read from the beginning
    setTimeout(() => field.focus()); // after the tap that asked for it, which would take the focus away again
  }

  #typed(event) {
    if (!this.#wanted) return;
    const { kind, back } = this.#wanted;
    const isNote = kind === "note";
    const isEnter = event.key === "Enter" && !event.isComposing;
    if (isEnter && isNote && !event.ctrlKey && !event.metaKey) {
      if (!this.field.readOnly && this.field.value.split("\n").length < BOARD_NOTE_LINES) return;
      event.preventDefault();
      if (!this.field.readOnly) this.#say(NO_MORE_LINES);
      return;
    }
    if (!isEnter && (event.key !== "Escape" || event.isComposing)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.#wanted = null;
    (back.isConnected ? back : this.surface).focus(); // the note may have been erased meanwhile
  }

  #leave() {
    const wanted = this.#wanted;
    const words = tidy(wanted?.kind, this.field.value);
    this.#wanted = null;
    this.field.hidden = true;
    this.field.value = "";
    this.#say("");
    if (wanted && !this.field.readOnly) this.#keep(wanted, words);
  }

  #keep({ kind, mark, note }, text) {
    if (text === mark.text) return;
    const key = note && keyOf(note);
    const now = note && this.board.drawings().find((one) => keyOf(one) === key);
    if (now && text) this.board.edit(key, { ...now.mark, text });
    else if (now) this.board.erase([key]);
    else if (text) this.board.draw(kind, { ...mark, text }); // new, or erased while we wrote: our words are not
  }

  #say(words) {
    if (this.hint.textContent !== words) this.hint.textContent = words;
  }
}

/** As the server takes it: a text is one line, and what was pasted into a note beyond its last line goes onto that. */
function tidy(kind, value) {
  const lines = value.trim().split("\n");
  const most = kind === "note" ? BOARD_NOTE_LINES : 1;
  return [...lines.slice(0, most - 1), ...(lines.length < most ? [] : [lines.slice(most - 1).join(" ")])].join("\n");
}
