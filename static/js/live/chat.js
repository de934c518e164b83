/**
 * The room's chat. A line is drawn at once under an id of our own; the server's
 * echo settles it. Whatever it has not confirmed is sent again after a reconnect:
 * the id makes a second sending harmless.
 *
 * Who has got what: everybody's status says up to which number, so a line of ours knows whom it has reached without a message of its own.
 *
 * Speaks: "change" {lines}, "heard" {line} for what somebody else said, "got" {number} when there is a later line here than ever before.
 *
 * @typedef {import("./messages.js").ChatLine} ChatLine
 * @typedef {ChatLine & {state: "sending"|"waiting"|"sent"|"refused", problem?: string, reached?: string[]}} DrawnLine
 */
import { tell } from "./clock.js";

export class Chat extends EventTarget {
  /** @type {Map<string, DrawnLine>} */
  #lines = new Map();
  #me = null;
  /** @type {Map<number, {name: string, upTo: number}>} */
  #others = new Map();
  #isDown = false;

  /** The number of the latest line this browser has. */
  latest = 0;

  /**
   * @param {object} parts
   * @param {(payload: {client_id: string, text: string}) => Promise<object>} parts.send rejects when refused or lost
   * @param {() => string} parts.newId
   */
  constructor({ send, newId }) {
    super();
    Object.assign(this, { send, newId });
  }

  get lines() {
    return [...this.#lines.values()].map((line) => this.#told(line));
  }

  /** We are in: what was said before, then our own lines that never arrived. */
  enter({ me, chat }) {
    this.#me = me;
    this.#isDown = false;
    for (const line of chat) this.#settle(line);
    this.#changed();
    for (const line of this.#lines.values()) if (line.state === "sending") this.#deliver(line);
  }

  say(text) {
    const words = text.trim();
    if (!words) return;
    const line = { client_id: this.newId(), sender: this.#me, name: "You", text: words, sent_at: null, state: "sending" };
    this.#lines.set(line.client_id, line);
    this.#changed();
    this.#deliver(line);
  }

  /** A file on its way, as a line of the conversation; kept on the server, it is a line of theirs under the same id. */
  transfer(file, name) {
    const fresh = { client_id: file.id, sender: file.sender, name, text: file.name, sent_at: new Date().toISOString(), state: "file" };
    this.#lines.set(file.id, { ...(this.#lines.get(file.id) ?? fresh), transfer: file });
    this.#changed();
  }

  /** The line to the server is down: what is not sent yet waits, and says so. */
  wait() {
    this.#isDown = true;
    this.#changed();
  }

  /** Somebody's browser has everything up to this number. */
  reach(id, name, upTo) {
    if (id === this.#me || (this.#others.get(id)?.upTo ?? 0) >= upTo) return;
    this.#others.set(id, { name, upTo });
    this.#changed();
  }

  /** The server's echo, to everyone in the room including whoever spoke. */
  hear(line) {
    const isNews = !this.#lines.has(line.client_id);
    this.#settle(line);
    this.#changed();
    if (isNews && line.sender !== this.#me) tell(this, "heard", { line });
  }

  async #deliver({ client_id, text }) {
    try {
      this.hear(await this.send({ client_id, text }));
    } catch (error) {
      if (error.code) this.#refuse(client_id, error.message);
    }
  }

  #settle(line) {
    const { transfer } = this.#lines.get(line.client_id) ?? {};
    this.#lines.set(line.client_id, { ...line, state: "sent", transfer });
    if (line.number <= this.latest) return;
    this.latest = line.number;
    tell(this, "got", { number: line.number });
  }

  #refuse(clientId, problem) {
    this.#lines.set(clientId, { ...this.#lines.get(clientId), state: "refused", problem });
    this.#changed();
  }

  #told(line) {
    if (line.sender !== this.#me || line.state === "refused" || line.state === "file") return line;
    if (line.state === "sending") return this.#isDown ? { ...line, state: "waiting" } : line;
    return { ...line, reached: [...this.#others.values()].filter(({ upTo }) => upTo >= line.number).map(({ name }) => name) };
  }

  #changed() {
    tell(this, "change", { lines: this.lines });
  }
}
