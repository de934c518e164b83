// <toast-tray id="toasts" data-fresh="/notices/fresh"><div class="toasts" popover="manual" role="status"></div></toast-tray>
//
// Says short things, from three sides: an HX-Trigger header or toast() of a script, and the person's fresh notices. The
// tray is a popover, so that it stays above an open dialog. One tab of many plays the sound.

import { define, icon, make, PageElement } from "../element.js";
import { play } from "../page/sound.js";

const SHOWN_FOR = 6500;
const MOST = 4;
const ICONS = { ok: "check-circle", bad: "exclamation-circle", info: "information-circle", mark: "bell" };

export class ToastTray extends PageElement {
  connected() {
    this.list = this.querySelector(".toasts");
    this.listen(document, "toast", ({ detail }) => this.show(detail));
    this.listen(document.body, "nudge:notices", () => this.fetchFresh());
  }

  /** @param {{text: string, detail?: string, tone?: string, link?: string, linkText?: string}} message */
  show({ text, detail, tone = "info", link, linkText = "Open" }) {
    const close = make("button", { class: "icon-button", type: "button", "aria-label": "Dismiss" }, icon("x-mark", "icon icon-small"));
    const words = make("p", { class: "toast-text" }, text);
    if (detail) words.append(make("small", {}, detail));
    const item = make("div", { class: "toast", "data-tone": tone }, icon(ICONS[tone] ?? ICONS.info), words);
    if (link) item.append(make("a", { class: "link", href: link }, linkText));
    item.append(close);
    close.addEventListener("click", () => this.leave(item));
    this.raise();
    this.list.append(item);
    window.htmx?.process(item);
    while (this.list.querySelectorAll(".toast:not([data-leaving])").length > MOST) this.leave(this.list.querySelector(".toast:not([data-leaving])"));
    this.stayWhileRead(item);
    return item;
  }

  /** Opened again each time, so that it lies above a dialog that was opened since. */
  raise() {
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.list.showPopover?.();
  }

  stayWhileRead(item) {
    let timer;
    const wait = () => { timer = setTimeout(() => this.leave(item), SHOWN_FOR); };
    item.addEventListener("pointerenter", () => clearTimeout(timer));
    item.addEventListener("pointerleave", wait);
    item.addEventListener("focusin", () => clearTimeout(timer));
    item.addEventListener("focusout", wait);
    wait();
  }

  leave(item) {
    item.dataset.leaving = "";
    setTimeout(() => {
      item.remove();
      if (!this.list.children.length && this.list.matches(":popover-open")) this.list.hidePopover();
    }, 260);
  }

  /** Ask for what came after the last notice this tab knows; several nudges at once ask one after the other. */
  async fetchFresh() {
    this.again = Boolean(this.asking);
    if (this.asking || !this.dataset.fresh || !document.body.dataset.user) return;
    this.asking = true;
    try {
      const after = document.body.dataset.lastNotice || "0";
      const answer = await fetch(`${this.dataset.fresh}?after=${after}`, { headers: { "HX-Request": "true" } });
      if (answer.ok) this.showNotices(await answer.text());
    } catch {
      // offline: the nudge after the reconnect asks again
    } finally {
      this.asking = false;
      if (this.again) this.fetchFresh();
    }
  }

  showNotices(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const row of parsed.querySelectorAll("li[data-notice-id]")) {
      const id = Number(row.dataset.noticeId);
      if (id <= Number(document.body.dataset.lastNotice || 0)) continue;
      document.body.dataset.lastNotice = String(id);
      const link = row.querySelector("a[href]");
      const detail = row.querySelector("small")?.textContent.trim();
      const words = (row.querySelector("[data-text]") ?? row).cloneNode(true);
      words.querySelectorAll("small, a, time").forEach((part) => part.remove());
      this.show({
        text: words.textContent.replace(/\s+/g, " ").trim() || (link?.textContent.trim() ?? ""),
        detail, tone: row.dataset.tone ?? "mark",
        link: link?.getAttribute("href"), linkText: row.dataset.linkText ?? "Open",
      });
      play(row.dataset.sound ?? "none", id);
    }
  }
}

define("toast-tray", ToastTray);
