// <copy-text data-text="https://…"><button type="button" class="button">Copy link</button></copy-text>

import { define, PageElement } from "../element.js";

export class CopyText extends PageElement {
  connected() {
    this.listen(this, "click", async () => {
      const copied = await navigator.clipboard?.writeText(this.dataset.text).then(() => true, () => false);
      this.dispatchEvent(new CustomEvent("toast", {
        bubbles: true,
        detail: copied ? { text: "Copied", tone: "ok" } : { text: this.dataset.text, tone: "info" },
      }));
    });
  }
}

define("copy-text", CopyText);
