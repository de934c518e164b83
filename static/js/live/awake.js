/** Keeps the screen on during the call, where the browser knows how. A lock is lost with every look away, and taken again. */
export class Awake {
  #lock = null;
  #isWanted = false;

  /** @param {{locks: WakeLock|undefined, page: Document}} parts the browser's navigator.wakeLock */
  constructor({ locks, page }) {
    Object.assign(this, { locks, page });
    page.addEventListener("visibilitychange", () => this.#isWanted && this.#take());
  }

  start() {
    this.#isWanted = true;
    return this.#take();
  }

  async stop() {
    this.#isWanted = false;
    const lock = this.#lock;
    this.#lock = null;
    await lock?.release();
  }

  async #take() {
    if (!this.locks || this.page.hidden) return;
    try {
      const lock = await this.locks.request("screen");
      if (this.#isWanted) this.#lock = lock;
      else await lock.release();
    } catch {
      // low battery, or a browser that says no: the screen goes dark as it always did
    }
  }
}
