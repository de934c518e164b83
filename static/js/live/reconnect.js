/**
 * Notices that a person's picture and sound stopped, and mends it.
 *
 * The browser's own states come 5 to 7 seconds late, so the bytes are watched. The
 * fastest mending is a fresh connection as soon as the socket is back; new paths on
 * the old one come first only while the socket never went away. When that does not help,
 * one of the fresh connections goes over the relay alone, where there is one.
 *
 * Speaks: "health" {from, health: "connecting"|"ok"|"mending"|"detour"}; a detour is a try over the relay.
 */
import { tell } from "./clock.js";

const LOOK_EVERY = 500;
/** A busy page looks late; what it saw longer ago than this says nothing of now. */
const LOOK_IS_STALE = 1000;
export const STALL = 1500;
const DISCONNECTED_PATIENCE = 2000;
const RESTART_PATIENCE = 3000;
const SILENT_PATIENCE = 6000;
const CONNECT_PATIENCE = 8000;
const WAITS = [0, 1000, 2000, 4000];
/** The third, counted from nothing. */
const LAST_TRY = 2;
const ENOUGH_FAILURES = 2;

/**
 * What to do about one connection. Pure: facts in, decision out.
 *
 * @param {object} facts times in milliseconds
 * @param {number} facts.now
 * @param {string} facts.state the browser's connectionState
 * @param {number} facts.stateSince
 * @param {number} facts.flowedAt when bytes last came in; -Infinity when never on this connection
 * @param {boolean} facts.expectsFlow the other side has something switched on
 * @param {boolean} facts.hasSocket
 * @param {number|null} facts.restartedAt
 * @param {number} facts.tries fresh connections since it last worked
 * @param {number} facts.triedAt
 * @returns {{health: "connecting"|"ok"|"mending", act: null|"restart"|"renew"}}
 */
export function decide(facts) {
  if (isHealthy(facts)) return { health: "ok", act: null };
  const health = facts.wasEverHealthy ? "mending" : "connecting";
  if (!facts.hasSocket || !isMayTry(facts)) return { health, act: null };
  return { health, act: remedy(facts) };
}

function isHealthy({ now, state, flowedAt, expectsFlow }) {
  return state === "connected" && (!expectsFlow || now - flowedAt < STALL);
}

function isMayTry({ now, tries, triedAt }) {
  return now - triedAt >= WAITS[Math.min(tries, WAITS.length - 1)];
}

function remedy({ now, state, stateSince, restartedAt, flowedAt }) {
  const inState = now - stateSince;
  if (state === "failed" || state === "closed") return "renew";
  if (state === "disconnected") {
    if (restartedAt !== null) return now - restartedAt >= RESTART_PATIENCE ? "renew" : null;
    return inState >= DISCONNECTED_PATIENCE ? "restart" : null;
  }
  if (state === "connected") return now - Math.max(flowedAt, stateSince) >= SILENT_PATIENCE ? "renew" : null;
  return inState >= CONNECT_PATIENCE ? "renew" : null;
}

/**
 * Should the next fresh connection go over the relay alone? The last of three tries does, and one after `failed` came twice;
 * later on every other one, since the relay may be what is broken.
 *
 * @param {{tries: number, failures: number, hasRelay: boolean}} facts tries before this one; how often the browser gave up
 */
export function isDetour({ tries, failures, hasRelay }) {
  if (!hasRelay) return false;
  return tries < LAST_TRY ? failures >= ENOUGH_FAILURES && tries > 0 : (tries - LAST_TRY) % 2 === 0;
}

export class Reconnector extends EventTarget {
  #watched = new Map();
  #hasSocket = false;

