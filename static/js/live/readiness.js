/**
 * Who is ready, and what is proposed about the start (templates/live/_ready.html): read again when something changed, and
 * its forms sent without leaving the page. The server's own fragment, from its own route.
 */
export class Readiness {
  #isLooking = false;
  #again = false;

  /** @param {{page: Document, whenMoved: () => void}} parts what to do once the session starts at another time */
  constructor({ page, whenMoved }) {
    this.page = page;
    this.whenMoved = whenMoved;
    this.said = page.createElement("p");
    this.said.className = "ready-answer";
    this.said.setAttribute("role", "status");
    this.section?.after(this.said);
    page.addEventListener("submit", (event) => this.#submitted(event), { capture: true }); // before htmx, where that is loaded
  }

  get section() {
    return this.page.querySelector("#ready");
  }

  /** Read it again, if it is on screen; several words at once are one look, and one more after it. */
  async look() {
    this.#again = this.#isLooking;
    if (this.#isLooking || !this.section?.checkVisibility()) return;
    this.#isLooking = true;
    try {
      const answer = await fetch(this.section.dataset.address, { headers: { "HX-Request": "true" } });
      if (answer.ok) this.draw(await answer.text());
    } catch {
      // offline: the next nudge looks again
    } finally {
      this.#isLooking = false;
      if (this.#again) this.look();
    }
  }

  /** @param {string} html the fragment as the server sends it */
  draw(html) {
    const old = this.section;
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("#ready");
    if (!old || !fresh || fresh.outerHTML === old.outerHTML) return;
    if (fresh.dataset.starts !== old.dataset.starts) {
      this.whenMoved();
      return;
    }
    const focused = old.contains(this.page.activeElement) && this.page.activeElement;
    old.replaceWith(this.page.adoptNode(fresh));
    if (focused) (this.page.getElementById(focused.id) ?? this.section.querySelector("button, a"))?.focus();
  }

  #submitted(event) {
    if (!event.target.closest("#ready")) return;
    event.preventDefault();
    event.stopPropagation();
    this.#send(event.target);
  }

  async #send(form) {
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    this.said.textContent = "";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
      const { toast } = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
      this.said.textContent = toast?.text ?? (answer.ok ? "Proposed. The other side is asked." : "That did not work. Please try again.");
    } catch {
      this.said.textContent = "You seem to be offline. Nothing was sent.";
    }
    button.removeAttribute("aria-busy");
    this.look();
  }
}
