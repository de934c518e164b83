/**
 * What lies beside the picture: the conversation, the whiteboard and the checklist, each with its panel. Makes them and draws the
 * arrows between them and the line to the server; room.js does the same for the call itself.
 */
import "../elements/own-notes.js";
import { Board } from "./board.js";
import { Chat } from "./chat.js";
import { browserClock as clock, on } from "./clock.js";
import { exchangeFiles } from "./file_exchange.js";
import { forgetOld } from "./outbox.js";
import { Topics } from "./topics.js";

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./view.js").View} parts.view
 * @param {{id: number}} parts.me
 * @param {string} parts.room public id
 * @param {import("./statuses.js").Statuses} parts.statuses
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {import("./link_watch.js").LinkWatch} parts.links
 * @param {(id: number) => string|null} parts.nameOf
 * @param {() => void} parts.tellStatus our own status changed
 * @returns {{enter: (welcome: import("./messages.js").Welcome) => void, stop: () => void, status: {heard: number}}} `enter` once we are in
 */
export function layBeside({ signaling, statuses, mesh, links, view, me, room, nameOf, tellStatus }) {
  const ours = { clock, room, me: me.id, memory: localStorage };
  const chat = new Chat({ ...ours, send: (line) => signaling.ask("say", line), newId: () => crypto.randomUUID() });
  const topics = new Topics({ ...ours, send: (tick) => signaling.ask("cover", tick) });
  const board = new Board({
    ...ours,
    isMentor: me.role === "mentor",
    send: (deed) => signaling.ask("draw", deed),
    look: (since) => signaling.ask("board", since),
    newId: () => crypto.randomUUID().slice(-12),
  });
  const later = layLater({ ...ours, board, signaling, view, nameOf });

  on(signaling, "said", (line) => chat.hear(line));
  on(chat, "change", ({ lines }) => view.chat.draw(lines, me.id));
  on(chat, "heard", () => view.chat.heard());
  on(chat, "got", soon(clock, tellStatus));
  on(signaling, "down", () => chat.wait());
  on(statuses, "change", ({ id, status }) => id !== me.id && chat.reach(id, nameOf(id) ?? "the other side", status.heard));
  on(view, "say", ({ text }) => chat.say(text));

  exchangeFiles({ chat, mesh, links, clock, view, me, room, nameOf, on });

  on(signaling, "topics", (list) => topics.hear(list));
  on(topics, "change", ({ topics: list, isNews }) => view.topics.draw(list, isNews));
  on(topics, "problem", ({ message }) => view.topics.refused(message));
  on(view.topics, "mark", ({ topic, isCovered }) => topics.mark(topic, isCovered));

  on(signaling, "drawn", (deed) => board.hear(deed));
  on(signaling, "board_lock", (lock) => board.hearLock(lock));
  on(signaling, "drawing", (drawing) => board.sketches.hear(drawing));
  on(board, "heard", () => view.side.news("whiteboard"));
  on(view.side, "shown", ({ tab }) => tab === "whiteboard" && later.fetch());
  on(board, "refused", ({ message }) => view.note(message, "warn"));

  return {
    get status() {
      return { heard: chat.latest };
    },
    enter(welcome) {
      chat.enter(welcome);
      topics.enter(welcome);
      board.enter(welcome);
      forgetOld(localStorage);
      later.fetch().then((parts) => parts?.notes.enter());
    },
    stop: () => later.stop(),
  };
}

/** What is fetched once we are in, or when the whiteboard is opened before: nobody waits for it on the way into the call. */
function layLater(parts) {
  let fetched = null;
  let laid = null;
  const lay = ({ layBoard, layNotes }) => (laid = { board: layBoard(parts), notes: layNotes(parts) });
  return {
    fetch: () => (fetched ??= import("./beside_later.js").then(lay).catch(() => (fetched = null))),
    stop: () => laid?.notes.stop(),
  };
}

/** Several words at once are one: done a moment after the first. */
function soon(timer, action) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    timer.after(250, () => {
      isDue = false;
      action();
    });
  };
}
