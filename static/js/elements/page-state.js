// <page-state id="page-state" data-user="3" data-csrf="…" data-theme="dark" data-sound="on" data-last-notice="17">
//
// What the server knows about this page's person. It is swapped with every page, so that a sign-in or sign-out inside one
// document takes effect at once: token, theme, sound and the socket.

import { define, PageElement } from "../element.js";

export class PageState extends PageElement {
  static observedAttributes = ["data-user", "data-csrf", "data-theme", "data-sound"];

  connected() {
    this.apply();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.apply();
  }

  apply() {
    const { user = "", csrf, theme = "system", sound = "off", lastNotice = "0" } = this.dataset;
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && csrf) token.content = csrf;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    document.body.dataset.sound = sound;
    if (document.body.dataset.user === user) return;
    document.body.dataset.user = user;
    document.body.dataset.lastNotice = lastNotice;
    this.become(user);
  }

  /** Somebody else: sockets opened for the last person are closed. The socket code loads only for people. */
  async become(user) {
    if (!user && !PageState.opened) return;
    PageState.opened = true;
    const [{ closeSockets }, { followNudges, forgetNudges }] = await Promise.all([
      import("../socket.js"), import("../nudges.js"),
    ]);
    closeSockets();
    forgetNudges();
    if (user && document.body.dataset.user === user) followNudges();
  }
}

define("page-state", PageState);
