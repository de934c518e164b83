// <drop-zone class="drop-zone"> <label for="thumbnail">…</label> <input type="file" id="thumbnail">
//   <img class="drop-preview" alt="" hidden> <p data-words>…</p> <button type="button" data-clear hidden>…</button> </drop-zone>
//
// A labelled file input that also takes a dropped or pasted picture and shows it. The server decodes it again, for real.

import { define, PageElement } from "../element.js";
import { objectionToPicture } from "../helpers/files.js";

export class DropZone extends PageElement {
  connected() {
    this.input = this.querySelector('input[type="file"]');
    this.preview = this.querySelector(".drop-preview");
    this.clearer = this.querySelector("[data-clear]");
    this.listen(this.input, "change", () => this.changed());
    this.listen(this, "dragover", (event) => { event.preventDefault(); this.dataset.state = "over"; });
    this.listen(this, "dragleave", () => this.settle());
    this.listen(this, "drop", (event) => { event.preventDefault(); this.give(event.dataTransfer?.files); });
    this.listen(this.input.form ?? this, "paste", (event) => event.clipboardData?.files.length && this.give(event.clipboardData.files));
    if (this.clearer) this.listen(this.clearer, "click", () => this.forget());
  }

  disconnected() {
    if (this.address) URL.revokeObjectURL(this.address);
  }

  give(files) {
    if (!files?.length) return this.settle();
    const one = new DataTransfer();
    one.items.add(files[0]);
    this.input.files = one.files;
    return this.changed();
  }

  changed() {
    const [file] = this.input.files;
    if (!file) return this.clear();
    const objection = objectionToPicture(file);
    if (objection) {
      this.clear();
      this.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: objection, tone: "bad" } }));
      return undefined;
    }
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(file);
    if (this.preview) { this.preview.src = this.address; this.preview.hidden = false; }
    if (this.clearer) this.clearer.hidden = false;
    return this.settle();
  }

  /** Without any picture, also none that the server has kept since the form came back (data-kept names its hidden field). */
  forget() {
    const kept = this.input.form?.elements[this.dataset.kept];
    if (kept) kept.value = "";
    this.clear();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clear() {
    this.input.value = "";
    if (this.preview) { this.preview.hidden = true; this.preview.removeAttribute("src"); }
    if (this.clearer) this.clearer.hidden = true;
    return this.settle();
  }

  settle() {
    if (this.input.files.length) this.dataset.state = "filled";
    else delete this.dataset.state;
  }
}

define("drop-zone", DropZone);
