/**
 * The whiteboard on the page: its tools, its pages, and words for those who cannot
 * see it. What it shows it asks of the board; what it does it tells the board.
 */
import { DRAWINGS } from "../board_log.js";
import { BOARD_PAGES } from "../board_messages.js";
import { BoardCanvas } from "./board_canvas.js";
import { BoardNotes } from "./board_notes.js";
import { BoardPen } from "./board_pen.js";
import { saveDocument, savePicture } from "./board_saving.js";
import { BoardWords } from "./board_words.js";

const LETTERS = { 4: 28, 8: 40, 18: 64 };

export class BoardPanel {
  /**
   * @param {object} parts
   * @param {HTMLElement} parts.root
   * @param {import("../board.js").Board} parts.board
   * @param {import("../clock.js").browserClock} parts.clock
   * @param {(drawing: object) => void} parts.whisper
   * @param {(on: boolean) => void} parts.lock for the mentor
   * @param {(id: number) => string} parts.nameOf
   */
  constructor({ root, board, clock, whisper, lock, nameOf }) {
    Object.assign(this, { root, board, lock, nameOf });
    this.frame = root.querySelector(".board-frame");
    this.surface = root.querySelector(".board-moving");
    this.canvas = new BoardCanvas({ frame: this.frame, board });
    this.pen = new BoardPen({
      surface: this.surface, board, clock, whisper, canvas: this.canvas,
      choice: () => this.#choice(), write: (place) => this.#write(place),
    });
    this.words = new BoardWords({ root, surface: this.surface, board });
    this.notes = new BoardNotes({ root, board, clock, nameOf, canvas: this.canvas, open: (note, button) => this.words.change(note, button) });
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("keydown", (event) => this.#key(event));
    this.paper = root.querySelector(".board-paper");
    this.paper.addEventListener("change", () => board.choosePaper(this.paper.value));
    root.addEventListener("change", () => this.#chosen());
    for (const type of ["change", "turn", "pending", "lock"]) board.addEventListener(type, () => this.#due());
    board.addEventListener("heard", ({ detail }) => this.#heard(detail.deed));
    this.#chosen();
    this.#tell();
    root.inert = false;
  }

  #choice() {
    const value = (name) => this.root.querySelector(`[name=board-${name}]:checked`).value;
    return { tool: value("tool"), colour: value("colour"), width: Number(value("width")) };
  }

  #chosen() {
    this.root.dataset.tool = this.#choice().tool;
  }

  #write(place) {
    const { tool, colour, width } = this.#choice();
    this.words.write(tool, place, { colour, width: LETTERS[width] });
  }

  #clicked(event) {
    const what = event.target.closest("[data-board]")?.dataset.board;
    const { board } = this;
    const deeds = {
      undo: () => board.undo(),
      redo: () => board.redo(),
      back: () => board.turnTo(board.page - 1),
      on: () => board.turnTo(board.page + 1),
      new: () => board.addPage(),
      clear: () => board.clear(),
      lock: () => this.lock(!board.isLocked),
      large: () => this.#enlarge(event.target.closest("[data-board]")),
      picture: () => savePicture(this.canvas, board),
      document: () => saveDocument(this.canvas, board),
      there: () => board.turnTo(Number(this.#find(".board-elsewhere").dataset.page)),
    };
    deeds[what]?.();
  }

  #enlarge(button) {
    const isLarge = this.root.toggleAttribute("data-large");
    button.setAttribute("aria-pressed", String(isLarge));
  }

  #key(event) {
    if (event.target === this.words.field || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) this.board.redo();
    else this.board.undo();
  }

  #heard({ sender, page, kind }) {
    const isElsewhere = page !== this.board.page && (DRAWINGS.includes(kind) || kind === "page");
    if (!isElsewhere) return;
    const hint = this.#find(".board-elsewhere");
    hint.dataset.page = String(page);
    hint.hidden = false;
    this.#say(".board-elsewhere-words", `${this.nameOf(sender)} is on page ${page}`);
  }

  #due() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.#tell();
    });
  }

  #tell() {
    const { board } = this;
    const { page, pages, waiting } = board;
    const count = board.drawings().length;
    this.#say(".board-page", `Page ${page} of ${pages}`);
    this.#say(".board-waiting", waiting ? "Not sent yet" : "");
    this.#tellLock();
    this.notes.draw();
    const label = `Whiteboard, page ${page} of ${pages}, ${count === 1 ? "1 drawing" : `${count} drawings`}`;
    if (this.surface.getAttribute("aria-label") !== label) this.surface.setAttribute("aria-label", label);
    this.paper.value = board.paper();
    this.#able("undo", board.canUndo);
    this.#able("redo", board.canRedo);
    this.#able("back", page > 1);
    this.#able("on", page < pages);
    this.#able("new", pages < BOARD_PAGES && !board.isBarred);
    this.#able("clear", count > 0 && !board.isBarred);
    const hint = this.#find(".board-elsewhere");
    if (Number(hint.dataset.page) === page) hint.hidden = true;
  }

  /** What the mentor's lock means here; tools that have the focus hand it to the paper before they are switched off. */
  #tellLock() {
    const { isLocked, isBarred, isMentor, waiting } = this.board;
    const words = isBarred ? `Your mentor has locked the whiteboard${waiting ? ". What you drew is kept and goes out when it is unlocked" : ""}` : "";
    this.#say(".board-lock-words", isLocked && isMentor ? "Locked: only you can draw" : words);
    this.root.toggleAttribute("data-locked", isLocked);
    const name = isLocked ? "Unlock whiteboard" : "Lock whiteboard";
    for (const attribute of ["aria-label", "title"]) this.root.querySelector("[data-board=lock]")?.setAttribute(attribute, name);
    const tools = [...this.root.querySelectorAll(".board-choice > input"), this.paper];
    if (isBarred && tools.includes(document.activeElement)) this.surface.focus();
    for (const tool of tools) tool.disabled = isBarred;
  }

  /** aria-disabled, so that the focus stays where it is. */
  #able(what, isAble) {
    this.#find(`[data-board=${what}]`).setAttribute("aria-disabled", String(!isAble));
  }

  #say(selector, words) {
    const element = this.#find(selector);
    if (element.textContent !== words) element.textContent = words;
  }

  #find(selector) {
    return this.root.querySelector(selector);
  }
}
