// <own-notes data-url="…"><textarea>…</textarea><p class="notes-state" role="status"></p></own-notes>
//
// Saves what is typed, a second after the last key, and says so. What could not be saved stays in this browser and is tried
// again, also the next time the page is opened: in the field, or below what was written elsewhere meanwhile.

import { define, PageElement } from "../element.js";
import { csrfToken } from "../page/requests.js";

const PAUSE = 1000;
const AGAIN = 4000;
/** What is kept: the text, and what it was written on. Nobody types this between them. */
const BETWEEN = "\0";

export class OwnNotes extends PageElement {
  #timer = 0;
  #isSaving = false;

  connected() {
    this.field = this.querySelector("textarea");
    this.key = `notes:${this.dataset.owner}:${this.dataset.url}`;
    this.base = this.field.value; // what the server has, and what is typed is written on
    const kept = localStorage.getItem(this.key);
    if (kept !== null) this.#restore(...kept.split(BETWEEN));
    this.listen(this.field, "input", () => this.#typed());
    this.listen(this.field, "blur", () => this.#timer && this.#soon(0));
    this.listen(window, "pagehide", () => this.#timer && this.#send(true));
  }

  disconnected() {
    if (this.#timer) this.#send(true);
  }

  /** Words that are there already were saved as the page was left. An old copy has no base. */
  #restore(text, base = "") {
    if (base === this.base) this.field.value = text;
    else if (!this.base.includes(text.trim())) this.field.value += `\n\n${text}`;
    else return localStorage.removeItem(this.key);
    return this.#soon(0);
  }

  #keep() {
    try {
      localStorage.setItem(this.key, this.field.value + BETWEEN + this.base);
    } catch {
      // full: the server has to do
    }
  }

  #typed() {
    this.#keep();
    this.#say("");
    this.#soon(PAUSE);
  }

  #soon(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), ms);
  }

  async #save() {
    if (this.#isSaving) return this.#soon(PAUSE);
    this.#isSaving = true;
    this.#timer = 0;
    const text = this.field.value;
    const answer = await this.#send(false).catch(() => null);
    this.#isSaving = false;
    if (answer?.ok) return this.#saved(text);
    this.#say("Not saved yet. Your words are kept here, and we try again.");
    return this.#soon(AGAIN);
  }

  #saved(text) {
    this.base = text;
    if (this.field.value !== text) return this.#keep(); // more was typed meanwhile: its own save follows
    localStorage.removeItem(this.key);
    return this.#say("Saved");
  }

  #send(keepalive) {
    return fetch(this.dataset.url, {
      method: "POST",
      keepalive,
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "HX-Request": "true" },
      body: JSON.stringify({ text: this.field.value }),
    });
  }

  #say(words) {
    this.querySelector(".notes-state").textContent = words;
  }
}

define("own-notes", OwnNotes);
