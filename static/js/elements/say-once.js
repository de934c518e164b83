// <say-once data-text="…" data-tone="ok"></say-once>: what the server wants said on the page it sends somebody to.

import { define, PageElement } from "../element.js";
import { toast } from "../toast.js";

export class SayOnce extends PageElement {
  connected() {
    const { text, tone = "info" } = this.dataset;
    this.remove();
    requestAnimationFrame(() => toast({ text, tone }));
  }
}

define("say-once", SayOnce);
