/**
 * Keys for the controls. The buttons themselves say which (aria-keyshortcuts="Alt+M"); a key presses its button, so that whatever is
 * hidden or off stays so. Only with Alt, never while somebody writes; "?" lists them, and the list has a switch that turns them off.
 * Alt+T is heard for as long as it is held: whoever is muted talks, and is muted again.
 */
const MEMORY = "peerlearn.room.keys";
const TALK = "KeyT";
const WRITING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export class Hotkeys {
  /** @param {{page: Document, memory: Storage}} parts */
  constructor({ page, memory }) {
    Object.assign(this, { page, memory });
    this.dialog = page.querySelector("#keys");
    this.switch = this.dialog.querySelector("input");
    this.switch.checked = this.isOn;
    this.switch.addEventListener("change", () => memory.setItem(MEMORY, this.switch.checked ? "on" : "off"));
    this.mute = page.querySelector("[data-do=mute]");
    page.addEventListener("keydown", (event) => this.#key(event));
    page.addEventListener("keyup", ({ code, key }) => (code === TALK || key === "Alt") && this.#talk(false));
    page.defaultView.addEventListener("blur", () => this.#talk(false));
  }

  isTalking = false;

  get isOn() {
    return this.memory.getItem(MEMORY) !== "off";
  }

  list() {
    const lines = this.#buttons().map((button) => [
      button.getAttribute("aria-label") ?? button.querySelector("span")?.textContent ?? button.textContent,
      button.getAttribute("aria-keyshortcuts"),
    ]);
    this.dialog.querySelector("dl").replaceChildren(...[...lines, ["Talk while muted", "Alt+T, held"]].map((line) => this.#line(...line)));
    this.dialog.showModal();
  }

  #line(words, keys) {
    const line = this.page.createElement("div");
    const [name, key] = [this.page.createElement("dt"), this.page.createElement("dd")];
    name.textContent = words;
    key.append(Object.assign(this.page.createElement("kbd"), { textContent: keys }));
    line.append(name, key);
    return line;
  }

  /** Only what this key opened is shut again. */
  #talk(isHeld) {
    if (isHeld === this.isTalking || (isHeld && this.mute.dataset.microphone !== "muted")) return;
    this.isTalking = isHeld;
    if ((this.mute.getAttribute("aria-pressed") === "true") === isHeld) this.mute.click();
  }

  #key(event) {
    const { altKey, ctrlKey, metaKey, shiftKey, key, code, repeat, target } = event;
    if (this.isTalking && code === TALK) event.preventDefault(); // held, it must not open the browser's menu
    if (repeat || ctrlKey || metaKey || target.closest?.(WRITING)) return;
    if (key === "?" && !altKey) {
      if (!this.page.querySelector("dialog[open]")) this.list();
      return;
    }
    const letter = /^Key([A-Z])$/.exec(code)?.[1];
    if (!altKey || shiftKey || !letter || !this.isOn) return;
    if (code === TALK) {
      event.preventDefault();
      this.#talk(true);
      return;
    }
    const button = this.#buttons().find((one) => one.getAttribute("aria-keyshortcuts") === `Alt+${letter}`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  }

  #buttons() {
    return [...this.page.querySelectorAll("[aria-keyshortcuts]")].filter((button) => !button.closest("[hidden]"));
  }
}
