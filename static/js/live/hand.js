/**
 * Raised hands: our own, and those of the others for whoever teaches.
 *
 * Speaks: "change" {isUp} of our own, "raised" {id} when somebody else's goes up, "down" {id} when it is down again.
 */
import { tell } from "./clock.js";

export class Hand extends EventTarget {
  #up = new Set();

  isUp = false;

  toggle(isUp = !this.isUp) {
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    tell(this, "change", { isUp });
  }

  /** @param {number} id @param {import("./messages.js").Status} status of somebody else; a status is repeated, a raised hand is news once */
  hear(id, { hand }) {
    if (hand === this.#up.has(id)) return;
    this.#up[hand ? "add" : "delete"](id);
    tell(this, hand ? "raised" : "down", { id });
  }

  forget(id) {
    if (this.#up.delete(id)) tell(this, "down", { id });
  }
}
