/**
 * Our own deeds on the whiteboard that the server's log does not have yet. They go out one
 * after the other, go again after a reconnect or a reload under the same id, and wait here
 * while the mentor has locked the board: nothing we drew goes away without a word.
 *
 * @typedef {import("./board_messages.js").Deed} Deed
 */
const TRY_AGAIN = 3000;
const CALM_DOWN = 1000;
/** The news that the board is unlocked sends them at once; should it get lost, they try their luck this often. */
const KNOCK_AGAIN = 10_000;
const PATIENCE = 5;
/** Refused until the mentor thinks better of it: drawing is theirs alone just now, or they asked us to leave. */
const WAITS_FOR_THE_MENTOR = ["board_locked", "removed"];

export class Outbox {
  /** @type {Deed[]} in the order in which they were done; their `number` is null */
  deeds = [];
  #round = 0;
  #isDelivering = false;

  /**
   * @param {object} parts
   * @param {(draw: object) => Promise<Deed>} parts.send rejects when refused or lost
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {Pick<Storage, "getItem"|"setItem"|"removeItem">} parts.memory
   * @param {string} parts.place in the memory
   * @param {number} parts.me
   * @param {() => void} parts.changed there is one more or one less
   * @param {(deed: Deed) => void} parts.answered as it stands in the log
   * @param {(deed: Deed, message: string) => void} parts.refused for good; it is gone from here
   * @param {() => void} parts.barred only the mentor draws now
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.#remember();
  }

  add(deed) {
    this.deeds.push(deed);
    this.#save();
    this.changed();
    if (!this.#isDelivering) this.deliver();
  }

  /** It stands in the log, or never will. */
  settle(deed) {
    this.deeds.splice(this.deeds.indexOf(deed), 1);
    this.#save();
    this.changed();
  }

  /** One after the other: an undo must not overtake what it undoes. */
  async deliver() {
    const round = (this.#round += 1);
    this.#isDelivering = true;
    for (let deed = this.#unsent(); deed; deed = this.#unsent()) {
      try {
        this.answered(await this.send(asDraw(deed)));
      } catch (error) {
        if (round !== this.#round) return;
        if (isFinal(deed, error)) {
          this.settle(deed);
          this.refused(deed, error.message);
        } else {
          deed.wasBarred ||= error.code === "board_locked";
          this.clock.after(this.#pause(error), () => round === this.#round && this.deliver());
          break;
        }
      }
      if (round !== this.#round) return;
    }
    this.#isDelivering = false;
  }

  #pause({ code }) {
    if (code === "board_locked") this.barred();
    if (WAITS_FOR_THE_MENTOR.includes(code)) return KNOCK_AGAIN;
    return code ? CALM_DOWN : TRY_AGAIN;
  }

  #unsent() {
    return this.deeds.find(({ isAnswered }) => !isAnswered);
  }

  #remember() {
    try {
      const kept = JSON.parse(this.memory.getItem(this.place) ?? "[]");
      this.deeds.push(...kept.map((deed) => ({ ...deed, number: null, sender: this.me })));
    } catch {
      this.memory.removeItem(this.place);
    }
  }

  #save() {
    try {
      if (this.deeds.length) this.memory.setItem(this.place, JSON.stringify(this.deeds.map(asDraw)));
      else this.memory.removeItem(this.place);
    } catch {
      // The browser gives us no more room: the deeds are still here until the page is closed.
    }
  }
}

function asDraw({ client_id, page, kind, mark, targets, paper }) {
  return { client_id, page, kind, mark, targets, paper };
}

/** Refused for good? Too fast is not, nor is what the mentor may take back, and trouble on the server's side only when it stays. */
function isFinal(deed, { code }) {
  if (!code || code === "too_many" || WAITS_FOR_THE_MENTOR.includes(code)) return false;
  deed.tries = (deed.tries ?? 0) + 1;
  return code !== "error" || deed.tries >= PATIENCE;
}
