/**
 * What this browser can say of the call itself: with each beat how the links were, and after a time without the server for how
 * long each other person's sound or picture arrived all the same. The server believes the shorter of two such words.
 */

const LOOK_EVERY = 1000;
/** A timer that comes late (a hidden page) counts for no more than this. */
const MOST_AT_ONCE = 2000;
const FROM_GOOD_TO_BAD = ["good", "lowered", "sound", "stalled"];

export class Witness {
  #received = new Map();
  #worst = 0;
  #lookedAt;

  /**
   * @param {object} parts
   * @param {import("./mesh.js").Mesh} parts.mesh
   * @param {import("./link_watch.js").LinkWatch} parts.links
   * @param {import("./reconnect.js").Reconnector} parts.reconnector
   * @param {import("./clock.js").browserClock} parts.clock
   */
  constructor({ mesh, links, reconnector, clock }) {
    Object.assign(this, { mesh, links, reconnector, clock });
    this.#lookedAt = clock.now();
    this.stop = clock.every(LOOK_EVERY, () => this.look());
  }

  /** One look at everybody. */
  look() {
    const now = this.clock.now();
    const passed = Math.min(now - this.#lookedAt, MOST_AT_ONCE);
    this.#lookedAt = now;
    this.#notice(this.links.worst);
    for (const [id] of this.mesh.peers) {
      if (this.reconnector.isWell(id)) this.#received.set(id, (this.#received.get(id) ?? 0) + passed);
      else this.#notice("stalled");
    }
  }

  /** How the links were since the last beat; nothing to say while nobody else is here. @returns {import("./messages.js").Beat} */
  beat() {
    const link = FROM_GOOD_TO_BAD[this.#worst];
    this.#worst = 0;
    return this.mesh.peers.length ? { link } : {};
  }

  /** The server has heard us: what was received until now needs no word any more. */
  forget() {
    this.#received.clear();
  }

  /** What was received since the server last heard us. @returns {import("./messages.js").Received[]} */
  testimony() {
    const said = [...this.#received].map(([person, ms]) => ({ person, seconds: Math.floor(ms / 1000) }));
    this.forget();
    return said.filter(({ seconds }) => seconds > 0);
  }

  #notice(link) {
    this.#worst = Math.max(this.#worst, FROM_GOOD_TO_BAD.indexOf(link));
  }
}
