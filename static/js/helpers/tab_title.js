/**
 * Lends the tab's title for what must be seen from elsewhere, and gives it back: never over a title that somebody else set meanwhile.
 */
export class TabTitle {
  #page;
  #own = "";
  #lent = "";

  /** @param {{title: string}} page */
  constructor(page) {
    this.#page = page;
  }

  /** @param {string} words empty when there is nothing to say any more */
  say(words) {
    const isOurs = this.#lent !== "" && this.#page.title === this.#lent;
    if (!isOurs) this.#own = this.#page.title;
    this.#lent = words && `${words} · PeerLearn`;
    if (words || isOurs) this.#page.title = this.#lent || this.#own;
  }
}
