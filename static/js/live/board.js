/**
 * The whiteboard: the server's log of deeds, and our own that it has not confirmed
 * (outbox.js). What is on a page follows from the two (board_log.js); our deeds show
 * at once. While the mentor has locked it, learners begin nothing; what they had under the
 * pen is finished, shown, and waits.
 *
 * Speaks: "change" {page, added} (confirmed drawings that come on top; null means draw the
 * page anew, a page of null any page), "pending" (ours that are not confirmed have changed),
 * "lock", "turn" {page}, "sketches", "heard" {deed} from somebody else, "refused" {message}.
 *
 * @typedef {import("./board_messages.js").Deed} Deed number is null until it stands in the log
 * @typedef {import("./board_messages.js").Mark} Mark
 */
import { tell } from "./clock.js";
import { drawingsOn, historyOf, isDrawing, keyOf, paperOn } from "./board_log.js";
import { BOARD_PAGES, BOARD_TARGETS } from "./board_messages.js";
import { Sketches } from "./board_sketches.js";
import { Outbox } from "./outbox.js";

const MAY_BE_ON_ITS_WAY = 400;
const TRY_AGAIN = 3000;
/** Bytes to ask for at once: more while answers come quickly, less when one did not come at all. */
const PART = { first: 32_768, least: 8192, most: 262_144, isQuick: 400 };

export class Board extends EventTarget {
  page = 1;
  pages = 1;
  isLocked = false;
  #version = 0;
  /** @type {Deed[]} */
  #deeds = [];
  /** Heard before what comes before them. @type {Map<number, Deed>} */
  #early = new Map();
  #isCatchingUp = false;
  #part = PART.first;

  /**
   * @param {object} parts
   * @param {(draw: object) => Promise<Deed>} parts.send rejects when refused or lost
   * @param {(look: {since: number, most: number}) => Promise<import("./board_messages.js").Board>} parts.look
   * @param {() => string} parts.newId
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} parts.memory keeps what is not confirmed over a reload
   * @param {string} parts.room
   * @param {number} parts.me
   * @param {boolean} parts.isMentor
   */
  constructor({ send, look, newId, clock, memory, room, me, isMentor }) {
    super();
    Object.assign(this, { look, newId, clock, me, isMentor });
    this.outbox = new Outbox({
      send, clock, memory,
      place: `board.${room}.${me}`,
      fields: ["client_id", "page", "kind", "mark", "targets", "paper"],
      also: { number: null, sender: me },
      changed: () => tell(this, "pending"),
      answered: (deed) => this.hear(deed),
      refused: (deed, message) => this.#refused(deed, message),
      barred: () => this.hearLock({ on: true }),
    });
    this.pages = Math.max(1, ...this.outbox.deeds.map(({ page }) => page));
    this.sketches = new Sketches({ clock, changed: () => tell(this, "sketches") });
  }

  /** Our deeds that the server has not confirmed. */
  get waiting() {
    return this.outbox.deeds.length;
  }

  /** May we begin nothing? */
  get isBarred() {
    return this.isLocked && !this.isMentor;
  }

