// <lesson-popover id="lesson-popover" popover="manual" role="dialog" aria-label="Session details"></lesson-popover>
//
// The details of a session beside its card ([data-details] holds the address): after 150 ms of hovering, on a tap, or on
// Enter at the title. Answers are kept for a minute, so the second look is at once. It is never the only way to Book.

import htmx from "htmx.org";
import { define, PageElement } from "../element.js";
import { ShortMemory } from "../helpers/cache.js";
import { placeBeside } from "../helpers/place.js";

const HOVER_DELAY = 150;
const GRACE = 220;
const remembered = new ShortMemory(40, 60_000);

export class LessonPopover extends PageElement {
  connected() {
    this.listen(document, "pointerover", (event) => this.hovered(event));
    this.listen(document, "click", (event) => this.clicked(event), { capture: true });
    this.listen(document, "keydown", (event) => event.key === "Escape" && this.isOpen && this.hide(true));
    this.listen(window, "scroll", () => this.isOpen && !this.isSheet && this.hide(), { passive: true });
    this.listen(document.body, "peerlearn:arrived", () => this.hide());
    this.listen(document.body, "nudge:lessons", () => remembered.clear());
    this.listen(document, "htmx:before:request", ({ detail }) => this.contains(detail.ctx.sourceElement) && this.hide());
  }

  get isOpen() {
    return this.matches(":popover-open");
  }

  get isSheet() {
    return matchMedia("(max-width: 639px), (hover: none)").matches;
  }

  hovered({ target, pointerType }) {
    if (pointerType !== "mouse" || this.isSheet || "focused" in this.dataset) return;
    const card = target.closest?.("[data-details]");
    if (this.contains(target) || (card && card === this.card)) { clearTimeout(this.leaving); return; }
    clearTimeout(this.coming);
    if (card && !target.closest(".button, a.person")) {
      this.load(card);
      this.coming = setTimeout(() => this.show(card), HOVER_DELAY);
    }
    if (this.isOpen) {
      clearTimeout(this.leaving);
      this.leaving = setTimeout(() => this.hide(), GRACE);
    }
  }

  clicked(event) {
    if (event.target.closest?.("[data-close-details]")) return this.hide(true);
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return undefined;
    const title = event.target.closest?.(".card-title a");
    const card = title?.closest("[data-details]");
    if (card) {
      event.preventDefault();
      event.stopPropagation();
      return this.show(card, { focus: true });
    }
    if (this.isOpen && !this.contains(event.target)) {
      const sheet = this.isSheet;
      this.hide(sheet);
    }
    return undefined;
  }

  /** The details of a card, from memory or from the server; undefined when they cannot be had. */
  load(card) {
    const address = card.dataset.details;
    const known = remembered.get(address);
    if (known) return known;
    const asked = fetch(address, { headers: { "HX-Request": "true" } })
      .then((answer) => (answer.ok ? answer.text() : undefined))
      .catch(() => undefined);
    remembered.set(address, asked);
    asked.then((html) => html ?? remembered.set(address, undefined));
    return asked;
  }

  async show(card, { focus = false } = {}) {
    const wanted = (this.wanted = Symbol("wanted"));
    const html = await this.load(card);
    if (wanted !== this.wanted || !card.isConnected) return;
    if (html === undefined) { if (focus) card.querySelector(".card-title a").dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: "The details could not be loaded. Please try again.", tone: "bad" } })); return; }
    clearTimeout(this.leaving);
    this.card = card;
    this.innerHTML = html;
    htmx.process(this);
    this.toggleAttribute("data-focused", focus);
    if (!this.isOpen) this.showPopover();
    this.place(card);
    if (focus) (this.querySelector("[autofocus]") ?? this.querySelector("a, button"))?.focus({ preventScroll: true });
  }

  place(card) {
    this.style.removeProperty("left");
    this.style.removeProperty("top");
    if (this.isSheet) return;
    const { left, top } = placeBeside(card.getBoundingClientRect(), this.getBoundingClientRect(),
      { width: document.documentElement.clientWidth, height: window.innerHeight });
    this.style.left = `${left}px`;
    this.style.top = `${top}px`;
  }

  hide(giveFocusBack = false) {
    clearTimeout(this.coming);
    this.wanted = null;
    if (!this.isOpen) return;
    const card = this.card;
    this.card = null;
    this.removeAttribute("data-focused");
    this.hidePopover();
    if (giveFocusBack) card?.querySelector(".card-title a")?.focus({ preventScroll: true });
  }
}

define("lesson-popover", LessonPopover);
