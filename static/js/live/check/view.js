/**
 * The only part of the check that touches the page.
 *
 * Speaks: "do" {what: "run"|"heard"|"unheard"|"again"}.
 */
import { icon } from "../../element.js";
import { tell } from "../clock.js";

const SHAPES = { green: "check-circle", yellow: "exclamation-triangle", red: "x-circle", none: "information-circle", running: "arrow-path" };
const SPOKEN = { green: "fine", yellow: "not perfect", red: "to mend", none: "", running: "" };

export class CheckView extends EventTarget {
  /** @param {HTMLElement} section templates/live/_check.html */
  constructor(section) {
    super();
    this.section = section;
    section.addEventListener("click", ({ target }) => {
      const what = target.closest("[data-check]")?.dataset.check;
      if (what) tell(this, "do", { what });
    });
  }

  get video() {
    return this.#find(".check-picture");
  }

  begin(steps) {
    const button = this.#find("[data-check=run]");
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-busy", "true");
    this.section.removeAttribute("data-mark");
    for (const step of steps) this.show(step, { mark: "running", words: "" });
    this.ask(false);
  }

  /** @param {string} step @param {import("./verdicts.js").Verdict} verdict */
  show(step, { mark, words, fix = "" }) {
    const row = this.#find(`[data-step="${step}"]`);
    row.dataset.mark = mark;
    const shape = icon(SHAPES[mark]);
    const spoken = document.createElement("span");
    spoken.className = "sr-only";
    spoken.textContent = SPOKEN[mark];
    row.querySelector(".check-sign").replaceChildren(shape, spoken);
    row.querySelector(".check-words").textContent = words;
    row.querySelector(".check-fix").textContent = fix;
    row.querySelector(".check-fix").hidden = !fix;
    row.querySelector(".check-more")?.toggleAttribute("hidden", mark !== "red");
  }

  say(words) {
    this.#find(".check-now").textContent = words;
  }

  /** The picture and the loudness, while they are tried. */
  trying(isTrying) {
    this.#find(".check-try").hidden = !isTrying;
    if (!isTrying) this.video.srcObject = null;
  }

  level(level) {
    this.#find(".check-level").value = Math.min(1, Math.sqrt(level));
  }

  ask(isAsking) {
    this.#find(".check-answer")?.toggleAttribute("hidden", !isAsking);
  }

  /** @param {{mark: string, words: string}} summary */
  end({ mark, words }) {
    const button = this.#find("[data-check=run]");
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    button.textContent = button.textContent.replace("now", "again");
    button.classList.add("button-quiet");
    this.section.dataset.mark = mark;
    this.say(words);
  }

  #find(selector) {
    return this.section.querySelector(selector);
  }
}
