/**
 * Says that a link is weak: whose it is, and what is done about it. "Buffering..." when a picture that comes to us stands still,
 * "Optimizing..." when ours was made smaller; each once a minute at most for a link.
 */
import { SOUND_ALONE } from "./quality.js";

const QUIET_FOR = 60_000;

export class LinkWords {
  #saidAt = new Map();

  /**
   * @param {object} parts
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {(id: number) => string|null} parts.nameOf
   * @param {(text: string, about: string) => void} parts.say `about` is one for all that is said of a link
   */
  constructor({ clock, nameOf, say }) {
    Object.assign(this, { clock, nameOf, say });
  }

  /** What LinkWatch told: their picture stands still, or moves again. */
  buffering({ from, isStanding, isOurs }) {
    if (isStanding) this.#tell("Buffering...", "from", from, isOurs, "the picture waits, the sound goes first");
  }

  /** What LinkWatch told: our picture for somebody was lowered. */
  optimizing({ to, level, isOurs }) {
    const done = level === SOUND_ALONE ? "only your voice goes out for a while" : "your picture is smaller for a while";
    this.#tell("Optimizing...", "to", to, isOurs, done);
  }

  #tell(alert, way, id, isOurs, done) {
    const name = this.nameOf(id);
    if (!name) return; // they have left meanwhile
    const about = `link-${isOurs ? "own" : id}`;
    const key = alert + about;
    if (this.clock.now() - (this.#saidAt.get(key) ?? -Infinity) < QUIET_FOR) return;
    this.#saidAt.set(key, this.clock.now());
    this.say(`${alert} ${isOurs ? "Your own link" : `The link ${way} ${name}`} is weak: ${done}.`, about);
  }
}
