/**
 * Notices that nothing gets through between us and somebody who is here: three fresh connections, whichever side made them, brought
 * nothing. reconnect.js goes on trying; this is about what the person can do.
 *
 * Speaks: "stuck" {from, isStuck} when that begins and ends.
 */
import { on, tell } from "./clock.js";

const LOOK_EVERY = 500;
const ENOUGH = 3;
/** Two sooner after each other are one: both sides made a fresh one at once, or one answered an outdated call. */
const APART = 1000;
/** Milliseconds that the last of them has to bring something. */
const PATIENCE = 4000;
/** A connection that stands counts as well for a moment although nothing comes: only what lasts this long got through. */
const LASTS = 3000;

export class Stuck extends EventTarget {
  #watched = new Map();

  /**
   * @param {object} parts
   * @param {import("./mesh.js").Mesh} parts.mesh
   * @param {import("./reconnect.js").Reconnector} parts.reconnector
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {() => boolean} parts.isIn does our own line to the server stand?
   */
  constructor({ mesh, reconnector, clock, isIn }) {
    super();
    Object.assign(this, { mesh, reconnector, clock, isIn });
    on(mesh, "left", ({ person }) => {
      this.#become(person.id, false);
      this.#watched.delete(person.id);
    });
    this.stop = clock.every(LOOK_EVERY, () => this.#look());
  }

  #look() {
    for (const [id, { epoch }] of this.mesh.peers) this.#lookAt(id, epoch);
  }

  #lookAt(id, epoch) {
    const watch = this.#watch(id);
    const now = this.clock.now();
    if (!this.reconnector.isWell(id)) watch.wellSince = now;
    const isElsewhere = !this.mesh.isHere(id) || !this.isIn(); // a line is down, theirs or ours
    if (isElsewhere || now - watch.wellSince >= LASTS) watch.renewals = 0;
    else this.#count(watch, epoch, now);
    watch.epoch = epoch;
    this.#become(id, watch.renewals > ENOUGH || (watch.renewals === ENOUGH && now - watch.renewedAt >= PATIENCE));
  }

  #count(watch, epoch, now) {
    if (watch.epoch === epoch || (watch.epoch && now - watch.renewedAt < APART)) return;
    if (watch.epoch) watch.renewals += 1;
    watch.renewedAt = now;
  }

  #become(id, isStuck) {
    const watch = this.#watch(id);
    if (watch.isStuck === isStuck) return;
    watch.isStuck = isStuck;
    tell(this, "stuck", { from: id, isStuck });
  }

  #watch(id) {
    if (!this.#watched.has(id)) {
      const now = this.clock.now();
      this.#watched.set(id, { epoch: 0, renewals: 0, renewedAt: now, wellSince: now, isStuck: false });
    }
    return this.#watched.get(id);
  }
}