  /** We are in: fetch what we lack, send what never arrived. */
  enter({ board, locked }) {
    this.hearLock({ on: locked });
    if (board > this.#version) this.#catchUp();
    this.outbox.deliver();
  }

  /** The mentor locked the board or unlocked it. */
  hearLock({ on }) {
    if (on === this.isLocked) return;
    this.isLocked = on;
    tell(this, "lock");
    if (!on) this.outbox.deliver();
  }

  /** The drawings on a page, lowest first. @returns {Deed[]} */
  drawings(page = this.page) {
    return drawingsOn(page, this.#all());
  }

  /** @returns {string} what the page is on: "plain", "lines", "squares" or "axes" */
  paper(page = this.page) {
    return paperOn(page, this.#all());
  }

  /** Those of them that are not in the log yet. @returns {Deed[]} */
  unconfirmed(page = this.page) {
    return this.waiting ? this.drawings(page).filter(({ number }) => number === null) : [];
  }

  /** @param {string} kind @param {Mark} mark @param {string} [id] under which it was sketched */
  draw(kind, mark, id = this.newId()) {
    this.#do({ client_id: id, kind, mark });
  }

  /** Another place or other words for a note on this page. @param {string} key @param {Mark} mark */
  edit(key, mark) {
    this.#do({ kind: "edit", mark, targets: [key] });
  }

  /** Whoever wrote a note may change it, and the mentor. @param {Deed} note */
  mayEdit(note) {
    return this.isMentor || (note.sender === this.me && !this.isLocked);
  }

  /** @param {string[]} keys of drawings */
  erase(keys) {
    for (let at = 0; at < keys.length; at += BOARD_TARGETS) this.#do({ kind: "erase", targets: keys.slice(at, at + BOARD_TARGETS) });
  }

  clear() {
    if (!this.isBarred && this.drawings().length) this.#do({ kind: "clear" });
  }

  /** For this page and everybody. */
  choosePaper(paper) {
    if (!this.isBarred && paper !== this.paper()) this.#do({ kind: "paper", paper });
  }

  /** A new page after the last one, on the same paper as this one. */
  addPage() {
    if (this.isBarred || this.pages >= BOARD_PAGES) return;
    const paper = this.paper();
    this.pages += 1;
    this.#do({ kind: "page", page: this.pages });
    this.turnTo(this.pages);
    this.choosePaper(paper);
  }

  turnTo(page) {
    const wanted = Math.max(1, Math.min(this.pages, page));
    if (wanted === this.page) return;
    this.page = wanted;
    tell(this, "turn", { page: wanted });
  }

  get canUndo() {
    return !this.isBarred && Boolean(this.#history().undo);
  }

  get canRedo() {
    return !this.isBarred && Boolean(this.#history().redo);
  }

  undo() {
    if (this.canUndo) this.#reverse("undo", this.#history().undo);
  }

  redo() {
    if (this.canRedo) this.#reverse("redo", this.#history().redo);
  }

  /** A deed as it stands in the log: the server's echo or its answer. @param {Deed} deed */
  hear(deed) {
    const own = this.#own(deed);
    if (deed.number <= this.#version) return own && this.outbox.settle(own); // so old by now that nobody was sent it any more
    if (own) own.isAnswered = true;
    this.#early.set(deed.number, deed);
    this.#advance();
    if (own?.wasBarred) this.hearLock({ on: false }); // taken after all: the news of the unlocking was lost, or overtaken
    if (this.#early.size) this.clock.after(MAY_BE_ON_ITS_WAY, () => this.#early.size && this.#catchUp());
  }

  #reverse(kind, deed) {
    this.turnTo(deed.page);
    this.#do({ kind, page: deed.page, targets: [keyOf(deed)] });
  }

  #do(wanted) {
    const deed = { number: null, sender: this.me, client_id: this.newId(), page: this.page, mark: null, targets: null, paper: null, ...wanted };
    this.outbox.add(deed);
    if (!isDrawing(deed)) tell(this, "change", { page: deed.page, added: null });
  }

  async #catchUp() {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    let isAnew = false; // a full page is slow to draw: once at the end is enough
    try {
      for (let isBehind = true; isBehind; ) {
        const part = await this.#nextPart();
        const news = part.deeds.filter(({ number }) => number > this.#version);
        this.pages = Math.max(this.pages, part.pages);
        for (const deed of news) this.#apply(deed);
        this.#version = Math.max(this.#version, part.upto);
        isBehind = this.#version < part.version;
        isAnew ||= !this.#comesOnTop(news);
        if (!isAnew) tell(this, "change", { page: null, added: news.filter(isDrawing) });
      }
    } catch (error) {
      this.#part = Math.max(PART.least, Math.round(this.#part / 4));
      if (!error.code || error.code === "too_many" || error.code === "error") this.clock.after(TRY_AGAIN, () => this.#catchUp());
    }
    this.#isCatchingUp = false;
    if (isAnew) tell(this, "change", { page: null, added: null });
    this.#advance();
  }

  async #nextPart() {
    const asked = this.clock.now();
    const part = await this.look({ since: this.#version, most: this.#part });
    if (this.clock.now() - asked < PART.isQuick) this.#part = Math.min(PART.most, this.#part * 2);
    return part;
  }

  #advance() {
    for (const number of [...this.#early.keys()]) if (number <= this.#version) this.#early.delete(number);
    for (let deed = this.#early.get(this.#version + 1); deed; deed = this.#early.get(this.#version + 1)) {
      this.#early.delete(deed.number);
      this.#apply(deed);
      this.#version = deed.number;
      tell(this, "change", { page: deed.page, added: this.#comesOnTop([deed]) ? [deed] : null });
      if (deed.sender !== this.me) tell(this, "heard", { deed });
    }
  }

  /** Into the log, which everybody has in this order. */
  #apply(deed) {
    const own = this.#own(deed);
    this.#deeds.push(deed);
    this.pages = Math.max(this.pages, deed.page);
    this.sketches.forget(deed);
    if (own) this.outbox.settle(own);
  }

  /** Is it enough to draw these? Not when they take something away, or something of ours that waits may take them away. */
  #comesOnTop(deeds) {
    const isHarmless = (deed) => isDrawing(deed) || deed.kind === "page";
    return deeds.every(isHarmless) && this.outbox.deeds.every(isHarmless);
  }

  #refused(deed, message) {
    tell(this, "change", { page: deed.page, added: null });
    tell(this, "refused", { message });
  }

  /** Ours that this one confirms. */
  #own(deed) {
    return this.outbox.deeds.find((one) => keyOf(one) === keyOf(deed));
  }

  #all() {
    return [...this.#deeds, ...this.outbox.deeds];
  }

  #history() {
    return historyOf(this.me, this.#all());
  }
}
