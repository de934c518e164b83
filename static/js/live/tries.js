/**
 * The line to the server is gone: three visible tries, then the person is asked. The socket tries by itself all the while; these
 * are the tries that are told, at moments one can follow. The last of them goes to another server of ours, where there is one.
 *
 * Speaks: "try" {number, of} when one begins, "spent" when none is left.
 */
import { tell } from "./clock.js";

/** Milliseconds until each try. */
const AFTER = [1000, 2000, 4000];
/** How long the last one may take. */
const PATIENCE = 3000;

export class Tries extends EventTarget {
  #cancel = null;

  /**
   * @param {object} parts
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {() => void} parts.reconnect tries at once
   * @param {() => void} parts.reconnectElsewhere the same, at another server
   */
  constructor({ clock, reconnect, reconnectElsewhere }) {
    super();
    Object.assign(this, { clock, reconnect, reconnectElsewhere });
  }

  /** The line broke. While it is being mended already, nothing begins anew. */
  begin() {
    if (!this.#cancel) this.#try(0);
  }

  /** The line is back, or nobody wants it any more. */
  stop() {
    this.#cancel?.();
    this.#cancel = null;
  }

  #try(number) {
    if (number === AFTER.length) {
      this.#cancel = this.clock.after(PATIENCE, () => tell(this, "spent"));
      return;
    }
    tell(this, "try", { number: number + 1, of: AFTER.length });
    this.#cancel = this.clock.after(AFTER[number], () => {
      if (number === AFTER.length - 1) this.reconnectElsewhere();
      else this.reconnect();
      this.#try(number + 1);
    });
  }
}
