/**
 * Captures one segment: from the moment our browser is named recorder until it is no more. Each second or so a piece is written to the
 * spool, with its digest, before anything else is done with it.
 *
 * Speaks: "begun" {segment, kind, ago()}, "stuck" {reason: "full"|"unable"} when this device has no room or its
 * database does not take any more, "piece" when there is one to send, "over" {segment, pieces}.
 */
import { tell } from "../clock.js";

const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const EVERY = 1000;
const BITS = { videoBitsPerSecond: 1_200_000, audioBitsPerSecond: 64_000, videoKeyFrameIntervalDuration: 2000 };
// Two seconds between pictures that can be jumped to: an encoder short of time skips one now and then (seen: eight seconds without, at four).

export class Capture extends EventTarget {
  #number = 0;
  #kept = 0;
  #last = Promise.resolve();
  #begunAt = 0;
  #isStuck = false;

  /**
   * @param {object} parts
   * @param {import("./spool.js").Spool} parts.spool
   * @param {string} parts.segment an id of ours
   * @param {string} parts.room public id
   * @param {number} parts.user
   * @param {import("../clock.js").browserClock} parts.clock
   * @param {typeof MediaRecorder} parts.Recorder
   * @param {(data: ArrayBuffer) => Promise<string>} parts.digest SHA-256 in hex
   */
  constructor({ spool, segment, room, user, clock, Recorder, digest }) {
    super();
    Object.assign(this, { spool, segment, room, user, clock, Recorder, digest });
  }

  /** Throws where the browser cannot record. @param {MediaStream} stream */
  async start(stream) {
    const kind = KINDS.find((name) => this.Recorder.isTypeSupported(name));
    if (!kind) throw new Error("this browser cannot record");
    const name = kind.replace(/ /g, "");
    this.recorder = new this.Recorder(stream, { mimeType: kind, ...BITS });
    await this.spool.begin({ segment: this.segment, room: this.room, user: this.user, kind: name, pieces: null, isKnown: false, begunAt: Date.now() });
    this.recorder.ondataavailable = ({ data }) => data.size && this.#keep(data);
    this.recorder.onstop = () => this.#finish();
    this.recorder.start(EVERY);
    this.#begunAt = this.clock.now();
    tell(this, "begun", { segment: this.segment, kind: name, ago: () => Math.round(this.clock.now() - this.#begunAt) });
  }

  stop() {
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
  }

  /** Pieces are written in their order, whatever takes how long. */
  #keep(blob) {
    const number = this.#number++;
    this.#last = this.#last.then(() => this.#write(number, blob));
  }

  async #write(number, blob) {
    if (this.#isStuck) return;
    try {
      const data = await blob.arrayBuffer();
      await this.#put({ segment: this.segment, number, data, digest: await this.digest(data) });
      this.#kept = number + 1;
      tell(this, "piece");
    } catch (problem) {
      this.#isStuck = true; // what cannot be kept ends the segment: after a missing piece nothing could be played
      this.#kept = number;
      tell(this, "stuck", { reason: isFull(problem) ? "full" : "unable" });
      this.stop();
    }
  }

  /** A browser may close its database under our hands; opened anew, it takes the piece. */
  async #put(piece) {
    try {
      await this.spool.put(piece);
    } catch (problem) {
      if (isFull(problem)) throw problem;
      await this.spool.put(piece);
    }
  }

  async #finish() {
    await this.#last;
    await this.spool.finish(this.segment, this.#kept).catch(() => {}); // then it is completed like one whose page has died
    tell(this, "over", { segment: this.segment, pieces: this.#kept });
  }
}

function isFull({ name }) {
  return name === "QuotaExceededError";
}

export async function sha256(data) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
