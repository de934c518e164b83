/**
 * Everything that recording needs, fetched when a session is first recorded: makes the parts and draws their arrows.
 */
import { browserClock as clock } from "../clock.js";
import { Capture, sha256 } from "./capture.js";
import { Composer } from "./composer.js";
import { lockOf, startSending } from "./sending.js";

const TRY_AGAIN = 1000;

/**
 * @param {object} parts
 * @param {string} parts.room public id
 * @param {number} parts.user
 * @param {string} parts.tickerAddress
 * @param {(begun: {client_id: string, kind: string, ago: number}) => Promise<object>} parts.announce
 * @param {(what: "full"|"trouble"|"unable"|"progress"|"done"|"gone", detail?: object) => void} parts.say
 */
export function openStudio({ room, user, tickerAddress, announce, say }) {
  const { spool, uploader } = startSending(user);
  const context = new AudioContext({ latencyHint: "playback" });
  const composer = new Composer({ page: document, ticker: new Worker(tickerAddress), context });
  let running = null;
  uploader.addEventListener("progress", ({ detail }) => say("progress", detail));
  uploader.addEventListener("done", () => running || say("done"));
  uploader.addEventListener("gone", () => say("gone"));
  uploader.addEventListener("trouble", ({ detail }) => say("trouble", detail));

  async function start() {
    if (running) return;
    const capture = new Capture({ spool, segment: crypto.randomUUID(), room, user, clock, Recorder: MediaRecorder, digest: sha256 });
    running = capture;
    const release = await hold(lockOf(capture.segment));
    capture.addEventListener("begun", ({ detail }) => introduce(capture, detail));
    capture.addEventListener("piece", () => uploader.look());
    capture.addEventListener("full", () => say("full"));
    capture.addEventListener("over", () => {
      release();
      if (running === capture) {
        running = null;
        composer.stop();
      }
      uploader.look();
    });
    try {
      await capture.start(composer.start());
    } catch {
      running = null;
      release();
      say("unable");
    }
  }

  /** The server must know of the segment before its first piece comes; while the line is down it is told as soon as it is back. */
  async function introduce(capture, { segment, kind, ago }) {
    try {
      await announce({ client_id: segment, kind, ago: Math.min(ago(), 60_000) });
      await spool.know(segment);
      uploader.look();
    } catch (problem) {
      if (problem.code === "not_recorder" || problem.code === "ended") capture.stop();
      else clock.after(TRY_AGAIN, () => running === capture && introduce(capture, { segment, kind, ago }));
    }
  }

  return { composer, uploader, start, stop: () => running?.stop() };
}

/** @returns {Promise<() => void>} lets go of the lock */
function hold(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, () => new Promise((release) => resolve(release)));
  });
}
