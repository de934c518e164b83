// <form-errors class="form-errors" tabindex="-1" data-popup="Complete all fields"> heading, links to the fields </form-errors>
//
// When a form comes back with faults: the pop-up the plan asks for, and the focus on the first field that needs a hand.

import { define, PageElement } from "../element.js";

export class FormErrors extends PageElement {
  connected() {
    const first = this.closest("form")?.querySelector("[aria-invalid='true']");
    if (this.dataset.popup) {
      this.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: this.dataset.popup, tone: "bad" } }));
    }
    requestAnimationFrame(() => (first ?? this).focus());
    this.listen(this, "click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus();
    });
  }
}

define("form-errors", FormErrors);
