// <live-time datetime="2026-11-22T18:30:00Z" data-mode="relative|clock">in 42 min</live-time>
//
// "in 42 min" that goes on being true. mode clock counts the last hour down to the second ("9:41"). The server writes the
// first text; without scripts it stays as it is.

import { define, PageElement } from "../element.js";
import { clockText, relativeText, untilNextTick } from "../helpers/time.js";

export class LiveTime extends PageElement {
  static observedAttributes = ["datetime"];

  connected() {
    this.tick();
    this.listen(document, "visibilitychange", () => document.hidden || this.tick());
  }

  disconnected() {
    clearTimeout(this.timer);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    const then = Date.parse(this.getAttribute("datetime"));
    if (Number.isNaN(then)) return;
    const now = Date.now();
    const clock = this.dataset.mode === "clock";
    const text = clock ? clockText(then - now) : relativeText(then, now);
    if (this.textContent !== text && text) this.textContent = text;
    if (clock && then <= now) { this.dispatchEvent(new CustomEvent("live-time:over", { bubbles: true })); return; }
    this.timer = setTimeout(() => this.tick(), clock ? 1000 - (now % 1000) : untilNextTick(then, now));
  }
}

define("live-time", LiveTime);
