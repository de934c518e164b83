/**
 * A dialog behind which nothing works: Escape must not lead there. Browsers let a page refuse Escape only once without a tap in
 * between, so what was closed all the same is opened again; what was typed into it stays.
 */
export class HeldDialog {
  #isHeld = false;

  /** @param {HTMLDialogElement} dialog @param {() => void} [escape] the calm answer that Escape gives; without one it is refused */
  constructor(dialog, escape = () => {}) {
    this.dialog = dialog;
    dialog.addEventListener("cancel", (event) => {
      if (event.target !== dialog || !this.#isHeld) return; // a file that is not chosen after all says it too
      event.preventDefault();
      escape();
    });
    dialog.addEventListener("close", () => {
      if (!this.#isHeld || dialog.open) return;
      dialog.showModal();
      escape();
    });
  }

  open() {
    this.#isHeld = true;
    if (this.dialog.matches(":modal")) return;
    const writing = this.dialog.querySelector(":focus");
    this.dialog.close(); // it may stand beside the page
    this.dialog.showModal();
    writing?.focus();
  }

  close() {
    this.#isHeld = false;
    this.dialog.close();
  }
}
