/**
 * One person at the other end: one RTCPeerConnection at a time, replaceable.
 *
 * Perfect negotiation with epochs: every connection has a number, a signal of an
 * older number is dropped, one of a newer number starts a new connection. What
 * arrives is handled one after the other, since a candidate may overtake its offer.
 *
 * Speaks: "channel" {channel} when the other side opens one, "track" {kind, track}, "state" {state}, "outdated" when the other side calls under a number we have left behind.
 */
import { tell } from "./clock.js";

/** The three lines of every connection, in this order, from the start. */
export const KINDS = ["audio", "camera", "screen"];
const MEDIA = { audio: "audio", camera: "video", screen: "video" };

/** Open the three lines on a fresh connection; voice and face are one stream, for lip sync. */
export function addLines(connection, stream) {
  for (const kind of KINDS) {
    const streams = stream && kind !== "screen" ? [stream] : [];
    connection.addTransceiver(MEDIA[kind], { direction: "sendrecv", streams });
  }
}

export class Peer extends EventTarget {
  #chain = Promise.resolve();
  #pc = null;
  #epoch = 0;
  #early = [];
  #hasAgreed = false;

  /**
   * @param {object} parts
   * @param {boolean} parts.polite the polite side gives way when both call at once
   * @param {(way?: {onlyRelay?: boolean}) => RTCPeerConnection} parts.makeConnection
   * @param {(message: object) => void} parts.send carries a signal to the other side
   * @param {Record<string, MediaStreamTrack|null>} parts.tracks own tracks by kind, read when needed
   * @param {MediaStream} [parts.stream] names voice and face as one stream, for lip sync
   * @param {() => Promise<object|null>} [parts.takePrepared] an offer that was made ahead, see prepared.js
   */
  constructor({ polite, makeConnection, send, tracks, stream, takePrepared = async () => null }) {
    super();
    Object.assign(this, { polite, makeConnection, send, tracks, stream, takePrepared });
  }

  get epoch() {
    return this.#epoch;
  }

  /** "none" while there is no connection yet, then the browser's connectionState. */
  get state() {
    return this.#pc?.connectionState ?? "none";
  }

  /**
   * Start a connection of this epoch and offer it; resolves to false when the other side's call was first.
   * @param {{onlyRelay?: boolean}} [way] by no other way than the relay
   */
  call(epoch, way = {}) {
    return this.#queue(async () => {
      if (epoch <= this.#epoch) return false;
      const prepared = way.onlyRelay ? null : await this.takePrepared();
      this.#renew(epoch, prepared?.connection ?? this.makeConnection(way));
      if (!prepared) addLines(this.#pc, this.stream);
      this.#attachTracks();
      if (prepared) this.#sendPrepared(prepared.candidates);
      return true;
    });
  }

