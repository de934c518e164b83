/**
 * Looks at every link once a second: lowers and raises what we send to whom, and notices when somebody's picture stands still
 * though their link is up. The decisions are in quality.js.
 *
 * Speaks: "optimizing" {to, level, isOurs} when our picture for somebody was lowered, "buffering" {from, isStanding, isOurs}; `isOurs` when
 * every one of several links is weak, so that it is our own line.
 */
import { tell } from "./clock.js";
import { begin, beginAgain, decide, figuresBetween, figuresOfSound, framesDecoded, limits, SOUND_ALONE } from "./quality.js";

const LOOK_EVERY = 1000;
/** A picture that has not moved for this many looks stands still. */
const STANDS_AFTER = 2;

export class LinkWatch extends EventTarget {
  #links = new Map();

  /**
   * @param {object} parts
   * @param {import("./mesh.js").Mesh} parts.mesh
   * @param {(id: number) => boolean} parts.showsFace has that person their camera on?
   * @param {import("./clock.js").browserClock} parts.clock
   */
  constructor({ mesh, showsFace, clock }) {
    super();
    Object.assign(this, { mesh, showsFace, clock });
    mesh.addEventListener("left", ({ detail }) => this.#links.delete(detail.person.id));
    this.stop = clock.every(LOOK_EVERY, () => this.look());
  }

  /** The worst of the links as they are now: what we send them was lowered, or theirs stands still. */
  get worst() {
    const links = [...this.#links.values()];
    if (links.some(({ isStanding }) => isStanding)) return "stalled";
    const level = Math.max(0, ...links.map(({ state }) => state.level));
    return level === SOUND_ALONE ? "sound" : level > 0 ? "lowered" : "good";
  }

  /** Does a link that carries the call just now carry it badly? One that is down has nothing to spare us for. */
  get isWeak() {
    return [...this.#links.values()].some(isWeak);
  }

  get #isOurs() {
    const up = [...this.#links.values()].filter(({ isUp }) => isUp);
    return up.length > 1 && up.every(isWeak);
  }

  /** One look at every link. */
  async look() {
    const { peers } = this.mesh;
    await Promise.all(peers.map(([id, peer]) => this.#lookAt(id, peer, peers.length)));
  }

  async #lookAt(id, peer, others) {
    const link = this.#link(id);
    link.isUp = peer.state === "connected";
    if (!link.isUp) {
      Object.assign(link, { report: null, epoch: null, frames: null, still: 0 });
      return;
    }
    if (link.judged !== peer.epoch) Object.assign(link, { state: beginAgain(link.state), report: null, judged: peer.epoch });
    await this.#send(id, peer, link, others);
    await this.#receive(id, peer, link);
  }

  /** Ours to them. A fresh connection knows no limits yet: they are set again. */
  async #send(id, peer, link, others) {
    const before = link.state.level;
    const report = await peer.lineStats("camera", "sender");
    const figures = peer.tracks.camera ? await this.#figures(peer, link, report) : null;
    if (figures) link.state = decide(link.state, figures);
    link.report = report;
    const isFresh = link.epoch !== peer.epoch || link.others !== others;
    const isDue = link.state.level !== before || isFresh;
    const stands = !isDue || (await peer.limitCamera(limits(link.state.level, others)));
    Object.assign(link, { epoch: stands ? peer.epoch : null, others });
    if (link.state.level > before) tell(this, "optimizing", { to: id, level: link.state.level, isOurs: this.#isOurs });
  }

  async #figures(peer, link, report) {
    if (link.state.level === SOUND_ALONE) return figuresOfSound(await peer.lineStats("audio", "sender"));
    return link.report && figuresBetween(link.report, report);
  }

  /** Theirs to us. */
  async #receive(id, peer, link) {
    const frames = this.showsFace(id) ? framesDecoded(await peer.lineStats("camera", "receiver")) : null;
    const stands = frames !== null && frames > 0 && frames === link.frames;
    link.still = stands ? link.still + 1 : 0;
    link.frames = frames;
    const isStanding = link.still >= STANDS_AFTER;
    if (isStanding === link.isStanding) return;
    link.isStanding = isStanding;
    tell(this, "buffering", { from: id, isStanding, isOurs: this.#isOurs });
  }

  #link(id) {
    if (!this.#links.has(id)) {
      const facts = { report: null, epoch: null, judged: null, others: 0, frames: null, still: 0, isUp: false, isStanding: false };
      this.#links.set(id, { state: begin(), ...facts });
    }
    return this.#links.get(id);
  }
}

function isWeak({ isUp, isStanding, state }) {
  return isUp && (isStanding || state.level > 0);
}
