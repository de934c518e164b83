// <topics-input class="input topics" data-name="topics"> <input id="topics" name="topics" value="Algebra, Sets"> </topics-input>
//
// Comma or Enter adds a topic, Backspace takes the last one back, chips are removable. Without scripts it is an ordinary
// field with commas. The form always carries one field with the topics joined by commas.

import { define, icon, make, PageElement } from "../element.js";
import { splitTopics } from "../helpers/topics.js";

export class TopicsInput extends PageElement {
  connected() {
    this.field = this.querySelector("input");
    this.carrier = make("input", { type: "hidden", name: this.field.name });
    this.topics = splitTopics(this.field.value);
    this.status = make("span", { class: "sr-only", role: "status" });
    this.field.name = `${this.field.name}-typed`; // for suggestions; the form's own value is in the carrier
    this.field.removeAttribute("required");
    this.field.value = "";
    this.append(this.carrier, this.status);
    this.listen(this.field, "keydown", (event) => this.typed(event));
    this.listen(this.field, "input", ({ inputType }) => {
      const picked = inputType === undefined || inputType === "insertReplacementText"; // a suggestion was chosen
      if (picked || /[,;\n]/.test(this.field.value)) this.take();
    });
    this.listen(this.field, "blur", () => this.take());
    this.listen(this, "click", (event) => this.clicked(event));
    if (this.field.form) this.listen(this.field.form, "submit", () => this.take(), { capture: true });
    this.draw();
  }

  typed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") { event.preventDefault(); this.take(); }
    if (event.key === "Backspace" && !this.field.value && this.topics.length) this.remove(this.topics.at(-1));
  }

  clicked({ target }) {
    const button = target.closest("button[data-topic]");
    if (button) this.remove(button.dataset.topic);
    if (button || target === this) this.field.focus();
  }

  take() {
    const fresh = splitTopics(this.field.value, this.topics);
    if (!this.field.value) return;
    this.field.value = "";
    if (!fresh.length) return;
    this.topics.push(...fresh);
    this.status.textContent = `Added ${fresh.join(", ")}`;
    this.draw();
  }

  /** Add topics from a script: a suggestion that was tapped. */
  add(text) {
    this.field.value = text;
    this.take();
  }

  remove(topic) {
    this.topics = this.topics.filter((known) => known !== topic);
    this.status.textContent = `Removed ${topic}`;
    this.draw();
  }

  draw() {
    this.querySelectorAll(".topic").forEach((chip) => chip.remove());
    for (const topic of this.topics) {
      const button = make("button", { type: "button", "data-topic": topic, "aria-label": `Remove ${topic}` }, icon("x-mark"));
      this.field.before(make("span", { class: "topic" }, topic, button));
    }
    this.carrier.value = this.topics.join(", ");
    this.dispatchEvent(new CustomEvent("topics:change", { bubbles: true, detail: { topics: [...this.topics] } }));
  }
}

define("topics-input", TopicsInput);
