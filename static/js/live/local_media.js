/**
 * Our own microphone, camera and screen.
 *
 * Nobody is kept out for want of a device: one request for both, then each alone,
 * and what is missing is said in place. A camera that is off has its light off.
 *
 * Speaks: "track" {kind, track|null} whenever a line changes, "change" with the status,
 * "problem" {kind, reason: "denied"|"missing"|"busy"}.
 *
 * @typedef {import("./messages.js").Status} Status
 */
import { tell } from "./clock.js";

const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FACE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" };
/** System audio stays out: it would send the other person's voice back to them. */
const SCREEN = { video: { frameRate: { ideal: 15 } }, audio: false, systemAudio: "exclude", selfBrowserSurface: "exclude" };
const HINTS = { audio: "speech", camera: "motion", screen: "detail" };

export class LocalMedia extends EventTarget {
  #tracks = { audio: null, camera: null, screen: null };
  #isMuted = false;
  #asking = { audio: null, camera: null, screen: null };

  /** @param {{devices: MediaDevices|undefined}} parts the browser's navigator.mediaDevices */
  constructor({ devices }) {
    super();
    this.devices = devices;
  }

  /** @returns {Status} */
  get status() {
    const microphone = this.#tracks.audio ? (this.#isMuted ? "muted" : "on") : "off";
    return { microphone, camera: Boolean(this.#tracks.camera), sharing: Boolean(this.#tracks.screen) };
  }

  get canShare() {
    return Boolean(this.devices?.getDisplayMedia);
  }

  track(kind) {
    return this.#tracks[kind];
  }

  /** Ask once for both; when that fails, for each alone. Never throws. */
  async start() {
    try {
      const stream = await this.#request({ audio: VOICE, video: FACE });
      this.#take("audio", stream.getAudioTracks()[0]);
      this.#take("camera", stream.getVideoTracks()[0]);
    } catch {
      await this.#open("audio");
      await this.#open("camera");
    }
  }

  /** Muting keeps the line alive; without a microphone, unmuting looks for one. */
  async toggleMute() {
    if (!this.#tracks.audio) {
      await this.#open("audio");
      return;
    }
    this.#isMuted = !this.#isMuted;
    this.#tracks.audio.enabled = !this.#isMuted;
    this.#changed();
  }

  async toggleCamera() {
    if (this.#tracks.camera) this.#release("camera");
    else await this.#open("camera");
  }

  async toggleShare() {
    if (this.#tracks.screen) this.#release("screen");
    else await this.#open("screen");
  }

  /** What matters more in a shared screen: "detail" (text) or "motion". */
  hintScreen(hint) {
    if (this.#tracks.screen) this.#tracks.screen.contentHint = hint;
  }

  stop() {
    for (const kind of Object.keys(this.#tracks)) this.#release(kind);
  }

  /** Two quick taps are one request. */
  #open(kind) {
    this.#asking[kind] ??= this.#fetch(kind).finally(() => (this.#asking[kind] = null));
    return this.#asking[kind];
  }

  async #fetch(kind) {
    try {
      const wish = { audio: { audio: VOICE }, camera: { video: FACE }, screen: SCREEN }[kind];
      const stream = await this.#request(wish, kind === "screen");
      this.#take(kind, stream.getTracks()[0]);
    } catch (error) {
      this.#explain(kind, error);
    }
  }

  #request(wish, isScreen = false) {
    if (!this.devices) return Promise.reject(new DOMException("No devices", "NotFoundError"));
    return isScreen ? this.devices.getDisplayMedia(wish) : this.devices.getUserMedia(wish);
  }

  #take(kind, track) {
    if (!track) return;
    if ("contentHint" in track) track.contentHint = HINTS[kind];
    if (kind === "audio") track.enabled = !this.#isMuted;
    track.onended = () => this.#lose(kind, track);
    this.#tracks[kind] = track;
    tell(this, "track", { kind, track });
    this.#changed();
  }

  #release(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    track.onended = null;
    track.stop();
    this.#tracks[kind] = null;
    tell(this, "track", { kind, track: null });
    this.#changed();
  }

  /** Unplugged: fall back to whatever else there is. A screen that ends was ended on purpose. */
  #lose(kind, track) {
    if (this.#tracks[kind] !== track) return;
    this.#release(kind);
    if (kind !== "screen") this.#open(kind);
  }

  #explain(kind, error) {
    const isRefusal = error.name === "NotAllowedError" || error.name === "SecurityError";
    if (kind === "screen" && isRefusal) return; // closing the picker is an answer, not a fault
    const reason = isRefusal ? "denied" : error.name === "NotReadableError" ? "busy" : "missing";
    tell(this, "problem", { kind, reason });
    this.#changed();
  }

  #changed() {
    tell(this, "change", this.status);
  }
}
