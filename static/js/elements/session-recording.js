// <session-recording><video …><ol>…<button data-at="62.5">…</ol></session-recording>
//
// Chapters that jump, the chapter that plays is marked, and a film whose link has expired while it was open goes on where it was.

import { define, PageElement } from "../element.js";

const TRIES = 3;

class SessionRecording extends PageElement {
  #failures = 0;

  connected() {
    const video = this.querySelector("video");
    this.listen(this, "click", ({ target }) => {
      const chapter = target.closest("[data-at]");
      if (!chapter) return;
      video.currentTime = Number(chapter.dataset.at);
      video.play().catch(() => {}); // the browser wants a tap on the film itself
    });
    this.listen(video, "timeupdate", () => this.#mark(video.currentTime));
    this.listen(video, "playing", () => (this.#failures = 0));
    this.listen(video, "error", () => this.#again(video));
  }

  #mark(second) {
    const chapters = [...this.querySelectorAll("[data-at]")];
    const current = chapters.findLast(({ dataset }) => Number(dataset.at) <= second + 0.05);
    for (const chapter of chapters) chapter.toggleAttribute("aria-current", chapter === current);
  }

  /** Links live for ten minutes: a new one is asked for, and the film goes on. */
  #again(video) {
    if (++this.#failures > TRIES) return;
    const second = video.currentTime;
    const wasPlaying = !video.paused;
    video.load();
    video.addEventListener("loadedmetadata", () => {
      video.currentTime = second;
      if (wasPlaying) video.play().catch(() => {});
    }, { once: true });
  }
}

define("session-recording", SessionRecording);
