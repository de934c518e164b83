// <dialog-host id="dialog-host" hx-target of everything that opens a dialog>
//
// A <dialog> that lands inside is opened; an empty answer closes it. Esc, a click beside it, [data-close] and the browser's
// Back close it too. showModal() keeps the focus inside and gives it back afterwards. With `beside` the dialog takes a place in the
// page instead of lying over it: the room's, where the call goes on next to it.

import { define, PageElement } from "../element.js";

export class DialogHost extends PageElement {
  connected() {
    this.watcher = new MutationObserver(() => this.sync());
    this.watcher.observe(this, { childList: true });
    this.listen(this, "click", (event) => this.clicked(event));
    this.listen(document.body, "peerlearn:arrived", () => this.close());
    this.listen(document, "dialog:close", () => this.close());
    if (this.hasAttribute("beside")) this.listen(this, "keydown", ({ key, isComposing }) => key === "Escape" && !isComposing && this.close());
    if (window.navigation) this.listen(window.navigation, "navigate", (event) => this.backCloses(event));
    this.sync();
  }

  disconnected() {
    this.watcher?.disconnect();
  }

  /** Beside a page that waits under a modal dialog nothing can be tapped: then ours lies over it too. */
  get isBeside() {
    return this.hasAttribute("beside") && !document.querySelector("dialog:modal");
  }

  get dialog() {
    return this.querySelector("dialog:not([data-leaving])");
  }

  sync() {
    const dialog = this.dialog;
    if (!dialog) return;
    for (const other of this.querySelectorAll("dialog[open]")) if (other !== dialog) other.remove();
    if (dialog.open && (this.isBeside || dialog.matches(":modal"))) return;
    dialog.removeAttribute("open");
    if (this.isBeside) dialog.show();
    else dialog.showModal();
    dialog.addEventListener("close", () => this.takeAway(dialog), { once: true });
  }

  clicked(event) {
    const { target } = event;
    if (target.closest("[data-close]")) { event.preventDefault(); this.close(); }
    else if (target instanceof HTMLDialogElement && !inside(event, target)) this.close();
  }

  /** Back closes an open dialog and stays on the page. */
  backCloses(event) {
    if (event.navigationType !== "traverse" || !this.dialog?.open || !event.cancelable) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.close();
  }

  close() {
    this.dialog?.close();
  }

  /** Leave when the slide is over. */
  async takeAway(dialog) {
    dialog.dataset.leaving = "";
    await Promise.allSettled(dialog.getAnimations().map((animation) => animation.finished));
    dialog.remove();
  }
}

function inside({ clientX, clientY }, dialog) {
  if (clientX === 0 && clientY === 0) return true; // a click by the keyboard
  const box = dialog.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}

define("dialog-host", DialogHost);
