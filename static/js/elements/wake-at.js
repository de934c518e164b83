// <wake-at datetime="2026-11-22T18:15:00Z"></wake-at>
//
// Says "wake" to the section around it when a moment has come (Join opens, a request runs out), so that the section reads
// itself again: hx-trigger="nudge:bookings from:body, wake". A laptop that slept through it wakes when it is looked at.

import { define, PageElement } from "../element.js";

const LONGEST_SLEEP = 30 * 60_000;
const A_LITTLE_LATER = 400; // the server's clock decides; ask just after the moment, not just before

export class WakeAt extends PageElement {
  static observedAttributes = ["datetime"];

  connected() {
    this.sleep();
    this.listen(document, "visibilitychange", () => document.hidden || this.sleep());
  }

  disconnected() {
    clearTimeout(this.timer);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.sleep();
  }

  sleep() {
    clearTimeout(this.timer);
    const moment = this.getAttribute("datetime");
    const then = Date.parse(moment);
    if (Number.isNaN(then) || this.woken === moment) return;
    const left = then - Date.now() + A_LITTLE_LATER;
    if (left > 0) { this.timer = setTimeout(() => this.sleep(), Math.min(left, LONGEST_SLEEP)); return; }
    this.woken = moment;
    this.dispatchEvent(new CustomEvent("wake", { bubbles: true }));
  }
}

define("wake-at", WakeAt);
