/**
 * Everything that recording needs, fetched when a session is first recorded: makes the parts and draws their arrows.
 */
import { browserClock as clock } from "../clock.js";
import { Capture, sha256 } from "./capture.js";
import { Composer } from "./composer.js";
import { lockOf, startSending } from "./sending.js";
import { Term } from "./term.js";

const TRY_AGAIN = 1000;
const SAID = ["progress", "done", "gone", "trouble"];

/**
 * @param {object} parts
 * @param {string} parts.room public id
 * @param {number} parts.user
 * @param {string} parts.tickerAddress
 * @param {(begun: {client_id: string, kind: string, ago: number}) => Promise<object>} parts.announce
 * @param {(what: "full"|"unable"|"trouble"|"progress"|"done"|"gone", detail?: object) => void} parts.say
 */
export function openStudio({ room, user, tickerAddress, announce, say }) {
  const { spool, uploader } = startSending(user);
  const context = new AudioContext({ latencyHint: "playback" });
  const composer = new Composer({ page: document, ticker: new Worker(tickerAddress), context });
  const term = new Term({ make, fail: say });
  for (const what of SAID) uploader.addEventListener(what, ({ detail }) => say(what, detail));

  function make() {
    const Recorder = globalThis.MediaRecorder; // some browsers have none: then its segment does not begin
    const capture = new Capture({ spool, segment: crypto.randomUUID(), room, user, clock, Recorder, digest: sha256 });
    let release = () => {};
    capture.addEventListener("begun", ({ detail }) => introduce(capture, detail));
    capture.addEventListener("piece", () => uploader.look());
    return {
      capture,
      async start() {
        release = await hold(lockOf(capture.segment));
        await capture.start(composer.start());
      },
      close() {
        release();
        composer.stop();
        uploader.look();
      },
    };
  }

  /** The server must know of the segment before its first piece comes; while the line is down it is told as soon as it is back. */
  async function introduce(capture, { segment, kind, ago }) {
    try {
      await announce({ client_id: segment, kind, ago: Math.min(ago(), 60_000) });
      await spool.know(segment);
      uploader.look();
    } catch (problem) {
      if (problem.code === "not_recorder" || problem.code === "ended") term.lapse(capture);
      else if (problem.code === "conflict") term.giveUp("unable"); // it has begun anew too often
      else clock.after(TRY_AGAIN, () => term.runs(capture) && introduce(capture, { segment, kind, ago })); // once it is over, the uploader tells of it
    }
  }

  return { composer, uploader, start: () => term.start(), stop: () => term.stop() };
}

/** @returns {Promise<() => void>} lets go of the lock */
function hold(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, () => new Promise((release) => resolve(release)));
  });
}
