// <who-is-here data-words="Maya is here">…</who-is-here>
//
// Somebody is in the room already: while this tab is hidden its title says so. It is back as soon as the tab is looked at, or they go.

import { define, PageElement } from "../element.js";
import { TabTitle } from "../helpers/tab_title.js";

const title = new TabTitle(document);

export class WhoIsHere extends PageElement {
  static observedAttributes = ["data-words"];

  connected() {
    say();
    this.listen(document, "visibilitychange", say);
  }

  disconnected() {
    say();
  }

  attributeChangedCallback() {
    if (this.isConnected) say();
  }
}

function say() {
  const first = document.hidden ? document.querySelector("who-is-here") : null;
  title.say(first?.dataset.words ?? "");
}

define("who-is-here", WhoIsHere);
