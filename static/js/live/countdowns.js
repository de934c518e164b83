/**
 * Everything in the room that counts: the timer, the time left, the seconds to undo
 * an End, the minutes until somebody who is missing did not come. Carries the server's last word forward, four times a second.
 *
 * Speaks: "tick" {timer, left, isClosing, isRunning, endingIn, decidesIn} · "closing" {minutes}, ten, five and one before the hard stop ·
 * "over" {stopsIn} at the planned end, when there is time to go on: seconds to the hard stop.
 */
import { tell } from "./clock.js";
import { isRunning, minutesAndSeconds, secondsLeft, secondsTogether, timeLeftWords } from "./timer.js";

const TICK = 250;
const WARNED_AT = [10, 5, 1];
/** Seconds: from then on the time to the hard stop stands beside the timer, for whoever missed the words. */
const LAST_MINUTE = 60;
/** Seconds between the planned end and the hard stop that are worth asking for. */
const WORTH_ASKING = 60;

export class Countdowns extends EventTarget {
  #pulse = null;
  #heardAt = 0;
  #closesIn = null;
  #left = 0;

  constructor({ clock }) {
    super();
    this.clock = clock;
    this.stop = clock.every(TICK, () => this.#tick());
  }

  /** Have both sides ever been here together? */
  get hasMet() {
    return this.#pulse !== null && secondsTogether(this.#pulse.timer, this.#age()) > 0;
  }

  /** @param {import("./messages.js").Pulse} pulse */
  hear(pulse) {
    this.#pulse = pulse;
    this.#heardAt = this.clock.now();
    this.#tick();
  }

  #age() {
    return (this.clock.now() - this.#heardAt) / 1000;
  }

  #tick() {
    if (!this.#pulse) return;
    const { timer, ending_in: endingIn, decides_in: decidesIn, stops_in: stopsIn } = this.#pulse;
    const age = this.#age();
    const until = secondsLeft(timer, age);
    const left = (seconds) => (seconds === null ? null : Math.max(0, seconds - age));
    const closesIn = left(stopsIn ?? null);
    const isClosing = closesIn !== null && closesIn <= LAST_MINUTE;
    tell(this, "tick", {
      timer: minutesAndSeconds(secondsTogether(timer, age)),
      left: isClosing ? `closes in ${minutesAndSeconds(closesIn)}` : timeLeftWords(until),
      isClosing,
      isRunning: isRunning(timer, age),
      endingIn: left(endingIn),
      decidesIn: left(decidesIn),
    });
    this.#warn(closesIn);
    if (this.#left > 0 && until <= 0 && endingIn === null && this.hasMet && closesIn >= WORTH_ASKING) tell(this, "over", { stopsIn: closesIn });
    this.#left = until;
  }

  /** Say each of the last minutes once, when it begins. */
  #warn(closesIn) {
    const began = (minutes) => closesIn <= minutes * 60 && this.#closesIn > minutes * 60;
    if (closesIn !== null && this.#closesIn !== null) {
      const minutes = WARNED_AT.findLast(began);
      if (minutes) tell(this, "closing", { minutes });
    }
    this.#closesIn = closesIn;
  }
}
