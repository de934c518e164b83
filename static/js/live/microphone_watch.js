/**
 * Hears whether our microphone gives anything at all, and whether somebody talks into a muted one. Listens only as long as there is a
 * question: once a microphone has been heard, and is on, nothing is measured any more; the system says when it takes one away.
 *
 * Speaks: "silent" when nothing came from it for a quarter of a minute, "gone" when it was taken away in the middle of the call,
 * "talking" while muted; each once a minute at most.
 */
import { tell } from "./clock.js";

const LOOK_EVERY = 200;
/** A live room is never this still; a microphone that is switched off at its cable is. */
const STILL = 0.0008;
const VOICE = 0.06;
const SILENT_AFTER = 15_000;
/** So many loud looks out of the last ten seconds: a word or two, never a single knock on the desk. */
const LOUD_LOOKS = 4;
const LOOKS_BACK = 10_000;
const QUIET_FOR = 60_000;
const GONE_AFTER = 3000;

export class MicrophoneWatch extends EventTarget {
  #track = null;
  #state = "off";
  #isHeard = false;
  #stillSince = null;
  #loud = [];
  #said = { silent: -Infinity, talking: -Infinity, gone: -Infinity };
  #stopLooking = null;
  #stopDoubting = () => {};

  /** @param {{clock: import("./clock.js").browserClock, loudness: import("./loudness.js").Loudness}} parts */
  constructor({ clock, loudness }) {
    super();
    Object.assign(this, { clock, loudness });
  }

  /** @param {MediaStreamTrack|null} track another microphone, or none any more */
  use(track) {
    this.#track = track;
    this.#isHeard = false;
    for (const event of ["mute", "unmute"]) track?.addEventListener?.(event, () => track === this.#track && this.#doubt());
    this.#rest();
    this.#begin();
  }

  /** @param {import("./messages.js").Microphone} state */
  set(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (state === "on") this.#said.talking = -Infinity;
    this.#rest();
    this.#begin();
  }

  stop() {
    this.#track = null;
    this.#rest();
    this.#doubt();
    this.loudness.stop();
  }

  /** @returns {number} where `level` stands on a meter, 0 to 1: as ears have it, by tenfolds */
  static meter(level) {
    return level ? Math.max(0, Math.min(1, 1 + Math.log10(level) / 3)) : 0;
  }

  #begin() {
    this.#doubt();
    const isAsked = this.#track && (this.#state === "muted" || (this.#state === "on" && !this.#isHeard));
    if (!isAsked) return;
    this.#stillSince = null;
    this.#loud = [];
    this.loudness.listen(this.#track);
    this.#stopLooking = this.clock.every(LOOK_EVERY, () => this.#look());
  }

  #rest() {
    if (!this.#stopLooking) return;
    this.#stopLooking();
    this.#stopLooking = null;
    this.loudness.listen(null);
  }

  /** Taken away by the system, for longer than a hitch: a cable, a switch, a call that came in. */
  #doubt() {
    this.#stopDoubting();
    const isAway = this.#state === "on" && this.#track?.muted;
    this.#stopDoubting = isAway ? this.clock.after(GONE_AFTER, () => this.#say("gone")) : () => {};
  }

  #look() {
    const level = this.loudness.look();
    if (level === null) return;
    if (this.#state === "muted") this.#overhear(level);
    else this.#wait(level);
  }

  #overhear(level) {
    const now = this.clock.now();
    if (level > VOICE) this.#loud.push(now);
    this.#loud = this.#loud.filter((moment) => now - moment < LOOKS_BACK);
    if (this.#loud.length >= LOUD_LOOKS) this.#say("talking");
  }

  #wait(level) {
    const now = this.clock.now();
    if (level > STILL) {
      this.#isHeard = true;
      this.#rest();
      return;
    }
    this.#stillSince ??= now;
    if (now - this.#stillSince >= SILENT_AFTER) this.#say("silent");
  }

  #say(what) {
    if (this.clock.now() - this.#said[what] < QUIET_FOR) return;
    this.#said[what] = this.clock.now();
    if (what === "gone") this.#said.silent = this.clock.now(); // the same, said once
    this.#loud = [];
    tell(this, what);
  }
}
