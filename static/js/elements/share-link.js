// <share-link data-url="…" data-title="…" data-text="…"><a class="button" href="mailto:…">…</a></share-link>
//
// The device's own share sheet where there is one; elsewhere the link inside stays what it is (a mail).

import { define, PageElement } from "../element.js";

export class ShareLink extends PageElement {
  connected() {
    if (!navigator.share) return;
    this.listen(this, "click", (event) => {
      event.preventDefault();
      const { url, title, text } = this.dataset;
      navigator.share({ url, title, text }).catch(() => {}); // closed again: nothing to say
    });
  }
}

define("share-link", ShareLink);
