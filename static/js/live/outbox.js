/**
 * What we did that the server does not have yet: strokes on the whiteboard, lines of the chat, ticks. It goes out one after the
 * other, goes again after a reconnect or a reload under the same id, and waits while the mentor has locked the board: nothing
 * we did goes away without a word. Kept for a day at most: a session is long over by then.
 *
 * @typedef {Pick<Storage, "getItem"|"setItem"|"removeItem">} Memory
 */
const TRY_AGAIN = 3000;
const CALM_DOWN = 1000;
/** The news that the board is unlocked sends them at once; should it get lost, they try their luck this often. */
const KNOCK_AGAIN = 10_000;
const PATIENCE = 5;
/** Refused until the mentor thinks better of it: drawing is theirs alone just now, or they asked us to leave. */
const WAITS_FOR_THE_MENTOR = ["board_locked", "removed"];
const DAY = 86_400_000;
const PLACE = "peerlearn.unsent.";

export class Outbox {
  /** @type {object[]} in the order in which they were done */
  deeds = [];
  #round = 0;
  #isDelivering = false;

  /**
   * @param {object} parts
   * @param {(payload: object) => Promise<object>} parts.send rejects when refused or lost
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {Memory} parts.memory
   * @param {string} parts.place in the memory
   * @param {string[]} parts.fields of a deed that are sent, and kept
   * @param {object} [parts.also] what a deed that was kept has besides
   * @param {() => void} parts.changed there is one more or one less
   * @param {(answer: object, deed: object) => void} parts.answered
   * @param {(deed: object, message: string) => void} parts.refused for good; it is gone from here
   * @param {() => void} [parts.barred] only the mentor draws now
   * @param {() => number} [parts.today] milliseconds on the wall's clock: the only one that goes on over a reload
   */
  constructor({ place, also = {}, barred = () => {}, today = Date.now, ...parts }) {
    Object.assign(this, parts, { place: PLACE + place, barred, today });
    this.deeds = read(this.memory, this.place, today()).map((deed) => ({ ...deed, ...also }));
  }

  add(deed) {
    this.deeds.push(Object.assign(deed, { at: this.today() }));
    this.#save();
    this.changed();
    if (!this.#isDelivering) this.deliver();
  }

  /** The server has it, or never will. */
  settle(deed) {
    if (!this.deeds.includes(deed)) return;
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
        this.answered(await this.send(this.#only(this.fields, deed)), deed);
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

  #only(fields, deed) {
    return Object.fromEntries(fields.map((field) => [field, deed[field]]));
  }

  #save() {
    try {
      if (this.deeds.length) this.memory.setItem(this.place, JSON.stringify(this.deeds.map((deed) => this.#only([...this.fields, "at"], deed))));
      else this.memory.removeItem(this.place);
    } catch {
      // The browser gives us no more room: the deeds are still here until the page is closed.
    }
  }
}

/** What was left from other sessions, and is too old to be sent anywhere, leaves this browser. @param {Storage} memory */
export function forgetOld(memory, now = Date.now()) {
  for (const place of Object.keys(memory)) if (place.startsWith(PLACE) && !read(memory, place, now).length) memory.removeItem(place);
}

/** @param {Memory} memory */
function read(memory, place, now) {
  try {
    return JSON.parse(memory.getItem(place) ?? "[]").filter(({ at }) => now - at < DAY);
  } catch {
    memory.removeItem(place);
    return [];
  }
}

/** Refused for good? Too fast is not, nor is what the mentor may take back, and trouble on the server's side only when it stays. */
function isFinal(deed, { code }) {
  if (!code || code === "too_many" || WAITS_FOR_THE_MENTOR.includes(code)) return false;
  deed.tries = (deed.tries ?? 0) + 1;
  return code !== "error" || deed.tries >= PATIENCE;
}
