/**
 * The checklist. A tick is drawn at once; the server's list settles it, and puts it back when it was refused or never arrived.
 *
 * Speaks: "change" {topics, isNews}: news is what somebody else did. "problem" {message}.
 *
 * @typedef {import("./messages.js").TopicMark} TopicMark
 */
import { tell } from "./clock.js";

export class Topics extends EventTarget {
  /** @type {TopicMark[]} */
  #topics = [];
  /** @type {Map<number, boolean>} our own ticks that are on their way */
  #wanted = new Map();

  /** @param {{send: (payload: {topic: number, covered: boolean}) => Promise<object>}} parts rejects when refused or lost */
  constructor({ send }) {
    super();
    this.send = send;
  }

  /** We are in: what is covered so far; what we ticked while the line was down goes out now. */
  enter({ topics }) {
    this.#topics = topics;
    this.#changed(false);
    for (const [topic, covered] of this.#wanted) this.#deliver(topic, covered);
  }

  /** Somebody ticked, perhaps we ourselves. */
  hear({ topics }) {
    const before = new Set(idsOf(this.#topics));
    const isOurs = this.#wanted.size > 0;
    this.#topics = topics;
    this.#changed(!isOurs && idsOf(topics).some((id) => !before.has(id)));
  }

  /** @param {number} topic @param {boolean} isCovered */
  mark(topic, isCovered) {
    this.#wanted.set(topic, isCovered);
    this.#changed(false);
    this.#deliver(topic, isCovered);
  }

  async #deliver(topic, isCovered) {
    try {
      await this.send({ topic, covered: isCovered });
    } catch (problem) {
      if (!problem.code) return; // lost on the way: the next entry sends it again
      tell(this, "problem", { message: problem.message });
    }
    if (this.#wanted.get(topic) === isCovered) this.#wanted.delete(topic);
    this.#changed(false);
  }

  #changed(isNews) {
    const topics = this.#topics.map((one) => {
      const wanted = this.#wanted.get(one.id);
      return { ...one, isCovered: wanted ?? one.covered_at !== null, isPending: wanted !== undefined };
    });
    tell(this, "change", { topics, isNews });
  }
}

function idsOf(topics) {
  return topics.filter((one) => one.covered_at !== null).map((one) => one.id);
}
