/**
 * The list behind More. The browser's own popover closes it with Escape or a tap beside it and gives the focus back; here it is put
 * above its button, arrows move in it, and choosing something closes it.
 */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class MoreMenu {
  /** @param {{page: Document}} parts */
  constructor({ page }) {
    this.page = page;
    this.list = page.querySelector("#more");
    this.button = page.querySelector("#more-button");
    this.list.addEventListener("toggle", ({ newState }) => this.#toggled(newState === "open"));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => event.target.closest("button") && this.list.hidePopover(), { capture: true });
  }

  /** @returns {HTMLButtonElement} */
  item(what) {
    return this.list.querySelector(`[data-do="${what}"]`);
  }

  #toggled(isOpen) {
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const { top, right } = this.button.getBoundingClientRect();
    this.list.style.setProperty("--more-bottom", `${innerHeight - top}px`);
    this.list.style.setProperty("--more-right", `${Math.max(0, innerWidth - right)}px`);
    this.#items()[0]?.focus();
  }

  #key(event) {
    const items = this.#items();
    const here = items.indexOf(this.page.activeElement);
    const next = { Home: 0, End: items.length - 1 }[event.key] ?? (STEPS[event.key] ? here + STEPS[event.key] : null);
    if (next === null) return;
    event.preventDefault();
    items[(next + items.length) % items.length].focus();
  }

  #items() {
    return [...this.list.querySelectorAll("button")].filter((button) => button.checkVisibility());
  }
}
