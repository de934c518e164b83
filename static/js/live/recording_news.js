/**
 * What becomes of the film: for the sheet at the end, and at once in the room when it cannot wait until then.
 */
import { troubleWords } from "./view/recording_sheet.js";

/** The server does not take what we send for so many milliseconds: it is said in the room, once until it does again. */
const LASTING = 10_000;

/**
 * @param {object} parts
 * @param {import("./view/recording_sheet.js").RecordingSheet} parts.sheet
 * @param {(words: string, tone: string) => void} parts.note a word in the room
 * @param {(reason: "full"|"unable") => void} parts.obstacle our browser cannot record (any more)
 * @returns {(what: string, detail?: object) => void}
 */
export function tellOfTheFilm({ sheet, note, obstacle }) {
  let hasSaidTrouble = false;
  return (what, detail) => {
    sheet.hear(what, detail);
    if (what === "full" || what === "unable") obstacle(what);
    if (what === "trouble" && detail.lasts >= LASTING && !hasSaidTrouble) {
      hasSaidTrouble = true;
      note(troubleWords(detail.status), "warn");
    }
    if (what === "progress") hasSaidTrouble = false;
  };
}
