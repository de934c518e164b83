// <reveal-password> <input type="password"> <button type="button" aria-pressed="false" aria-label="Show password">…</button> </reveal-password>

import { define, PageElement } from "../element.js";

export class RevealPassword extends PageElement {
  connected() {
    const field = this.querySelector("input");
    const button = this.querySelector("button");
    button.hidden = false;
    this.listen(button, "click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
    if (field.form) this.listen(field.form, "submit", () => { field.type = "password"; }, { capture: true });
  }
}

define("reveal-password", RevealPassword);
