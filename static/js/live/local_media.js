/**
 * Our own microphone, camera and screen.
 *
 * Nobody is kept out for want of a device: one request for both, then each alone,
 * and what is missing is said in place. A camera that is off has its light off.
 *
 * Speaks: "track" {kind, track|null} whenever a line changes, "change" with the status,
 * "problem" {kind, reason: "denied"|"missing"|"busy"|"kept"|"silent"}, "swapped" {kind, label} when a device was pulled out and another took
 * its place, "plugged" {kind} when there is one where there was none.
 *
 * @typedef {import("./messages.js").Status} Status
 */
import { tell } from "./clock.js";

const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FACE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" };
/** System audio stays out: it would send the other person's voice back to them. */
const SCREEN = { video: { frameRate: { ideal: 15 } }, audio: false, systemAudio: "exclude", selfBrowserSurface: "exclude" };
const INPUTS = { audio: "audioinput", camera: "videoinput" };
const WISHES = { audio: ["audio", VOICE], camera: ["video", FACE] };
const CHOSEN = "peerlearn.room.devices";
const HINTS = { audio: "speech", camera: "motion", screen: "detail" };

export class LocalMedia extends EventTarget {
  #tracks = { audio: null, camera: null, screen: null };
  #isMuted = false;
  #starting = null;
  #asking = { audio: null, camera: null, screen: null };
  #missing = new Set();
  #isDark = false;
  #isOver = false;

