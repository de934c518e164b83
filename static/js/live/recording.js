/**
 * Whether this session is recorded, and whether our browser is the one that records. The server decides; this part hears it, asks
 * for it, and says when our own capturing has to begin and to stop. While the line to the server is down nothing changes: whoever
 * captures goes on. A browser that cannot says so until the server has heard it, and another is named, or none.
 *
 * Speaks: "change" {state, isAsked}, "capture" {isWanted}, "problem" {message}, "news" {what, by: number|null} with what of
 * "on"|"paused"|"declined"|"stopped"|"barred"|"none" (no browser here can)|"handed" (from us to another).
 *
 * @typedef {import("./recording_messages.js").RecordingState} RecordingState
 */
import { tell } from "./clock.js";

const OFF = {
  is_allowed: true, is_wanted: false, is_on: false, agreed: [], asked: [], recorder: null, stopped_by: null, is_declined: false, has_film: false, none_can: false,
};
const SAY_AGAIN = 2000;

export class Recording extends EventTarget {
  #state = OFF;
  #isCapturing = false;
  #hasFilm = false;
  /** Why our browser cannot, until this page is opened anew. */
  #obstacle = null;
  #isSayingSo = false;

  /**
   * @param {object} parts
   * @param {number} parts.me
   * @param {(event: string, payload: object) => Promise<object>} parts.ask
   * @param {import("./clock.js").browserClock} parts.clock
   */
  constructor({ me, ask, clock }) {
    super();
    Object.assign(this, { me, ask, clock });
  }

  /** @returns {RecordingState} */
  get state() {
    return this.#state;
  }

  /** Is ours the browser that records just now? */
  get isCapturing() {
    return this.#isCapturing;
  }

  get isAsked() {
    return this.#state.asked.includes(this.me);
  }

  /** Has any browser captured something of this session? Also once the call is over. */
  get hasFilm() {
    return this.#hasFilm;
  }

  get #isNamed() {
    return this.#state.is_on && this.#state.recorder === this.me;
  }

  /** @param {RecordingState} state @param {boolean} [isNews] false for what we find when we come in */
  hear(state, isNews = true) {
    const before = this.#state;
    this.#state = state;
    this.#hasFilm ||= state.has_film;
    tell(this, "change", { state, isAsked: this.isAsked });
    if (isNews) this.#say(before, state);
    this.#capture(this.#isNamed && !this.#obstacle);
    if (this.#obstacle) this.#sayThatWeCannot();
  }

  /** Begin, or stop what runs or waits. */
  toggle() {
    return this.#tellServer("record", { on: !this.#state.is_wanted });
  }

  answer(agrees) {
    return this.#tellServer("consent", { agrees });
  }

  /** Our browser was named and cannot record (any more). @param {"unable"|"full"} reason */
  cannot(reason) {
    this.#obstacle ??= reason;
    this.#capture(false);
    return this.#sayThatWeCannot();
  }

  /** The call is over for us. */
  stop() {
    this.hear(OFF, false);
  }

  #say(before, state) {
    if (before.is_on && state.is_on && before.recorder === this.me && ![this.me, null].includes(state.recorder)) tell(this, "news", { what: "handed", by: state.recorder });
    if (state.is_on && !before.is_on) tell(this, "news", { what: "on", by: null });
    else if (before.is_on && state.is_wanted && !state.is_on) tell(this, "news", { what: "paused", by: null });
    else if (before.is_wanted && !state.is_wanted) tell(this, "news", { what: howItEnded(state), by: state.stopped_by });
  }

  #capture(isWanted) {
    if (isWanted === this.#isCapturing) return;
    this.#isCapturing = isWanted;
    tell(this, "capture", { isWanted });
  }

  async #sayThatWeCannot() {
    if (!this.#isNamed || this.#isSayingSo) return;
    this.#isSayingSo = true;
    try {
      await this.ask("cannot_record", { reason: this.#obstacle });
    } catch (problem) {
      if (problem.code !== "not_recorder") this.clock.after(SAY_AGAIN, () => this.#sayThatWeCannot());
    } finally {
      this.#isSayingSo = false;
    }
  }

  async #tellServer(event, payload) {
    try {
      await this.ask(event, payload);
    } catch (problem) {
      tell(this, "problem", { message: problem.code ? problem.message : "The connection is gone for a moment. Please try again." });
    }
  }
}

function howItEnded({ is_allowed, is_declined, none_can, stopped_by }) {
  if (!is_allowed) return "barred";
  if (none_can && stopped_by === null) return "none";
  return is_declined ? "declined" : "stopped";
}
