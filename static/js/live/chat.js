/**
 * The room's chat. A line is drawn at once under an id of our own; the server's
 * echo settles it. Whatever it has not confirmed goes again (outbox.js), after a reload too:
 * the id makes a second sending harmless.
 *
 * Both sides read one order: that of the server's numbers. What has none yet comes last.
 * Who has got what: everybody's status says up to which number, so a line of ours knows whom it has reached without a message of its own.
 *
 * Speaks: "change" {lines}, "heard" {line} for what somebody else said, "got" {number} when there is a later line here than ever before.
 *
 * @typedef {import("./messages.js").ChatLine} ChatLine
 * @typedef {ChatLine & {state: "sending"|"waiting"|"sent"|"refused"|"file", problem?: string, reached?: string[]}} DrawnLine
 */
import { tell } from "./clock.js";
import { Outbox } from "./outbox.js";

export class Chat extends EventTarget {
  /** All but what waits in the outbox. @type {Map<string, DrawnLine>} */
  #lines = new Map();
  /** @type {Map<number, {name: string, upTo: number}>} */
  #others = new Map();
  #isDown = false;

  /** The number of the latest line this browser has. */
  latest = 0;

  /**
   * @param {object} parts
   * @param {(payload: {client_id: string, text: string}) => Promise<object>} parts.send rejects when refused or lost
   * @param {() => string} parts.newId
   * @param {number} parts.me
   * @param {string} parts.room
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {import("./outbox.js").Memory} parts.memory
   */
  constructor({ send, newId, me, room, clock, memory }) {
    super();
    Object.assign(this, { newId, me });
    this.outbox = new Outbox({
      send, clock, memory,
      place: `chat.${room}.${me}`,
      fields: ["client_id", "text"],
      changed: () => this.#changed(),
      answered: (line) => this.hear(line),
      refused: (line, problem) => this.#refuse(line, problem),
    });
  }

  get lines() {
    const waiting = this.outbox.deeds.filter(({ client_id }) => !this.#lines.has(client_id));
    const place = ({ number, after }) => number ?? after + 0.5;
    const told = [...this.#lines.values()].sort((one, other) => place(one) - place(other)).map((line) => this.#told(line));
    return [...told, ...waiting.map(({ client_id, text }) => this.#own(client_id, text, this.#isDown ? "waiting" : "sending"))];
  }

  /** We are in: what was said before, then our own lines that never arrived. */
  enter({ chat }) {
    this.#isDown = false;
    for (const line of chat) this.#settle(line);
    this.#changed();
    this.outbox.deliver();
  }

  say(text) {
    const words = text.trim();
    if (words) this.outbox.add({ client_id: this.newId(), text: words });
  }

  /** A file on its way, as a line of the conversation; kept on the server, it is a line of theirs under the same id. */
  transfer(file, name) {
    const fresh = { client_id: file.id, sender: file.sender, name, text: file.name, sent_at: new Date().toISOString(), state: "file", after: this.latest };
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
    if (id === this.me || (this.#others.get(id)?.upTo ?? 0) >= upTo) return;
    this.#others.set(id, { name, upTo });
    this.#changed();
  }

  /** The server's echo, to everyone in the room including whoever spoke. */
  hear(line) {
    const isNews = line.sender !== this.me && !this.#lines.has(line.client_id);
    this.#settle(line);
    this.#changed();
    if (isNews) tell(this, "heard", { line });
  }

  #settle(line) {
    const { transfer } = this.#lines.get(line.client_id) ?? {};
    this.#lines.set(line.client_id, { ...line, state: "sent", transfer });
    this.outbox.settle(this.outbox.deeds.find(({ client_id }) => client_id === line.client_id));
    if (line.number <= this.latest) return;
    this.latest = line.number;
    tell(this, "got", { number: line.number });
  }

  #refuse({ client_id, text }, problem) {
    this.#lines.set(client_id, { ...this.#own(client_id, text, "refused"), problem, after: this.latest });
    this.#changed();
  }

  #own(client_id, text, state) {
    return { client_id, sender: this.me, name: "You", text, sent_at: null, state };
  }

  #told(line) {
    if (line.sender !== this.me || line.state !== "sent") return line;
    return { ...line, reached: [...this.#others.values()].filter(({ upTo }) => upTo >= line.number).map(({ name }) => name) };
  }

  #changed() {
    tell(this, "change", { lines: this.lines });
  }
}
