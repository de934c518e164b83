/**
 * Drawings of others while they are being drawn. Nobody keeps them: the finished one
 * takes their place, and what is never finished goes after a while.
 *
 * @typedef {import("./board_messages.js").DrawingOf} DrawingOf
 */
const FORGOTTEN_AFTER = 5000;

export class Sketches {
  /** @type {Map<number, {page: number, client_id: string, parts: DrawingOf[], stop: () => void}>} by sender */
  #shown = new Map();
  #finished = new Set();

  /** @param {{clock: import("./clock.js").browserClock, changed: () => void}} parts */
  constructor({ clock, changed }) {
    Object.assign(this, { clock, changed });
  }

  /** What is being drawn on a page. @returns {DrawingOf[]} */
  on(page) {
    return [...this.#shown.values()].filter((one) => one.page === page).flatMap(({ parts }) => parts);
  }

  /** @param {DrawingOf} drawing */
  hear(drawing) {
    const { sender, client_id, page, kind } = drawing;
    if (this.#finished.has(`${sender}:${client_id}`)) return;
    const known = this.#shown.get(sender);
    known?.stop();
    const goesOn = kind === "stroke" && known?.client_id === client_id;
    const stop = this.clock.after(FORGOTTEN_AFTER, () => this.#drop(sender));
    this.#shown.set(sender, { page, client_id, parts: [...(goesOn ? known.parts : []), drawing], stop });
    this.changed();
  }

  /** It is in the log now. */
  forget({ sender, client_id }) {
    this.#finished.add(`${sender}:${client_id}`);
    if (this.#shown.get(sender)?.client_id === client_id) this.#drop(sender);
  }

  #drop(sender) {
    this.#shown.get(sender)?.stop();
    this.#shown.delete(sender);
    this.changed();
  }
}
