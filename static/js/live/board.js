/**
 * The whiteboard: the server's log of deeds, and our own that it has not confirmed.
 * What is on a page follows from the two by one walk. Our deeds show at once, go out
 * one after the other, and go again after a reconnect or a reload under the same id.
 *
 * Speaks: "change" {page, added} (`added` may be drawn on top, null means draw the page
 * anew), "turn" {page}, "sketches", "settled" (one of ours need not be sent any more), "heard" {deed} from somebody else, "refused" {message}.
 *
 * @typedef {import("./messages.js").Deed} Deed number is null until the server has confirmed it
 * @typedef {import("./messages.js").Mark} Mark
 */
import { tell } from "./clock.js";
import { BOARD_PAGES, BOARD_TARGETS, BOARD_UNDO } from "./messages.js";
import { Sketches } from "./board_sketches.js";

export const DRAWINGS = ["stroke", "line", "rectangle", "ellipse", "text"];
const UNDOABLE = [...DRAWINGS, "erase", "clear"];
const MAY_BE_ON_ITS_WAY = 400;
const TRY_AGAIN = 3000;
const CALM_DOWN = 1000;
const PATIENCE = 5;

export const keyOf = ({ sender, client_id }) => `${sender}:${client_id}`;

export class Board extends EventTarget {
  page = 1;
  pages = 1;
  #version = 0;
  /** @type {Deed[]} */
  #deeds = [];
  /** @type {Deed[]} */
  #pending = [];
  /** Heard before what comes before them. @type {Map<number, Deed>} */
  #early = new Map();
  #round = 0;
  #isDelivering = false;
  #isCatchingUp = false;

  /**
   * @param {object} parts
   * @param {(draw: object) => Promise<Deed>} parts.send rejects when refused or lost
   * @param {(look: {since: number}) => Promise<import("./messages.js").Board>} parts.look
   * @param {() => string} parts.newId
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} parts.memory keeps what is not confirmed over a reload
   * @param {string} parts.room
   * @param {number} parts.me
   */
  constructor({ send, look, newId, clock, memory, room, me }) {
    super();
    Object.assign(this, { send, look, newId, clock, memory, me });
    this.place = `peerlearn.board.${room}.${me}`;
    this.#remember();
    this.sketches = new Sketches({ clock, changed: () => tell(this, "sketches") });
  }

  /** Our deeds that the server has not confirmed. */
  get waiting() {
    return this.#pending.length;
  }

