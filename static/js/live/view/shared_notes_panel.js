/** The field of the shared notes: what others write comes in around the cursor, which stays where it is. */
import { change } from "../shared_text.js";

/** Phones compose whole words: a pause of so many milliseconds in one, and what others wrote comes in all the same. */
const PAUSE = 2000;

export class SharedNotesPanel {
  /** @param {{page: Document, clock: import("../clock.js").browserClock, notes: import("../shared_notes.js").SharedNotes}} parts */
  constructor({ page, clock, notes }) {
    this.field = page.querySelector("#shared-notes");
    this.state = page.querySelector("#shared-notes-state");
    let stop = () => {};
    const hold = (isComposing) => {
      stop();
      notes.hold(isComposing);
      if (isComposing) stop = clock.after(PAUSE, () => notes.hold(false));
    };
    this.field.addEventListener("compositionstart", () => hold(true));
    this.field.addEventListener("compositionend", () => hold(false));
    this.field.addEventListener("input", ({ isComposing }) => {
      if (isComposing) hold(true);
      notes.type(this.field.value);
    });
    notes.addEventListener("change", ({ detail }) => this.draw(detail));
    notes.addEventListener("problem", ({ detail }) => (this.state.textContent = detail.message));
    this.draw(notes);
  }

  draw({ text, isOpen }) {
    const { field } = this;
    field.disabled = !isOpen;
    if (field.value === text) return;
    const { from, to, words } = change(field.value, text);
    field.setRangeText(words, from, to, "preserve");
  }
}