  /** Give the connection up for a fresh one: the fastest mending there is. */
  callAgain(way) {
    return this.call(this.#epoch + 1, way);
  }

  /** Ask for new paths on the same connection. */
  restart() {
    this.#pc?.restartIce();
  }

  /** @param {{epoch: number, description?: object, candidate?: object}} message */
  receive(message) {
    return this.#queue(() => this.#handle(message));
  }

  /** Send another track, or nothing, on one of the three lines; no renegotiation. */
  setTrack(kind, track) {
    return this.#queue(() => this.#senders()[KINDS.indexOf(kind)]?.replaceTrack(track));
  }

  /** A way for bytes beside the media; the first one asks for a new agreement. @returns {RTCDataChannel|null} null while not connected */
  openChannel(label) {
    return this.state === "connected" ? this.#pc.createDataChannel(label) : null;
  }

  /** @returns {Promise<RTCStatsReport|Map<string, object>>} */
  async stats() {
    return this.#pc ? this.#pc.getStats() : new Map();
  }

  /** Figures of one line alone. @param {string} kind @param {"sender"|"receiver"} side @returns {Promise<RTCStatsReport|Map<string, object>>} */
  async lineStats(kind, side) {
    const line = this.#pc?.getTransceivers()[KINDS.indexOf(kind)];
    return line ? line[side].getStats() : new Map();
  }

  /**
   * A ceiling for our picture on this connection; resolves to whether it stands.
   * @param {{maxBitrate: number, scale: number, isActive: boolean}} limits
   */
  limitCamera({ maxBitrate, scale, isActive }) {
    return this.#queue(async () => {
      const sender = this.#senders()[KINDS.indexOf("camera")];
      const parameters = sender?.getParameters();
      if (!parameters?.encodings?.length) return false; // not agreed yet
      parameters.degradationPreference = "maintain-framerate";
      Object.assign(parameters.encodings[0], { maxBitrate, scaleResolutionDownBy: scale, active: isActive });
      await sender.setParameters(parameters);
      return true;
    });
  }

  close() {
    this.#drop();
    this.#epoch = Infinity;
  }

  #queue(step) {
    const result = this.#chain.then(step);
    this.#chain = result.catch((error) => tell(this, "trouble", { error }));
    return this.#chain;
  }

  #renew(epoch, pc = this.makeConnection()) {
    this.#drop();
    this.#pc = pc;
    this.#epoch = epoch;
    pc.onnegotiationneeded = () => this.#queue(() => this.#offer(pc));
    pc.onicecandidate = ({ candidate }) => candidate && pc === this.#pc && this.#sendCandidate(candidate);
    pc.ontrack = ({ track, transceiver }) =>
      tell(this, "track", { kind: KINDS[pc.getTransceivers().indexOf(transceiver)], track });
    pc.ondatachannel = ({ channel }) => tell(this, "channel", { channel });
    pc.onconnectionstatechange = () => pc === this.#pc && tell(this, "state", { state: pc.connectionState });
  }

  #drop() {
    this.#pc?.close();
    this.#pc = null;
    this.#early = [];
    this.#hasAgreed = false;
  }

  #attachTracks() {
    const senders = this.#senders();
    return Promise.all(KINDS.map((kind, line) => senders[line].replaceTrack(this.tracks[kind] ?? null)));
  }

  /** The answering side takes over the lines the offer brought. */
  async #adoptLines() {
    for (const [line, transceiver] of this.#pc.getTransceivers().entries()) {
      transceiver.direction = "sendrecv";
      if (this.stream && KINDS[line] !== "screen") transceiver.sender.setStreams?.(this.stream);
    }
    await this.#attachTracks();
  }

  #sendPrepared(candidates) {
    this.#sendDescription();
    for (const candidate of candidates) this.#sendCandidate(candidate);
  }

  async #offer(pc) {
    if (pc !== this.#pc || pc.signalingState !== "stable") return;
    await pc.setLocalDescription();
    this.#sendDescription();
  }

  async #handle({ epoch, description, candidate }) {
    if (epoch < this.#epoch) {
      if (description?.type === "offer") tell(this, "outdated");
      return;
    }
    if (epoch > this.#epoch) this.#renew(epoch);
    if (description) await this.#handleDescription(description);
    else if (candidate) await this.#handleCandidate(candidate);
  }

  async #handleDescription(description) {
    const isIdle = this.#pc.signalingState === "stable";
    const collides = description.type === "offer" && !isIdle;
    if (collides && !this.polite) return;
    if (description.type === "answer" && isIdle) return;
    if (collides && !this.#hasAgreed) this.#giveWay();
    await this.#pc.setRemoteDescription(description);
    if (description.type === "offer") await this.#answer();
    this.#hasAgreed = true;
    for (const candidate of this.#early.splice(0)) await this.#handleCandidate(candidate);
  }

  /** Both called at once: a rollback would leave our own three lines beside theirs, so begin anew. */
  #giveWay() {
    const early = this.#early;
    this.#renew(this.#epoch);
    this.#early = early;
  }

  async #answer() {
    const adopted = this.#adoptLines(); // the browser does one after the other: no need to wait in between
    adopted.catch(() => {}); // it is awaited below, unless the connection closes before: then that is what failed
    await this.#pc.setLocalDescription();
    this.#sendDescription();
    await adopted;
  }

  async #handleCandidate(candidate) {
    if (!this.#pc.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    const { candidate: line, mid: sdpMid, line: sdpMLineIndex, fragment: usernameFragment } = candidate;
    try {
      await this.#pc.addIceCandidate({ candidate: line, sdpMid, sdpMLineIndex, usernameFragment });
    } catch (error) {
      // A path left over from an offer that was given up: one path less, never a reason to stop.
      tell(this, "trouble", { error });
    }
  }

  #senders() {
    return this.#pc?.getTransceivers().map((transceiver) => transceiver.sender) ?? [];
  }

  #sendDescription() {
    const { type, sdp } = this.#pc.localDescription;
    this.send({ epoch: this.#epoch, description: { type, sdp } });
  }

  #sendCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }) {
    const fields = { candidate, mid: sdpMid, line: sdpMLineIndex, fragment: usernameFragment ?? null };
    this.send({ epoch: this.#epoch, candidate: fields });
  }
}
