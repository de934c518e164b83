// <session-board data-url="…"><button data-save hidden>…</button><div class="after-pages"></div><p role="status"></p></session-board>
//
// The whiteboard of a session that is over: each page as a picture, drawn by the room's own ink, and all of them as a PDF.

import { define, PageElement } from "../element.js";
import { BOARD_HEIGHT, BOARD_WIDTH } from "../live/board_messages.js";
import { Ink } from "../live/view/board_ink.js";
import { saveDocument } from "../live/view/board_saving.js";

const SHARP = 1;

export class SessionBoard extends PageElement {
  #pages = [];

  async connected() {
    const state = this.querySelector("[role=status]");
    this.listen(this.querySelector("[data-save]"), "click", () => saveDocument(this, { pages: this.#pages.length }));
    try {
      const [answer] = await Promise.all([fetch(this.dataset.url, { signal: this.life }), document.fonts.ready]);
      if (!answer.ok) throw new Error(answer.statusText);
      this.#pages = await answer.json();
      this.#draw();
      state.textContent = this.#pages.length ? "" : "Nothing is left on the whiteboard.";
      state.hidden = this.#pages.length > 0;
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = "The whiteboard could not be loaded. Nothing is lost: please reload the page.";
    }
  }

  /** One page on a canvas of its own, as saving wants it. @returns {HTMLCanvasElement} */
  picture(page, scale) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [BOARD_WIDTH * scale, BOARD_HEIGHT * scale];
    const context = canvas.getContext("2d");
    const ink = new Ink(this);
    context.scale(scale, scale);
    const { paper, drawings } = this.#pages[page - 1];
    ink.paper(context, paper);
    for (const drawing of drawings) ink.paint(context, drawing);
    return canvas;
  }

  #draw() {
    const canvases = this.#pages.map((_, at) => {
      const canvas = this.picture(at + 1, SHARP);
      canvas.className = "after-page";
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `Whiteboard, page ${at + 1} of ${this.#pages.length}`);
      return canvas;
    });
    this.querySelector(".after-pages").replaceChildren(...canvases);
    this.querySelector("[data-save]").hidden = canvases.length === 0;
  }
}

define("session-board", SessionBoard);
