/**
 * Brings the spool to the server: one segment after the other, piece by piece in order, again and again until the server has said yes
 * to all of it. The server says how many it has, so nothing is sent twice and nothing is left out.
 *
 * Speaks: "progress" {left} with the pieces that are still here, "done" {rooms} when none is, with the rooms whose film was brought from
 * this page, "trouble" {status, lasts} when it has to wait, and has for so many milliseconds, "gone" {room} when somebody deleted it.
 */
import { tell } from "../clock.js";

const PAUSES = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** Answers that will never become a yes. A 403 is none of ours: a proxy or a hotel's gate says it, and stops saying it. */
const GONE = 410;
const REFUSED = [404, GONE];
const MOST_DAMAGED = 3;
const INVALID = 422;

export class Uploader extends EventTarget {
  #isHeld = false;
  #isOver = false;
  #wake = () => {};
  #failures = 0;
  #damaged = 0;
  #isIdle = false;
  #isCalled = false;
  #failingSince = null;
  #brought = new Set();

  /**
   * @param {object} parts
   * @param {import("./spool.js").Spool} parts.spool
   * @param {number} parts.user whose pieces
   * @param {(address: string, options: object) => Promise<Response>} parts.send fetch, with the token that forms carry
   * @param {import("../clock.js").browserClock} parts.clock
   * @param {(segment: string) => Promise<boolean>} parts.isLive is it being captured, in this page or another?
   * @param {() => number} [parts.date] milliseconds by the clock on the wall, for what another page began
   */
  constructor({ spool, user, send, clock, isLive, date = Date.now }) {
    super();
    Object.assign(this, { spool, user, send, clock, isLive, date });
  }

  /** The link is weak: the call comes first, the film waits on this device. */
  hold(isHeld) {
    this.#isHeld = isHeld;
    if (!isHeld) this.#wake();
  }

  /** There may be something new. */
  look() {
    this.#isIdle = false;
    this.#isCalled = true;
    this.#wake();
  }

  stop() {
    this.#isOver = true;
    this.#wake();
  }

  /** Works until it is stopped. */
  async run() {
    while (!this.#isOver) {
      this.#isCalled = false;
      const hasWorked = !this.#isHeld && (await this.#step().catch(() => this.#fail()));
      if (this.#isOver) return;
      if (!hasWorked && !this.#isCalled) await this.#rest();
    }
  }

  /** One thing to do; false when there is nothing, or when we have to wait. */
  async #step() {
    for (const segment of await this.spool.segmentsOf(this.user)) {
      const isLive = segment.pieces === null && (await this.isLive(segment.segment));
      if (isLive && !segment.isKnown) continue; // the server would not know what to do with it
      const piece = await this.spool.next(segment.segment);
      if (!segment.isKnown && segment.kind) return piece ? this.#introduce(segment) : this.#drop(segment); // without a piece there is nothing to tell of
      if (piece) return this.#bring(segment, piece);
      if (segment.pieces !== null) return this.#complete(segment, segment.pieces);
      if (!isLive) return this.#complete(segment, null);
    }
    if (!this.#isIdle) tell(this, "done", { rooms: [...this.#brought] });
    this.#isIdle = true;
    this.#healed();
    return false;
  }

  /** What was captured before the server could be told of it, or by a page that died first. */
  async #introduce(segment) {
    const body = new URLSearchParams({ kind: segment.kind, ago: Math.max(0, Math.round(this.date() - segment.begunAt)) });
    const answer = await this.#ask(`${address(segment)}/begin`, { method: "POST", body });
    if ([...REFUSED, INVALID].includes(answer.status)) return this.#drop(segment, answer.status);
    if (answer.received === undefined) return this.#wait(answer.status);
    await this.spool.know(segment.segment);
    return this.#goOn();
  }

  async #bring(segment, { number, data, digest }) {
    const answer = await this.#ask(`${address(segment)}/${number}`, {
      method: "PUT",
      body: data,
      headers: { "Content-Type": "application/octet-stream", "X-Piece-Digest": digest },
    });
    if (REFUSED.includes(answer.status)) return this.#drop(segment, answer.status);
    if (answer.status === INVALID && ++this.#damaged < MOST_DAMAGED) return this.#wait(answer.status);
    if (answer.status === INVALID) return this.#drop(segment);
    if (answer.received === undefined) return this.#wait(answer.status);
    if (answer.received < number) return this.#complete(segment, answer.received); // what lies between is nowhere any more
    this.#damaged = 0;
    await this.spool.sent(segment.segment, answer.received);
    return this.#goOn();
  }

  async #complete(segment, pieces) {
    const known = pieces === null ? await this.#ask(address(segment), { method: "GET" }) : { received: pieces };
    if (REFUSED.includes(known.status)) return this.#drop(segment, known.status);
    if (known.received === undefined) return this.#wait(known.status);
    const answer = await this.#ask(address(segment), { method: "POST", body: new URLSearchParams({ pieces: known.received }) });
    if (answer.received === undefined && !REFUSED.includes(answer.status)) return this.#wait(answer.status);
    if (answer.received) this.#brought.add(segment.room);
    return this.#drop(segment, answer.status);
  }

  async #drop(segment, status) {
    await this.spool.drop(segment.segment);
    if (status !== GONE) return this.#goOn();
    this.#healed();
    this.#isIdle = true; // nothing was saved, so nobody says that it was
    tell(this, "gone", { room: segment.room });
    return true;
  }

  async #goOn() {
    this.#healed();
    tell(this, "progress", { left: await this.spool.count() });
    return true;
  }

  /** @returns {Promise<{status: number, received?: number}>} status 0 when the server could not be reached */
  async #ask(where, options) {
    try {
      const response = await this.send(where, options);
      const { received } = await response.json().catch(() => ({}));
      return { status: response.status, received };
    } catch {
      return { status: 0 };
    }
  }

  #wait(status) {
    this.#failingSince ??= this.clock.now();
    tell(this, "trouble", { status, lasts: this.clock.now() - this.#failingSince });
    return this.#fail();
  }

  /** Something went wrong, here or there (a browser may close its database): it is tried again after a pause. */
  #fail() {
    this.#failures += 1;
    return false;
  }

  #healed() {
    this.#failures = 0;
    this.#failingSince = null;
  }

  #rest() {
    const pause = this.#isHeld ? null : this.#failures ? PAUSES[Math.min(this.#failures, PAUSES.length) - 1] : PAUSES.at(-1);
    return new Promise((resolve) => {
      const cancel = pause === null ? () => {} : this.clock.after(pause, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function address({ room, segment }) {
  return `/session/${room}/recording/${segment}`;
}
