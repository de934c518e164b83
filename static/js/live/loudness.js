/**
 * How loud a microphone is, in figures alone: nothing is played or kept. It hears a copy of the track, which a muted one still fills, and
 * costs nothing while nobody asks: between questions the browser's sound engine is at rest.
 */
const WINDOW = 8192; // a sixth of a second: five looks a second miss nothing

export class Loudness {
  #context = null;
  #copy = null;
  #source = null;
  #analyser = null;
  #samples = new Float32Array(WINDOW);

  /** @param {{makeContext: () => AudioContext, makeStream: (track: MediaStreamTrack) => MediaStream}} parts */
  constructor({ makeContext, makeStream }) {
    Object.assign(this, { makeContext, makeStream });
  }

  /** @param {MediaStreamTrack|null} track listen to this one from now on; null rests */
  listen(track) {
    this.#source?.disconnect();
    this.#copy?.stop();
    this.#source = this.#copy = null;
    if (!track) {
      this.#context?.suspend();
      return;
    }
    this.#context ??= this.makeContext();
    this.#analyser ??= Object.assign(this.#context.createAnalyser(), { fftSize: WINDOW });
    this.#context.resume().catch(() => {}); // refused without a tap: then nothing is known
    this.#copy = track.clone();
    this.#copy.enabled = true;
    this.#source = this.#context.createMediaStreamSource(this.makeStream(this.#copy));
    this.#source.connect(this.#analyser);
  }

  /** @returns {number|null} the loudest moment since the last look, 0 to 1; null while the browser does not let us know */
  look() {
    if (!this.#source || this.#context.state !== "running") return null;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let peak = 0;
    for (const sample of this.#samples) peak = Math.max(peak, Math.abs(sample));
    return peak;
  }

  stop() {
    this.listen(null);
    this.#context?.close();
    this.#context = null;
    this.#analyser = null;
  }
}
