/**
 * Who wants to come back and is not back yet, for the mentor.
 *
 * Speaks: "change" {person} whenever somebody else, or nobody (null), is the one to let in.
 */
import { tell } from "./clock.js";

/** Milliseconds after which nobody needs a yes any more: five seconds of silence let them in, unless their line is lost again. */
const STANDS_FOR = 15_000;

export class Knocks extends EventTarget {
  #waiting = new Map();

  /** @param {{clock: import("./clock.js").browserClock}} parts */
  constructor({ clock }) {
    super();
    Object.assign(this, { clock });
  }

  /** Whoever has waited longest. @returns {import("./messages.js").Knocking|null} */
  get first() {
    const [first] = this.#waiting.values();
    return first?.person ?? null;
  }

  /** @param {import("./messages.js").Knocking} person */
  add(person) {
    this.#waiting.get(person.id)?.cancel();
    const cancel = this.clock.after(STANDS_FOR, () => this.settle(person.id));
    this.#waiting.set(person.id, { person, cancel });
    tell(this, "change", { person: this.first });
  }

  /** They are back, or were told that they may be. */
  settle(id) {
    if (!this.#waiting.has(id)) return;
    this.#waiting.get(id).cancel();
    this.#waiting.delete(id);
    tell(this, "change", { person: this.first });
  }
}
