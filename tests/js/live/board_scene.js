/** A whiteboard's log as the server keeps it, and people who sit before it: what the stories of the board share. */
import { Board } from "../../../static/js/live/board.js";
import { keyOf } from "../../../static/js/live/board_log.js";
import { FakeClock, Memory } from "./fakes.js";

export { Memory };

/** The server's side: a log, as app/live/board.py keeps it. */
export class Log {
  deeds = [];
  isUp = true;
  hearers = [];
  partSize = 500;
  refusal = null;
  isLocked = false;

  async send(sender, draw) {
    await null;
    if (!this.isUp) throw new Error("not in the room now");
    if (this.refusal) throw Object.assign(new Error(this.refusal.message), { code: this.refusal.code });
    const known = this.deeds.find((deed) => keyOf(deed) === `${sender}:${draw.client_id}`);
    if (known) return known;
    const deed = { ...structuredClone(draw), sender, number: this.deeds.length + 1 };
    this.deeds.push(deed);
    for (const hear of this.hearers) hear(deed);
    return deed;
  }

  async look({ since, most }) {
    this.asked = [...(this.asked ?? []), most];
    if (!this.isUp) throw new Error("not in the room now");
    const deeds = this.deeds.filter(({ number }) => number > since).slice(0, this.partSize);
    return { version: this.deeds.length, upto: deeds.at(-1)?.number ?? since, pages: Math.max(1, ...this.deeds.map(({ page }) => page)), deeds };
  }
}

export function sit(log, me, { memory = new Memory(), hears = true, isMentor = false } = {}) {
  let number = 0;
  const clock = new FakeClock();
  const run = Math.random().toString(36).slice(2, 8);
  const board = new Board({
    me, clock, memory, isMentor, room: "here",
    send: (draw) => log.send(me, draw),
    look: (since) => log.look(since),
    newId: () => `${run}-${(number += 1)}`,
  });
  if (hears) log.hearers.push((deed) => board.hear(deed));
  const enter = () => board.enter({ board: log.deeds.length, locked: log.isLocked });
  enter();
  return { board, clock, enter, memory };
}

export const mark = (text) => ({ colour: "ink", width: 4, points: [1, 1], text });
export const write = (board, ...texts) => texts.forEach((text) => board.draw("text", mark(text)));
export const shown = (board, page) => board.drawings(page).map(({ mark: { text } }) => text);
export const keys = (board, ...texts) => board.drawings().filter(({ mark: { text } }) => texts.includes(text)).map(keyOf);
