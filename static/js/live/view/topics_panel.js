/**
 * The checklist on the page: the lines stand there already, here they are ticked.
 *
 * Speaks: "mark" {topic, isCovered}.
 */
import { tell } from "../clock.js";
import { hourAndMinute } from "../timer.js";

export class TopicsPanel extends EventTarget {
  /** @param {{room: HTMLElement, side: import("./side_panel.js").SidePanel}} parts */
  constructor({ room, side }) {
    super();
    this.side = side;
    this.part = room.querySelector("#side-topics");
    this.problem = this.part.querySelector(".check-problem");
    this.part.addEventListener("change", ({ target }) => tell(this, "mark", { topic: Number(target.value), isCovered: target.checked }));
  }

  /** @param {(import("../messages.js").TopicMark & {isCovered: boolean, isPending: boolean})[]} topics */
  draw(topics, isNews) {
    for (const topic of topics) this.#line(topic);
    if (isNews) this.side.news("topics");
  }

  refused(message) {
    this.problem.textContent = message;
    this.problem.hidden = false;
  }

  #line({ id, covered_at: at, isCovered, isPending }) {
    const line = this.part.querySelector(`[data-topic="${id}"]`);
    if (!line) return; // the mentor changed the topics meanwhile: a reload shows them
    line.dataset.covered = String(isCovered);
    const box = line.querySelector("input");
    if (box) box.checked = isCovered;
    const state = line.querySelector(".check-state");
    state.hidden = !isCovered;
    state.dataset.pending = String(isPending);
    const time = state.querySelector("time");
    time.textContent = at && isCovered ? hourAndMinute(at) : "";
    time.dateTime = at ?? "";
  }
}
