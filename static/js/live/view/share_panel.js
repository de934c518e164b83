/**
 * Who shares a screen: ourselves, with a preview of what the others see; somebody else; or nobody.
 *
 * Speaks: "hint" {hint: "detail"|"motion"} for what matters more in our own picture.
 */
import { tell } from "../clock.js";

export class SharePanel extends EventTarget {
  #others = new Map();

  /** @param {{room: HTMLElement, side: import("./side_panel.js").SidePanel}} parts */
  constructor({ room, side }) {
    super();
    this.side = side;
    this.part = room.querySelector(".share");
    this.video = this.part.querySelector(".share-preview");
    this.part.addEventListener("change", ({ target }) => tell(this, "hint", { hint: target.value }));
  }

  /** @param {boolean} canShare does this browser know how? */
  able(canShare) {
    for (const part of [".share-start", ".share-sound"]) this.part.querySelector(part).hidden = !canShare;
    this.part.querySelector(".share-cannot").hidden = canShare;
  }

  /** Our own screen, or null when we stopped. */
  mine(track) {
    this.video.srcObject = track ? new MediaStream([track]) : null;
    if (track) this.part.querySelector("[value=detail]").checked = true;
    this.#draw();
  }

  /** @param {number} id @param {string|null} name of whoever began to share; null when they stopped or left */
  theirs(id, name) {
    if (name === (this.#others.get(id) ?? null)) return;
    if (name) {
      this.#others.set(id, name);
      this.side.news("share");
    } else this.#others.delete(id);
    this.#draw();
  }

  #draw() {
    const names = [...this.#others.values()];
    this.part.dataset.share = this.video.srcObject ? "mine" : names.length ? "theirs" : "nobody";
    this.part.querySelector(".share-who").textContent = names.join(" and ");
  }
}
