/**
 * The room's chat. A line is drawn at once under an id of our own; the server's
 * echo settles it. Whatever it has not confirmed is sent again after a reconnect:
 * the id makes a second sending harmless.
 *
 * Speaks: "change" {lines}, "heard" {line} for what somebody else said.
 *
 * @typedef {import("./messages.js").ChatLine} ChatLine
 * @typedef {ChatLine & {state: "sending"|"sent"|"refused", problem?: string}} DrawnLine
 */
import { tell } from "./clock.js";

export class Chat extends EventTarget {
  /** @type {Map<string, DrawnLine>} */
  #lines = new Map();
  #me = null;

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
    return [...this.#lines.values()];
  }

  /** We are in: what was said before, then our own lines that never arrived. */
  enter({ me, chat }) {
    this.#me = me;
    for (const line of chat) this.#settle(line);
    this.#changed();
    for (const line of this.lines) if (line.state === "sending") this.#deliver(line);
  }

  say(text) {
    const words = text.trim();
    if (!words) return;
    const line = { client_id: this.newId(), sender: this.#me, name: "You", text: words, sent_at: null, state: "sending" };
    this.#lines.set(line.client_id, line);
    this.#changed();
    this.#deliver(line);
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
    this.#lines.set(line.client_id, { ...line, state: "sent" });
  }

  #refuse(clientId, problem) {
    this.#lines.set(clientId, { ...this.#lines.get(clientId), state: "refused", problem });
    this.#changed();
  }

  #changed() {
    tell(this, "change", { lines: this.lines });
  }
}
