/**
 * What follows from a log of deeds: which drawings are on a page, and what somebody
 * may undo. Pure, and the same for everybody with the same log.
 *
 * @typedef {import("./board_messages.js").Deed} Deed
 */
import { BOARD_UNDO } from "./board_messages.js";

export const DRAWINGS = ["stroke", "line", "rectangle", "ellipse", "text", "note"];
const UNDOABLE = [...DRAWINGS, "edit", "erase", "clear", "paper"];

/** A deed's name for all: who did it, and their own id for it. */
export const keyOf = ({ sender, client_id }) => `${sender}:${client_id}`;

/** Does it put something on the board? @param {{kind: string}} deed */
export const isDrawing = ({ kind }) => DRAWINGS.includes(kind);

/** @param {number} page @param {Deed[]} deeds @returns {Deed[]} the drawings on it, lowest first */
export function drawingsOn(page, deeds) {
  const undone = undoneIn(deeds);
  const shown = new Map();
  for (const deed of deeds) {
    if (deed.page !== page || undone.has(keyOf(deed))) continue;
    if (isDrawing(deed)) shown.set(keyOf(deed), deed);
    else if (deed.kind === "edit") edit(shown, deed);
    else if (deed.kind === "clear") shown.clear();
    else if (deed.kind === "erase") for (const key of deed.targets) shown.delete(key);
  }
  return [...shown.values()];
}

/** The note stays whose it was and where it lies among the others; with an edit of ours that waits, it is not confirmed. */
function edit(shown, { targets: [key], mark, number }) {
  if (shown.has(key)) shown.set(key, { ...shown.get(key), mark, number });
}

/** The paper a page is on. @param {number} page @param {Deed[]} deeds @returns {string} */
export function paperOn(page, deeds) {
  const undone = undoneIn(deeds);
  return deeds.findLast((deed) => deed.kind === "paper" && deed.page === page && !undone.has(keyOf(deed)))?.paper ?? "plain";
}

/** What somebody's Undo and Redo would be about: the server lets nobody reach back further than BOARD_UNDO deeds. */
export function historyOf(who, deeds) {
  const own = deeds.filter(({ sender }) => sender === who);
  const within = new Set(own.filter(({ kind }) => UNDOABLE.includes(kind)).slice(-BOARD_UNDO));
  const [done, undone] = [[], []];
  const move = (key, from, to) => {
    const at = from.findLastIndex((deed) => keyOf(deed) === key);
    if (at >= 0) to.push(...from.splice(at, 1));
  };
  for (const deed of own) {
    if (deed.kind === "undo") move(deed.targets[0], done, undone);
    else if (deed.kind === "redo") move(deed.targets[0], undone, done);
    else if (within.has(deed)) {
      done.push(deed);
      undone.length = 0;
    }
  }
  return { undo: done.at(-1), redo: undone.at(-1) };
}

function undoneIn(deeds) {
  const undone = new Set();
  for (const { kind, targets } of deeds) {
    if (kind === "undo") undone.add(targets[0]);
    if (kind === "redo") undone.delete(targets[0]);
  }
  return undone;
}