  /** @param {{devices: MediaDevices|undefined, memory: Storage}} parts the browser's navigator.mediaDevices, and where choices are kept */
  constructor({ devices, memory }) {
    super();
    Object.assign(this, { devices, memory });
    devices?.addEventListener?.("devicechange", () => this.#plugged());
  }

  /** @returns {{audio?: string, camera?: string, speaker?: string}} ids of the devices somebody chose */
  get chosen() {
    return JSON.parse(this.memory?.getItem(CHOSEN) ?? "{}");
  }

  /** @returns {Status} */
  get status() {
    const microphone = this.#tracks.audio ? (this.#isMuted ? "muted" : "on") : "off";
    return { microphone, camera: Boolean(this.#tracks.camera), sharing: Boolean(this.#tracks.screen) };
  }

  get canShare() {
    return Boolean(this.devices?.getDisplayMedia);
  }

  /** Has somebody turned the camera off? It was not missing, then. */
  get isDark() {
    return this.#isDark;
  }

  track(kind) {
    return this.#tracks[kind];
  }

  /** Ask once for both, however often it is called; when that fails, for each alone. What is there stays, and what was turned off. Never throws. */
  start() {
    return (this.#starting ??= this.#start().finally(() => (this.#starting = null)));
  }

  async #start() {
    if (this.#tracks.audio || this.#tracks.camera || this.#isDark) return this.#openMissing();
    try {
      const stream = await this.#request(Object.fromEntries(["audio", "camera"].flatMap((kind) => Object.entries(this.#wish(kind)))));
      this.#take("audio", stream.getAudioTracks()[0]);
      this.#take("camera", stream.getVideoTracks()[0]);
    } catch {
      await this.#openMissing();
    }
    return undefined;
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
    this.#isDark = Boolean(this.#tracks.camera);
    if (this.#isDark) this.#release("camera");
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

  /** Only kept in mind: for speakers, which are the page's. */
  remember(kind, deviceId) {
    this.memory?.setItem(CHOSEN, JSON.stringify({ ...this.chosen, [kind]: deviceId }));
  }

  /** Use this device from now on, and the next time. One that cannot be opened takes nothing away; a camera that is off stays off. */
  async choose(kind, deviceId) {
    const old = this.#tracks[kind];
    if (kind === "camera" && !old) return this.remember(kind, deviceId);
    try {
      const track = await this.#exactly(kind, deviceId, old);
      if (this.#tracks[kind] !== old) return track.stop(); // switched off, or pulled out, meanwhile
      this.remember(kind, deviceId);
      this.#take(kind, track);
    } catch (error) {
      if (old?.readyState === "live") tell(this, "problem", { kind, reason: "kept" });
      else {
        if (this.#tracks[kind] === old) this.#release(kind); // phones: the old one had to go first
        this.#explain(kind, error);
      }
    }
    return undefined;
  }

  /** A device that gives nothing any more, once again. The old line goes first: phones give no second one beside it. */
  async reopen(kind) {
    this.#release(kind);
    await this.#open(kind);
  }

  /** For good: what is still being asked for lights nothing when it comes. */
  stop() {
    this.#isOver = true;
    for (const kind of Object.keys(this.#tracks)) this.#release(kind);
  }

  async #openMissing() {
    if (!this.#tracks.audio) await this.#open("audio");
    if (!this.#tracks.camera && !this.#isDark) await this.#open("camera");
  }

  /** Two quick taps are one request. `isByItself` when nobody asked for it. */
  #open(kind, isByItself = false) {
    this.#asking[kind] ??= this.#fetch(kind, isByItself).finally(() => (this.#asking[kind] = null));
    return this.#asking[kind];
  }

  async #fetch(kind, isByItself) {
    try {
      this.#take(kind, kind === "screen" ? (await this.#request(SCREEN, true)).getTracks()[0] : await this.#remembered(kind));
    } catch (error) {
      this.#explain(kind, error, isByItself);
    }
  }

  /** What is asked of the browser. Exactly what was chosen: a mere preference loses against the system's own default. */
  #wish(kind, deviceId = this.chosen[kind]) {
    const [media, wish] = WISHES[kind];
    return { [media]: deviceId ? { ...wish, deviceId: { exact: deviceId } } : wish };
  }

  /** The device that was chosen, or whatever there is when that one is not plugged in today. */
  async #remembered(kind) {
    try {
      return (await this.#request(this.#wish(kind))).getTracks()[0];
    } catch (error) {
      if (!this.chosen[kind] || !["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
      return (await this.#request(this.#wish(kind, ""))).getTracks()[0];
    }
  }

  /** Phones open one camera at a time: when both cannot be, the old one goes first. */
  async #exactly(kind, deviceId, old) {
    const wish = this.#wish(kind, deviceId);
    try {
      return (await this.#request(wish)).getTracks()[0];
    } catch (error) {
      if (kind !== "camera" || error.name !== "NotReadableError") throw error;
      this.#retire(old);
      return (await this.#request(wish)).getTracks()[0];
    }
  }

  async #plugged() {
    if (!this.#missing.size) return;
    const found = await this.devices.enumerateDevices();
    for (const kind of [...this.#missing]) {
      if (!found.some((device) => device.kind === INPUTS[kind])) continue;
      this.#missing.delete(kind);
      tell(this, "plugged", { kind });
    }
  }

  #request(wish, isScreen = false) {
    if (!this.devices) return Promise.reject(new DOMException("No devices", "NotFoundError"));
    return isScreen ? this.devices.getDisplayMedia(wish) : this.devices.getUserMedia(wish);
  }

  #take(kind, track) {
    if (this.#isOver) track?.stop();
    if (this.#isOver || !track) return;
    if ("contentHint" in track) track.contentHint = HINTS[kind];
    if (kind === "audio") track.enabled = !this.#isMuted;
    track.onended = () => this.#lose(kind, track);
    this.#retire(this.#tracks[kind]); // the one it takes over from
    this.#tracks[kind] = track;
    this.#missing.delete(kind);
    tell(this, "track", { kind, track });
    this.#changed();
  }

  #release(kind) {
    const track = this.#tracks[kind];
    if (!track) return;
    this.#retire(track);
    this.#tracks[kind] = null;
    tell(this, "track", { kind, track: null });
    this.#changed();
  }

  /** Unplugged: fall back to whatever else there is. A screen that ends was ended on purpose. */
  async #lose(kind, track) {
    if (this.#tracks[kind] !== track) return;
    this.#release(kind);
    if (kind === "screen") return;
    await this.#open(kind, true);
    if (this.#tracks[kind]) tell(this, "swapped", { kind, label: this.#tracks[kind].label });
  }

  #retire(track) {
    if (!track) return;
    track.onended = null;
    track.stop();
  }

  #explain(kind, error, isByItself = false) {
    const isRefusal = error.name === "NotAllowedError" || error.name === "SecurityError";
    if (kind === "screen" && isRefusal && !/system/i.test(error.message)) return; // closing the picker is an answer, not a fault
    const denied = kind === "audio" && isByItself ? "silent" : "denied"; // some browsers open it only for a tap
    const reason = isRefusal ? denied : error.name === "NotReadableError" ? "busy" : "missing";
    if (reason === "missing") this.#missing.add(kind);
    tell(this, "problem", { kind, reason });
    this.#changed();
  }

  #changed() {
    tell(this, "change", this.status);
  }
}
