/** The field of the shared notes: what others write comes in around the cursor, which stays where it is. */
import { change } from "../shared_notes.js";

export class SharedNotesPanel {
  /** @param {{page: Document, notes: import("../shared_notes.js").SharedNotes}} parts */
  constructor({ page, notes }) {
    this.field = page.querySelector("#shared-notes");
    this.state = page.querySelector("#shared-notes-state");
    this.field.addEventListener("input", () => {
      this.state.textContent = "";
      if (!this.isComposing) notes.type(this.field.value);
    });
    for (const type of ["compositionstart", "compositionend"]) {
      this.field.addEventListener(type, () => {
        this.isComposing = type === "compositionstart";
        if (!this.isComposing) notes.type(this.field.value);
        notes.hold(this.isComposing);
      });
    }
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
