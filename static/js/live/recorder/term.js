/**
 * Our browser's term as the recorder: what is wanted of it, and what runs. A capture takes a moment to finish; what is wanted
 * meanwhile begins when it is over. Once this browser cannot, it stays so until the page is opened anew.
 */

/** @typedef {{capture: import("./capture.js").Capture, start: () => Promise<void>, close: () => void}} Segment */

export class Term {
  #running = null;
  #isWanted = false;
  #isStopped = false;
  #isBroken = false;

  /**
   * @param {object} parts
   * @param {() => Segment} parts.make the next segment, not begun
   * @param {(reason: "unable"|"full") => void} parts.fail said once
   */
  constructor({ make, fail }) {
    Object.assign(this, { make, fail });
  }

  start() {
    this.#isWanted = true;
    if (!this.#running) this.#begin();
  }

  stop() {
    this.#isWanted = false;
    this.#end();
  }

  /** The server does not know of a term of ours: what it named us for is over, unless it is already being ended. */
  lapse(capture) {
    if (this.runs(capture) && !this.#isStopped) this.stop();
  }

  runs(capture) {
    return this.#running?.capture === capture;
  }

  /** This browser cannot record (any more). */
  giveUp(reason) {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.stop();
    this.fail(reason);
  }

  async #begin() {
    if (this.#isBroken) return;
    this.#isStopped = false;
    let segment = null;
    try {
      segment = this.#running = this.make();
      segment.capture.addEventListener("stuck", ({ detail }) => this.giveUp(detail.reason));
      segment.capture.addEventListener("over", ({ detail }) => this.#over(segment, detail));
      await segment.start();
    } catch {
      this.giveUp("unable");
      this.#over(segment, { pieces: 0 });
      return;
    }
    if (!this.#isWanted) this.#end();
  }

  #end() {
    this.#isStopped = true;
    this.#running?.capture.stop();
  }

  #over(segment, { pieces }) {
    if (this.#running !== segment) return;
    this.#running = null;
    segment?.close();
    if (pieces === 0 && !this.#isStopped) this.giveUp("unable"); // it ended by itself, with nothing: the next one would, too
    if (this.#isWanted) this.#begin();
  }
}