  /** We are in: fetch what we lack, send what never arrived. */
  enter({ board }) {
    if (board > this.#version) this.#catchUp();
    this.#deliver();
  }

  /** The drawings on a page, lowest first. @returns {Deed[]} */
  drawings(page = this.page) {
    const undone = this.#undone();
    const shown = new Map();
    for (const deed of this.#all()) {
      if (deed.page !== page || undone.has(keyOf(deed))) continue;
      if (deed.mark) shown.set(keyOf(deed), deed);
      else if (deed.kind === "clear") shown.clear();
      else if (deed.kind === "erase") for (const key of deed.targets) shown.delete(key);
    }
    return [...shown.values()];
  }

  /** @param {string} kind @param {Mark} mark @param {string} [id] under which it was sketched */
  draw(kind, mark, id = this.newId()) {
    this.#do({ client_id: id, kind, mark });
  }

  /** @param {string[]} keys of drawings */
  erase(keys) {
    for (let at = 0; at < keys.length; at += BOARD_TARGETS) this.#do({ kind: "erase", targets: keys.slice(at, at + BOARD_TARGETS) });
  }

  clear() {
    if (this.drawings().length) this.#do({ kind: "clear" });
  }

  /** A new page after the last one, or the last one while it is empty. */
  addPage() {
    if (this.pages >= BOARD_PAGES) return;
    this.pages += 1;
    this.#do({ kind: "page", page: this.pages });
    this.turnTo(this.pages);
  }

  turnTo(page) {
    const wanted = Math.max(1, Math.min(this.pages, page));
    if (wanted === this.page) return;
    this.page = wanted;
    tell(this, "turn", { page: wanted });
  }

  get canUndo() {
    return Boolean(this.#history().undo);
  }

  get canRedo() {
    return Boolean(this.#history().redo);
  }

  undo() {
    this.#reverse("undo", this.#history().undo);
  }

  redo() {
    this.#reverse("redo", this.#history().redo);
  }

  /** A deed as it stands in the log: the server's echo or its answer. @param {Deed} deed */
  hear(deed) {
    const own = this.#pending.find((one) => keyOf(one) === keyOf(deed));
    if (deed.number <= this.#version) return own && this.#settle(own); // so old by now that nobody was sent it any more
    if (own) own.number = deed.number;
    this.#early.set(deed.number, deed);
    this.#advance();
    if (this.#early.size) this.clock.after(MAY_BE_ON_ITS_WAY, () => this.#early.size && this.#catchUp());
  }

  #reverse(kind, deed) {
    if (!deed) return;
    this.turnTo(deed.page);
    this.#do({ kind, page: deed.page, targets: [keyOf(deed)] });
  }

  #do(wanted) {
    const deed = { number: null, sender: this.me, client_id: this.newId(), page: this.page, mark: null, targets: null, ...wanted };
    this.#pending.push(deed);
    this.#save();
    tell(this, "change", { page: deed.page, added: deed.mark && deed });
    if (!this.#isDelivering) this.#deliver();
  }

  /** One after the other: an undo must not overtake what it undoes. */
  async #deliver() {
    const round = (this.#round += 1);
    this.#isDelivering = true;
    for (let deed = this.#unsent(); deed; deed = this.#unsent()) {
      try {
        this.hear(await this.send(asDraw(deed)));
      } catch (error) {
        if (round !== this.#round) return;
        if (isFinal(deed, error)) this.#refuse(deed, error.message);
        else {
          this.clock.after(error.code ? CALM_DOWN : TRY_AGAIN, () => round === this.#round && this.#deliver());
          break;
        }
      }
      if (round !== this.#round) return;
    }
    this.#isDelivering = false;
  }

  async #catchUp() {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    try {
      for (let isBehind = true; isBehind; ) {
        const part = await this.look({ since: this.#version });
        this.pages = Math.max(this.pages, part.pages);
        for (const deed of part.deeds) if (deed.number > this.#version) this.#apply(deed);
        this.#version = Math.max(this.#version, part.upto);
        isBehind = this.#version < part.version;
        tell(this, "change", { page: null, added: null });
      }
    } catch (error) {
      if (!error.code || error.code === "too_many" || error.code === "error") this.clock.after(TRY_AGAIN, () => this.#catchUp());
    }
    this.#isCatchingUp = false;
    this.#advance();
  }

  #advance() {
    for (const number of [...this.#early.keys()]) if (number <= this.#version) this.#early.delete(number);
    for (let deed = this.#early.get(this.#version + 1); deed; deed = this.#early.get(this.#version + 1)) {
      this.#early.delete(deed.number);
      const wasShown = this.#apply(deed);
      this.#version = deed.number;
      const isOnTop = deed.mark && !this.#pending.some(({ mark, page }) => mark && page === deed.page);
      if (!wasShown || !deed.mark) tell(this, "change", { page: deed.page, added: isOnTop ? deed : null });
      if (deed.sender !== this.me) tell(this, "heard", { deed });
    }
  }

  /** Into the log; answers whether we showed it already because it is our own. */
  #apply(deed) {
    const own = this.#pending.find((one) => keyOf(one) === keyOf(deed));
    this.#deeds.push(deed);
    this.pages = Math.max(this.pages, deed.page);
    this.sketches.forget(deed);
    if (own) this.#settle(own);
    return Boolean(own);
  }

  #settle(own) {
    this.#pending.splice(this.#pending.indexOf(own), 1);
    this.#save();
    tell(this, "settled");
  }

  #refuse(deed, message) {
    this.#settle(deed);
    tell(this, "change", { page: deed.page, added: null });
    tell(this, "refused", { message });
  }

  #unsent() {
    return this.#pending.find(({ number }) => number === null);
  }

  *#all() {
    yield* this.#deeds;
    yield* this.#pending;
  }

  #undone() {
    const undone = new Set();
    for (const { kind, targets } of this.#all()) {
      if (kind === "undo") undone.add(targets[0]);
      if (kind === "redo") undone.delete(targets[0]);
    }
    return undone;
  }

  /** What Undo and Redo would be about: the server lets nobody reach back further than BOARD_UNDO deeds. */
  #history() {
    const own = [...this.#all()].filter(({ sender }) => sender === this.me);
    const within = new Set(own.filter(({ kind }) => UNDOABLE.includes(kind)).slice(-BOARD_UNDO));
    const [done, undone] = [[], []];
    const move = (key, from, to) => {
      const at = from.findLastIndex((deed) => keyOf(deed) === key);
      if (at >= 0) to.push(...from.splice(at, 1));
    };
    for (const deed of own) {
      if (deed.kind === "undo") move(deed.targets[0], done, undone);
      else if (deed.kind === "redo") move(deed.targets[0], undone, done);
      else if (within.has(deed)) {
        done.push(deed);
        undone.length = 0;
      }
    }
    return { undo: done.at(-1), redo: undone.at(-1) };
  }

  #remember() {
    try {
      const kept = JSON.parse(this.memory.getItem(this.place) ?? "[]");
      this.#pending.push(...kept.map((deed) => ({ ...deed, number: null, sender: this.me })));
      this.pages = Math.max(1, ...kept.map(({ page }) => page));
    } catch {
      this.memory.removeItem(this.place);
    }
  }

  #save() {
    try {
      if (this.#pending.length) this.memory.setItem(this.place, JSON.stringify(this.#pending.map(asDraw)));
      else this.memory.removeItem(this.place);
    } catch {
      // The browser gives us no more room: the deeds are still here until the page is closed.
    }
  }
}

function asDraw({ client_id, page, kind, mark, targets }) {
  return { client_id, page, kind, mark, targets };
}

/** Refused for good? Too fast is not, and trouble on the server's side only when it stays. */
function isFinal(deed, { code }) {
  if (!code || code === "too_many") return false;
  deed.tries = (deed.tries ?? 0) + 1;
  return code !== "error" || deed.tries >= PATIENCE;
}
