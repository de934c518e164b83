/**
 * Shared notes: one text that all in the room write, at once. What we type is put into what the others wrote meanwhile, here; the
 * server only says who was quicker. What it does not have yet is kept on this device, and goes out after a reload too.
 *
 * Speaks: "change" {text, isOpen}, "news" when somebody else wrote, "problem" {message}.
 */
import { tell } from "./clock.js";

const SOON = 400;
const TRY_AGAIN = 3000;

export class SharedNotes extends EventTarget {
  /** What the server's version says, and what ours does. */
  #theirs = "";
  #version = 0;
  /** What we sent last: should its answer be lost, we know our own words again. */
  #sent = null;
  #isSending = false;
  #isHeld = false;
  /** The latest news that came while we could not look at it. */
  #waiting = null;
  #stop = () => {};

  text = "";
  isOpen = false;

  /**
   * @param {object} parts
   * @param {(event: string, payload: object) => Promise<object>} parts.ask rejects when refused or lost
   * @param {number} parts.me
   * @param {string} parts.room
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {import("./outbox.js").Memory} parts.memory
   */
  constructor({ ask, me, room, clock, memory }) {
    super();
    Object.assign(this, { ask, clock, memory, place: `peerlearn.unsent.notes.${room}.${me}` });
    this.#remember();
  }

  /** We are in, again perhaps: what do they say by now? */
  async enter() {
    try {
      const latest = await this.ask("look_notes", {});
      this.isOpen = true;
      this.#adopt(latest, this.#theirs);
      tell(this, "change", { text: this.text, isOpen: true });
    } catch {
      // the line went again: we shall be in anew
    }
  }

  /** What stands in the field now. */
  type(text) {
    this.text = text;
    this.#keep();
    this.#sendSoon(SOON);
  }

  /** Somebody composes a letter of several keys: the field is left alone until it stands. */
  hold(isHeld) {
    this.#isHeld = isHeld;
    if (!isHeld) this.#catchUp();
  }

  /** @param {{version: number, text: string}} news */
  hear(news) {
    if (news.version <= this.#version) return;
    const isOurs = this.#isSending && news.version === this.#version + 1 && news.text === this.text;
    if (!isOurs) tell(this, "news");
    if (this.#isSending || this.#isHeld) this.#waiting = news;
    else this.#adopt(news, this.#theirs);
  }

  #catchUp() {
    const news = this.#waiting;
    this.#waiting = null;
    if (news && news.version > this.#version) this.#adopt(news, this.#theirs);
    else if (this.text !== this.#theirs) this.#sendSoon(SOON);
  }

  /** Their text is the one from now on, with what we changed since `ancestor`. */
  #adopt({ version, text }, ancestor) {
    const merged = both(text === this.#sent ? text : ancestor, this.text, text);
    const isNew = merged !== this.text;
    [this.#theirs, this.#version, this.text] = [text, version, merged];
    this.#keep();
    if (isNew) tell(this, "change", { text: merged, isOpen: this.isOpen });
    if (merged !== text) this.#sendSoon(SOON);
  }

  #sendSoon(pause) {
    this.#stop();
    this.#stop = this.clock.after(pause, () => this.#send());
  }

  async #send() {
    if (this.#isSending || this.#isHeld || !this.isOpen || this.text === this.#theirs) return;
    this.#isSending = true;
    const sent = (this.#sent = this.text);
    this.#keep();
    try {
      const { is_taken: isTaken, ...latest } = await this.ask("write_notes", { version: this.#version, text: sent });
      this.#isSending = false;
      if (this.#isHeld && !isTaken) this.#waiting = latest;
      else this.#adopt(latest, isTaken ? sent : this.#theirs);
      if (!this.#isHeld) this.#catchUp();
    } catch ({ code, message }) {
      this.#isSending = false;
      if (code && code !== "too_many") tell(this, "problem", { message });
      this.#sendSoon(TRY_AGAIN);
    }
  }

  #keep() {
    try {
      if (this.text === this.#theirs) this.memory.removeItem(this.place);
      else this.memory.setItem(this.place, JSON.stringify([{ at: Date.now(), theirs: this.#theirs, sent: this.#sent, text: this.text }]));
    } catch {
      // The browser gives us no more room: the words are still here until the page is closed.
    }
  }

  #remember() {
    try {
      const [kept] = JSON.parse(this.memory.getItem(this.place) ?? "[]");
      if (kept) [this.#theirs, this.#sent, this.text] = [kept.theirs, kept.sent, kept.text];
    } catch {
      this.memory.removeItem(this.place);
    }
  }
}

/** One text with two people's changes. Where both changed the same place, both their words stay. */
export function both(ancestor, mine, theirs) {
  if (mine === ancestor || mine === theirs) return theirs;
  if (theirs === ancestor) return mine;
  const [own, other] = [change(ancestor, mine), change(ancestor, theirs)];
  const [first, second] = own.from < other.from ? [own, other] : [other, own];
  if (first.to <= second.from) {
    return ancestor.slice(0, first.from) + first.words + ancestor.slice(first.to, second.from) + second.words + ancestor.slice(second.to);
  }
  const words = own.words === other.words ? other.words : other.words + own.words;
  return ancestor.slice(0, first.from) + words + ancestor.slice(Math.max(own.to, other.to));
}

/** What lies between the same beginning and the same end: there `words` stand now. */
export function change(before, after) {
  let from = 0;
  const most = Math.min(before.length, after.length);
  while (from < most && before[from] === after[from]) from += 1;
  if (isLeft(before[from - 1])) from -= 1; // never through the middle of a letter of two halves
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  if (isRight(before[before.length - same])) same -= 1;
  return { from, to: before.length - same, words: after.slice(from, after.length - same) };
}

const isLeft = (half) => /[\uD800-\uDBFF]/.test(half ?? "");
const isRight = (half) => /[\uDC00-\uDFFF]/.test(half ?? "");
