/**
 * Whether this session is recorded, and whether our browser is the one that records. The server decides; this part hears it, asks
 * for it, and says when our own capturing has to begin and to stop. While the line to the server is down nothing changes: whoever
 * captures goes on.
 *
 * Speaks: "change" {state, isAsked}, "capture" {isWanted}, "news" {what: "on"|"paused"|"declined"|"stopped"|"barred", by: number|null},
 * "problem" {message}.
 *
 * @typedef {import("./recording_messages.js").RecordingState} RecordingState
 */
import { tell } from "./clock.js";

const OFF = { is_allowed: true, is_wanted: false, is_on: false, agreed: [], asked: [], recorder: null, stopped_by: null, is_declined: false };

export class Recording extends EventTarget {
  #state = OFF;
  #isCapturing = false;

  /**
   * @param {object} parts
   * @param {number} parts.me
   * @param {(event: string, payload: object) => Promise<object>} parts.ask
   */
  constructor({ me, ask }) {
    super();
    Object.assign(this, { me, ask });
  }

  /** @returns {RecordingState} */
  get state() {
    return this.#state;
  }

  get isAsked() {
    return this.#state.asked.includes(this.me);
  }

  /** @param {RecordingState} state @param {boolean} [isNews] false for what we find when we come in */
  hear(state, isNews = true) {
    const before = this.#state;
    this.#state = state;
    tell(this, "change", { state, isAsked: this.isAsked });
    if (isNews) this.#say(before, state);
    this.#capture(state.is_on && state.recorder === this.me);
  }

  /** Begin, or stop what runs or waits. */
  toggle() {
    return this.#tellServer("record", { on: !this.#state.is_wanted });
  }

  answer(agrees) {
    return this.#tellServer("consent", { agrees });
  }

  /** The call is over for us. */
  stop() {
    this.hear(OFF, false);
  }

  #say(before, state) {
    if (state.is_on && !before.is_on) tell(this, "news", { what: "on", by: null });
    else if (before.is_on && state.is_wanted && !state.is_on) tell(this, "news", { what: "paused", by: null });
    else if (before.is_wanted && !state.is_wanted) tell(this, "news", { what: howItEnded(state), by: state.stopped_by });
  }

  #capture(isWanted) {
    if (isWanted === this.#isCapturing) return;
    this.#isCapturing = isWanted;
    tell(this, "capture", { isWanted });
  }

  async #tellServer(event, payload) {
    try {
      await this.ask(event, payload);
    } catch (problem) {
      tell(this, "problem", { message: problem.code ? problem.message : "The connection is gone for a moment. Please try again." });
    }
  }
}

function howItEnded({ is_allowed, is_declined }) {
  if (!is_allowed) return "barred";
  return is_declined ? "declined" : "stopped";
}
