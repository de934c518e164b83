/**
 * Shared notes: one text that all in the room write, at once. What we type is put into what the others wrote meanwhile, here; the
 * server only says who was quicker. What it does not have yet is kept on this device, and goes out after a reload too.
 *
 * Speaks: "change" {text, isOpen}, "news" when somebody else wrote, "problem" {message}, empty when it is over.
 */
import { tell } from "./clock.js";
import { both } from "./shared_text.js";

const SOON = 400;
const TRY_AGAIN = 3000;
/** As the server has it. */
const LONGEST = 20_000;

export class SharedNotes extends EventTarget {
  /** The server's latest text that we know, and its number. */
  #theirs = "";
  #version = 0;
  /** What we sent and have no answer for: should it come back from the others' side, we know our own words again. */
  #sent = [];
  #isSending = false;
  #isHeld = false;
  #isOver = false;
  /** The latest news that came while we could not look at it. */
  #waiting = null;
  #problem = "";
  #stopSending = () => {};
  #stopOpening = () => {};

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
    this.#stopOpening();
    try {
      const latest = await this.ask("look_notes", {});
      this.isOpen = true;
      this.#hearLater(latest);
      tell(this, "change", this);
    } catch {
      if (!this.#isOver) this.#stopOpening = this.clock.after(TRY_AGAIN, () => this.enter());
    }
  }

  /** What stands in the field now. */
  type(text) {
    this.text = text;
    this.#keep();
    this.#sendIn(SOON);
  }

  /** Somebody composes a letter of several keys: the field is left alone until it stands. */
  hold(isHeld) {
    this.#isHeld = isHeld;
    this.#catchUp();
  }

  /** @param {{version: number, text: string}} news */
  hear(news) {
    if (news.version <= this.#version) return;
    if (!this.#sent.includes(news.text)) tell(this, "news");
    this.#hearLater(news);
  }

  /** We leave: what is not sent yet goes now. */
  stop() {
    this.#stopSending();
    this.#stopOpening();
    this.#send();
    this.#isOver = true;
  }

  #hearLater(news) {
    if (news.version >= (this.#waiting?.version ?? this.#version)) this.#waiting = news;
    this.#catchUp();
  }

  #catchUp() {
    if (this.#isSending || this.#isHeld || this.#isOver) return;
    const news = this.#waiting;
    this.#waiting = null;
    if (news && news.version >= this.#version) this.#adopt(news);
    else if (this.text !== this.#theirs) this.#sendIn(SOON);
  }

  /** Theirs is the text from now on, with what we changed since the one we knew. */
  #adopt({ version, text }) {
    const merged = both(this.#sent.includes(text) ? text : this.#theirs, this.text, text);
    const isNew = merged !== this.text;
    [this.#theirs, this.#version, this.text, this.#sent] = [text, version, merged, []];
    this.#keep();
    if (isNew) tell(this, "change", this);
    if (merged !== text) this.#sendIn(SOON);
  }

  #sendIn(pause) {
    this.#stopSending();
    if (!this.#isOver) this.#stopSending = this.clock.after(pause, () => this.#send());
  }

  async #send() {
    if (this.#isSending || this.#isOver || !this.isOpen || this.text === this.#theirs) return;
    if (this.text.length > LONGEST) return this.#tellProblem("Together you wrote more than fits. Please shorten it: what is here is kept.");
    const sent = this.text;
    this.#isSending = true;
    this.#sent.push(sent);
    this.#keep();
    let pause = 0;
    try {
      const { is_taken: isTaken, ...latest } = await this.ask("write_notes", { version: this.#version, text: sent });
      this.#sent = isTaken ? [] : this.#sent.filter((one) => one !== sent);
      if (isTaken) this.#theirs = sent; // what came back was made of it, with what the server takes out
      if (latest.version >= (this.#waiting?.version ?? 0)) this.#waiting = latest;
      this.#tellProblem("");
    } catch ({ code, message }) {
      pause = code === "invalid" ? null : TRY_AGAIN;
      if (code && code !== "too_many") this.#tellProblem(message);
    }
    this.#isSending = false;
    if (this.#isOver) return;
    if (pause === 0 || this.#waiting) this.#catchUp();
    else if (pause) this.#sendIn(pause);
  }

  #tellProblem(message) {
    if (message === this.#problem) return;
    this.#problem = message;
    tell(this, "problem", { message });
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