  /**
   * @param {object} parts
   * @param {import("./mesh.js").Mesh} parts.mesh
   * @param {(id: number) => boolean} parts.expectsFlow is that person sending anything?
   * @param {() => boolean} parts.hasRelay
   * @param {import("./clock.js").browserClock} parts.clock
   */
  constructor({ mesh, expectsFlow, hasRelay, clock }) {
    super();
    Object.assign(this, { mesh, expectsFlow, hasRelay, clock });
    mesh.addEventListener("left", ({ detail }) => this.#watched.delete(detail.person.id));
    mesh.addEventListener("state", ({ detail }) => this.#noteState(detail.from, detail.state));
    mesh.addEventListener("outdated", ({ detail }) => this.#mendNow(detail.from));
    this.stop = clock.every(LOOK_EVERY, () => this.look());
  }

  /** Does what somebody sends arrive, or stand their line while they send nothing? */
  isWell(id) {
    const peer = new Map(this.mesh.peers).get(id);
    return Boolean(peer) && isHealthy(this.#facts(id, peer, this.clock.now()));
  }

  socketDown() {
    this.#hasSocket = false;
  }

  /** The socket is back: whoever's media stopped meanwhile gets a fresh connection now. */
  socketUp() {
    this.#hasSocket = true;
    for (const [id] of this.mesh.peers) if (this.#watched.get(id)?.wasEverHealthy) this.#mendNow(id);
  }

  /** One look at every connection; called twice a second. */
  async look() {
    await Promise.all(this.mesh.peers.map(([id, peer]) => this.#lookAt(id, peer)));
  }

  /** A fresh connection without waiting, unless the one there is works. */
  async #mendNow(id) {
    const peer = new Map(this.mesh.peers).get(id);
    const asked = this.clock.now();
    if (!peer || isHealthy(this.#facts(id, peer, asked))) return;
    if (asked - this.#watch(id).lookedAt > LOOK_IS_STALE) {
      await this.#count(id, peer);
      const isDone = new Map(this.mesh.peers).get(id) !== peer || this.#watch(id).triedAt >= asked;
      if (isDone || isHealthy(this.#facts(id, peer, this.clock.now()))) return;
    }
    this.#renew(id, peer);
  }

  async #lookAt(id, peer) {
    const watch = this.#watch(id);
    const now = this.clock.now();
    await this.#count(id, peer);
    const { health, act } = decide(this.#facts(id, peer, now));
    if (health === "ok") Object.assign(watch, { wasEverHealthy: true, tries: 0, failures: 0, isDetour: false, restartedAt: null });
    if (act === "restart") this.#restart(id, peer, now);
    if (act === "renew") this.#renew(id, peer);
    this.#report(id, watch, health !== "ok" && watch.isDetour ? "detour" : health);
  }

  /** Did anything come in since the last look? */
  async #count(id, peer) {
    const watch = this.#watch(id);
    const now = this.clock.now();
    const bytes = inboundBytes(await peer.stats());
    if (bytes !== watch.bytes) watch.flowedAt = bytes ? now : -Infinity;
    Object.assign(watch, { bytes, lookedAt: now });
  }

  #facts(id, peer, now) {
    return { now, ...this.#watch(id), state: peer.state, hasSocket: this.#hasSocket, expectsFlow: this.expectsFlow(id) };
  }

  #watch(id) {
    if (!this.#watched.has(id)) {
      const now = this.clock.now();
      this.#watched.set(id, {
        bytes: 0, flowedAt: -Infinity, lookedAt: now, stateSince: now, restartedAt: null,
        tries: 0, failures: 0, isDetour: false, triedAt: -Infinity, wasEverHealthy: false, health: null,
      });
    }
    return this.#watched.get(id);
  }

  #noteState(id, state) {
    const watch = this.#watch(id);
    watch.stateSince = this.clock.now();
    if (state === "connected") watch.flowedAt = watch.stateSince;
    if (state === "failed") watch.failures += 1;
  }

  #restart(id, peer, now) {
    this.#watch(id).restartedAt = now;
    peer.restart();
  }

  /** A try that the other side's call overtook was none: else the turn of the relay would be lost with it. */
  async #renew(id, peer) {
    const watch = this.#watch(id);
    const now = this.clock.now();
    watch.isDetour = isDetour({ ...watch, hasRelay: this.hasRelay() });
    Object.assign(watch, { tries: watch.tries + 1, triedAt: now, stateSince: now, restartedAt: null });
    if ((await peer.callAgain({ onlyRelay: watch.isDetour })) !== false) return;
    watch.tries -= 1;
    watch.isDetour = false;
  }

  #report(id, watch, health) {
    if (watch.health === health) return;
    watch.health = health;
    tell(this, "health", { from: id, health });
  }
}

/** @param {RTCStatsReport|Map<string, object>} report */
export function inboundBytes(report) {
  let bytes = 0;
  for (const entry of report.values()) if (entry.type === "inbound-rtp") bytes += entry.bytesReceived ?? 0;
  return bytes;
}
