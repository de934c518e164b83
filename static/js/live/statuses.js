/**
 * What everybody has switched on, as they told us.
 *
 * Speaks: "change" {id, status}.
 *
 * @typedef {import("./messages.js").Status} Status
 */
import { tell } from "./clock.js";

export class Statuses extends EventTarget {
  #known = new Map();

  /** @param {number} id @param {Status} status */
  set(id, status) {
    this.#known.set(id, status);
    this.repeat(id);
  }

  /** Say again what is known: there is a new line to show it on. */
  repeat(id) {
    if (this.#known.has(id)) tell(this, "change", { id, status: this.#known.get(id) });
  }

  forget(id) {
    this.#known.delete(id);
  }

  /** Has this person their camera on? */
  showsFace(id) {
    return Boolean(this.#known.get(id)?.camera);
  }

  /** Should anything arrive from this person? Unknown means no: silence is not a fault then. */
  isSending(id) {
    const status = this.#known.get(id);
    return Boolean(status && (status.microphone !== "off" || status.camera || status.sharing));
  }
}
