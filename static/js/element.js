// Public module `peerlearn/element`: a small base for custom elements in the light DOM.
//
// Listeners added with listen() live exactly as long as the element is on the page, so a morph or a page change
// never leaves one behind.

export class PageElement extends HTMLElement {
  #life = null;

  connectedCallback() {
    if (this.#life) return; // moved, not new
    this.#life = new AbortController();
    this.connected();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
      this.disconnected();
    });
  }

  /** Override: the element is on the page. */
  connected() {}

  /** Override: the element has left the page. */
  disconnected() {}

  /** An AbortSignal that fires when the element leaves the page. */
  get life() {
    return this.#life?.signal;
  }

  /**
   * Listen as long as the element is on the page.
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} handler
   * @param {AddEventListenerOptions} [options]
   */
  listen(target, type, handler, options = {}) {
    target.addEventListener(type, handler, { ...options, signal: this.#life.signal });
  }

  /** Repeat as long as the element is on the page. */
  every(milliseconds, handler) {
    const timer = setInterval(handler, milliseconds);
    this.#life.signal.addEventListener("abort", () => clearInterval(timer));
  }
}

/** Register an element once; loading a module twice does no harm. */
export function define(name, constructor) {
  if (!customElements.get(name)) customElements.define(name, constructor);
}

/** An icon of the sprite, as the templates' icon() makes it. */
export function icon(name, classes = "icon") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", classes);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** Make an element: make("button", { class: "button", type: "button" }, "Close"). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
