/**
 * Short words over the picture. A note goes by itself, but not from under somebody's hand; one that asks stays until it is answered.
 *
 * @typedef {{name: string, what: string, person?: number}} Deed a thing to do about it, in one tap; with no `what`, to leave it at that
 */
const STAYS = 7000;

export class Notes {
  /** @param {{list: HTMLElement, template: HTMLTemplateElement, clock: import("../clock.js").browserClock, makeButton: () => HTMLButtonElement}} parts */
  constructor({ list, template, clock, makeButton }) {
    Object.assign(this, { list, template, clock, makeButton });
  }

  /**
   * @param {string} text @param {string} [tone]
   * @param {Deed|Deed[]} [deeds]
   * @param {{about?: string, closes?: boolean, asks?: boolean}} [manner] takes the place of what was said about the same; has a Close; stays until it is answered
   */
  add(text, tone = "info", deeds = [], { about = "", closes = false, asks = false } = {}) {
    const note = this.template.content.firstElementChild.cloneNode(true);
    Object.assign(note.dataset, { tone, about, asks });
    note.querySelector(".note-words").textContent = text;
    const close = note.querySelector(".note-close");
    const offered = [deeds ?? []].flat();
    for (const deed of offered) close.before(this.#deed(deed, note));
    if (closes) close.addEventListener("click", () => note.remove());
    else close.remove();
    if (about) this.drop(about);
    this.list.append(note);
    if (asks) return;
    const go = () => (note.matches(":hover, :focus-within") ? this.clock.after(STAYS, go) : note.remove());
    this.clock.after(offered.length ? 2 * STAYS : STAYS, go);
  }

  /** What was said about this is over. */
  drop(about) {
    for (const note of [...this.list.children]) if (note.dataset.about === about) note.remove();
  }

  /** What a note asked for about somebody is done already. */
  done(what, person) {
    this.list.querySelector(`[data-do=${what}][data-person="${person}"]`)?.closest(".note").remove();
  }

  #deed({ name, what, person = 0 }, note) {
    const button = this.makeButton();
    button.className = "button button-quiet button-small";
    button.type = "button";
    button.textContent = name;
    Object.assign(button.dataset, { do: what, person: String(person) });
    button.addEventListener("click", () => setTimeout(() => note.remove())); // after the page has heard it
    return button;
  }
}
