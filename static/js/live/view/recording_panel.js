/** The recording on the page: the red mark, the question, the Record button, and what has become of it. */

const WARNINGS = ["declined", "none", "full", "unable"];

export class RecordingPanel {
  /**
   * @param {object} parts
   * @param {Document} parts.page
   * @param {{id: number, role: string}} parts.me
   * @param {(id: number) => string|null} parts.nameOf
   */
  constructor({ page, me, nameOf }) {
    Object.assign(this, { page, me, nameOf });
    this.mark = page.querySelector(".recording-mark");
    this.question = page.querySelector("#consent");
  }

  /** @param {import("../recording_messages.js").RecordingState} state */
  draw(state, isAsked) {
    this.mark.hidden = !state.is_wanted;
    this.mark.dataset.state = state.is_on ? "on" : "waiting";
    const words = state.is_on ? "Recording" : this.#waiting(state);
    const place = this.mark.querySelector(".recording-words");
    if (place.textContent !== words) place.textContent = words;
    for (const button of this.page.querySelectorAll("[data-do=record]")) {
      button.setAttribute("aria-pressed", String(state.is_wanted));
      button.toggleAttribute("data-barred", !state.is_allowed); // looks so, and answers with why: it is not aria-disabled
      const item = button.closest("li") ?? button;
      item.hidden = this.me.role !== "mentor" && !state.is_wanted;
    }
    this.question.hidden = !isAsked;
  }

  /** @param {"on"|"paused"|"declined"|"stopped"|"barred"|"none"|"handed"|"full"|"unable"} what @param {(words: string, tone?: string) => void} note */
  news(what, by, note) {
    const who = by === this.me.id ? "You" : (this.nameOf(by) ?? "Somebody");
    const words = {
      on: "Recording has started.",
      paused: "Recording waits until everybody here has agreed.",
      declined: by === this.me.id ? "You are not recorded." : `${who} does not want to be recorded.`,
      stopped: by === null ? "The recording has stopped." : `${who} stopped the recording.`,
      barred: "Sessions with somebody under 18 are not recorded.",
      none: "The recording stopped: no browser here can record.",
      handed: `${who}'s browser records now.`,
      full: "This device has no room for more of the recording. What was captured is safe.",
      unable: "This browser cannot record.",
    };
    note(words[what], WARNINGS.includes(what) ? "warn" : "info");
  }

  #waiting(state) {
    const others = state.asked.filter((id) => id !== this.me.id).map((id) => this.nameOf(id)?.split(" ")[0] ?? "somebody");
    if (others.length) return `Waiting for ${others.join(" and ")} to agree`;
    return state.asked.length ? "Waiting for your answer" : "Recording begins when somebody is here";
  }
}
