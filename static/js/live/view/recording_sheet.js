/** The line about the recording on the feedback sheet, from all that is known of it here. It never says more than that. */

const FIND = "You find it with this session in a few minutes.";

export class RecordingSheet {
  #known = { hasFilm: false, isSaved: false, isGone: false, left: null, trouble: null, problem: null };

  /** @param {object} parts @param {Document} parts.page @param {string} parts.room public id */
  constructor({ page, room }) {
    this.room = room;
    this.place = page.querySelector("[data-recording]");
    this.#known.hasFilm = this.place?.hidden === false;
  }

  /**
   * @param {"film"|"progress"|"done"|"trouble"|"gone"|"full"|"unable"} what "film": somebody's browser captured something
   * @param {{left?: number, rooms?: string[], room?: string, status?: number}} [detail]
   */
  hear(what, detail = {}) {
    Object.assign(this.#known, this.#news(what, detail));
    if (!this.place) return;
    const words = sheetWords(this.#known);
    this.place.hidden = !words;
    this.place.dataset.recording = what;
    if (this.place.textContent !== words) this.place.textContent = words;
  }

  #news(what, { left, rooms = [], room, status }) {
    if (what === "film") return { hasFilm: true };
    if (what === "progress") return { left, trouble: null };
    if (what === "trouble") return { trouble: status };
    if (what === "gone") return { left: null, trouble: null, isGone: this.#known.isGone || room === this.room };
    if (what === "done") return { left: null, trouble: null, isSaved: rooms.includes(this.room) };
    return { problem: what };
  }
}

/** @returns {string} empty when there is nothing to say */
export function sheetWords({ hasFilm, isSaved, isGone, left, trouble, problem }) {
  if (isGone) return "The recording was deleted.";
  if (trouble !== null) return troubleWords(trouble);
  if (left) return savingWords(left);
  if (!hasFilm && !isSaved) return problem ? "Nothing was recorded: no browser here could." : "";
  if (problem === "full") return `This device had no room for all of the recording. What was captured is saved. ${FIND}`;
  return `${isSaved ? "The recording is saved." : "This session was recorded."} ${FIND}`;
}

/** @param {number} status of the server's answer, 0 for none */
export function troubleWords(status) {
  if (!status) return "The recording is kept on this device and goes on being sent when the connection is back.";
  const why = status === 507 ? "has no room for the recording" : "cannot take the recording";
  return `The server ${why} just now. It is kept on this device and sent later.`;
}

/** @param {number} left pieces of a second or so that are not yet on the server */
export function savingWords(left) {
  return `Saving the recording… ${left === 1 ? "1 second" : `${left} seconds`} of film left to send. You may go on: it is sent from any page.`;
}
