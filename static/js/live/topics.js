/**
 * The checklist. A tick is drawn at once and goes out until the server has it (outbox.js), after a reload too; the server's list settles
 * it, and puts it back when it was refused.
 *
 * Speaks: "change" {topics, isNews}: news is what somebody else did. "problem" {message}.
 *
 * @typedef {import("./messages.js").TopicMark} TopicMark
 */
import { tell } from "./clock.js";
import { Outbox } from "./outbox.js";

export class Topics extends EventTarget {
  /** @type {TopicMark[]} */
  #topics = [];

  /**
   * @param {object} parts
   * @param {(payload: {topic: number, covered: boolean}) => Promise<object>} parts.send rejects when refused or lost
   * @param {number} parts.me
   * @param {string} parts.room
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {import("./outbox.js").Memory} parts.memory
   */
  constructor({ send, me, room, clock, memory }) {
    super();
    this.outbox = new Outbox({
      send, clock, memory,
      place: `ticks.${room}.${me}`,
      fields: ["topic", "covered"],
      changed: () => this.#changed(false),
      answered: (answer, tick) => this.outbox.settle(tick),
      refused: (tick, message) => tell(this, "problem", { message }),
    });
  }

  /** We are in: what is covered so far; what we ticked while the line was down goes out now. */
  enter({ topics }) {
    this.#topics = topics;
    this.#changed(false);
    this.outbox.deliver();
  }

  /** Somebody ticked, perhaps we ourselves. */
  hear({ topics }) {
    const before = new Set(idsOf(this.#topics));
    const isOurs = this.outbox.deeds.length > 0;
    this.#topics = topics;
    this.#changed(!isOurs && idsOf(topics).some((id) => !before.has(id)));
  }

  /** The latest word about a topic is the one that counts. @param {number} topic @param {boolean} isCovered */
  mark(topic, isCovered) {
    this.outbox.settle(this.#wanted(topic));
    this.outbox.add({ topic, covered: isCovered });
  }

  #wanted(topic) {
    return this.outbox.deeds.find((tick) => tick.topic === topic);
  }

  #changed(isNews) {
    const topics = this.#topics.map((one) => {
      const wanted = this.#wanted(one.id);
      return { ...one, isCovered: wanted?.covered ?? one.covered_at !== null, isPending: wanted !== undefined };
    });
    tell(this, "change", { topics, isNews });
  }
}

function idsOf(topics) {
  return topics.filter((one) => one.covered_at !== null).map((one) => one.id);
}
