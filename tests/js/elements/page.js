/** As much of a page as our elements ask for; import it before them. */
export const made = {};
globalThis.HTMLElement = class extends EventTarget {
  dataset = {};
};
globalThis.HTMLDialogElement = class {};
globalThis.customElements = { get: (name) => made[name], define: (name, element) => (made[name] = element) };
globalThis.MutationObserver = class {
  observe() {}
};
globalThis.window = new EventTarget();
globalThis.document = Object.assign(new EventTarget(), { body: new EventTarget(), querySelector: () => null });
