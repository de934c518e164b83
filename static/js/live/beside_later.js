/** What lies beside the picture and is fetched once we are in: the whiteboard's panel, and the notes that all write together. */
import { on } from "./clock.js";
import { SharedNotes } from "./shared_notes.js";
import { BoardPanel } from "./view/board_panel.js";
import { SharedNotesPanel } from "./view/shared_notes_panel.js";

export function layBoard({ board, signaling, view, nameOf, clock }) {
  const complain = ({ code, message }) => view.note(code ? message : "The connection is gone for a moment. Please try again.", "warn");
  return new BoardPanel({
    board,
    clock,
    root: document.querySelector(".board"),
    whisper: (drawing) => signaling.notify("drawing", drawing),
    lock: (isWanted) => signaling.ask("lock_board", { on: isWanted }).catch(complain),
    nameOf: (id) => nameOf(id) ?? "Somebody",
  });
}

/** @returns {SharedNotes} */
export function layNotes({ signaling, view, ...ours }) {
  const notes = new SharedNotes({ ...ours, ask: (event, payload) => signaling.ask(event, payload) });
  on(signaling, "notes", (text) => notes.hear(text));
  on(notes, "news", () => view.side.news("topics"));
  new SharedNotesPanel({ page: document, clock: ours.clock, notes });
  return notes;
}
