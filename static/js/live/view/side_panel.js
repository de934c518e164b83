/**
 * What lies beside the picture: one panel, its tabs, open or closed. Remembers both for as long as the page's tab lives.
 * On phones it is a sheet: half of the screen or all of it, swiped up from the controls, with a button that does the same.
 *
 * Speaks: "shown" {tab} whenever a tab comes to be seen.
 */
import { tell } from "../clock.js";

const WIDE = "(min-width: 1360px)";
const MEMORY = "peerlearn.room.side";
const SWIPE = 36;

export class SidePanel extends EventTarget {
  #unread = new Map();

  /** @param {{room: HTMLElement, memory: Storage}} parts `memory` of this tab alone */
  constructor({ room, memory }) {
    super();
    Object.assign(this, { room, memory });
    this.panel = room.querySelector("#side");
    this.tabs = [...this.panel.querySelectorAll("[role=tab]")];
    this.grip = this.panel.querySelector(".panel-grip");
    this.button = room.querySelector(".controls [data-do=chat]");
    for (const tab of this.tabs) tab.addEventListener("click", () => this.open(tab.dataset.tab));
    this.panel.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#arrow(event));
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && !event.defaultPrevented && this.close());
    swipes(this.panel.querySelector(".panel-head"), (way) => (way === "up" ? this.size(true) : this.#smaller()));
    swipes(room.querySelector(".controls"), (way) => way === "up" && this.open(this.#current() ?? "chat"));
    this.#restore();
  }

  /** @param {string} tab "chat", "whiteboard", "share" or "topics" */
  isShown(tab) {
    return !this.panel.hidden && this.#current() === tab;
  }

  open(tab) {
    for (const one of this.tabs) {
      const isIt = one.dataset.tab === tab;
      one.setAttribute("aria-selected", String(isIt));
      one.tabIndex = isIt ? 0 : -1;
      this.panel.querySelector(`#side-${one.dataset.tab}`).hidden = !isIt;
    }
    this.#show(true);
    this.count(tab, 0);
    tell(this, "shown", { tab });
  }

  close() {
    const hadFocus = this.panel.contains(this.panel.ownerDocument.activeElement);
    this.#show(false);
    if (hadFocus) this.button.focus();
  }

  toggle(tab) {
    if (this.isShown(tab)) this.close();
    else this.open(tab);
  }

  /** On phones: all of the screen, or half of it. */
  size(isFull = this.panel.dataset.size !== "full") {
    this.panel.dataset.size = isFull ? "full" : "half";
    this.grip.setAttribute("aria-pressed", String(isFull));
  }

  /** How much is new behind a tab that is not shown; drawn on the tab, and on Chat's own button. */
  count(tab, unread) {
    this.#unread.set(tab, unread);
    this.tabs.find((one) => one.dataset.tab === tab).querySelector(".panel-dot").hidden = unread === 0;
    if (tab !== "chat") return;
    const badge = this.button.querySelector(".unread");
    badge.hidden = unread === 0;
    badge.textContent = unread > 9 ? "9+" : String(unread);
    this.button.setAttribute("aria-description", unread ? `${unread} unread` : "");
  }

  /** Something came for a tab; one more, unless it is looked at. */
  news(tab) {
    if (!this.isShown(tab)) this.count(tab, (this.#unread.get(tab) ?? 0) + 1);
  }

  #current() {
    return this.tabs.find((one) => one.getAttribute("aria-selected") === "true")?.dataset.tab;
  }

  #show(isOpen) {
    this.panel.hidden = !isOpen;
    this.room.toggleAttribute("data-side", isOpen);
    this.button.setAttribute("aria-expanded", String(isOpen && this.#current() === "chat"));
    this.memory.setItem(MEMORY, JSON.stringify({ isOpen, tab: this.#current() }));
    if (!isOpen) this.size(false);
  }

  #smaller() {
    if (this.panel.dataset.size === "full") this.size(false);
    else this.close();
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const here = this.tabs.findIndex((one) => one.dataset.tab === this.#current());
    const next = this.tabs[(here + step + this.tabs.length) % this.tabs.length];
    this.open(next.dataset.tab);
    next.focus();
    event.preventDefault();
  }

  /** As it was before the reload; where there is room enough, the conversation is open from the start. */
  #restore() {
    const { isOpen = matchMedia(WIDE).matches, tab = "chat" } = JSON.parse(this.memory.getItem(MEMORY) ?? "{}");
    const known = this.tabs.some((one) => one.dataset.tab === tab) ? tab : "chat";
    this.open(known);
    if (!isOpen) this.#show(false);
  }
}

/** A finger that goes up or down on an element, not merely a tap. */
function swipes(element, then) {
  let from = null;
  element.addEventListener("pointerdown", (event) => (from = event.pointerType === "mouse" ? null : event.clientY));
  element.addEventListener("pointerup", (event) => {
    const way = from === null ? 0 : event.clientY - from;
    from = null;
    if (Math.abs(way) > SWIPE) then(way < 0 ? "up" : "down");
  });
}
