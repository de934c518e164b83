/** Stand-ins for what a browser gives: a clock turned by hand, and connections wired to each other. */

export class FakeClock {
  #now = 0;
  #due = [];

  now = () => this.#now;

  after = (ms, action) => this.#add({ at: this.#now + ms, action });

  every = (ms, action) => this.#add({ at: this.#now + ms, action, every: ms });

  /** Let time pass; each thing due happens at its own moment. */
  async pass(ms) {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#due.filter((entry) => entry.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.every) next.at += next.every;
      else this.#due.splice(this.#due.indexOf(next), 1);
      next.action();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  #add(entry) {
    this.#due.push(entry);
    return () => {
      const at = this.#due.indexOf(entry);
      if (at >= 0) this.#due.splice(at, 1);
    };
  }
}

/** What a browser keeps over a reload. */
export class Memory extends Map {
  getItem = (key) => this.get(key) ?? null;
  setItem = (key, value) => this.set(key, value);
  removeItem = (key) => this.delete(key);
}

/** Let every promise that can settle do so. */
export async function settle() {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

class FakeSender {
  track = null;

  async replaceTrack(track) {
    this.track = track;
  }

  setStreams() {}
}

/** Keeps the rules of the real one that matter here: states, lines, who may do what when. */
export class FakeConnection {
  static made = [];

  signalingState = "stable";
  connectionState = "new";
  localDescription = null;
  remoteDescription = null;
  candidates = [];
  restarts = 0;
  isClosed = false;
  #transceivers = [];

  constructor() {
    this.number = FakeConnection.made.push(this);
  }

  addTransceiver(kind, { direction }) {
    const transceiver = { kind, direction, sender: new FakeSender() };
    this.#transceivers.push(transceiver);
    if (this.#transceivers.length === 1) queueMicrotask(() => this.onnegotiationneeded?.());
    return transceiver;
  }

  getTransceivers() {
    return this.#transceivers;
  }

  async setLocalDescription() {
    this.#assertOpen();
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.localDescription = { type, sdp: `${type} of ${this.number}` };
    this.signalingState = type === "answer" ? "stable" : "have-local-offer";
    if (type === "answer") this.become("connected");
    queueMicrotask(() =>
      this.onicecandidate?.({ candidate: { candidate: `path of ${this.number}`, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" } }));
  }

  async setRemoteDescription(description) {
    this.#assertOpen();
    if (description.type === "answer" && this.signalingState !== "have-local-offer") throw new Error("InvalidStateError");
    if (description.type === "offer" && this.#transceivers.length === 0) {
      for (const kind of ["audio", "video", "video"]) this.#transceivers.push({ kind, direction: "recvonly", sender: new FakeSender() });
    }
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    for (const transceiver of this.#transceivers) this.ontrack?.({ track: { kind: transceiver.kind }, transceiver });
    if (description.type === "answer") this.become("connected");
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new Error("InvalidStateError");
    this.candidates.push(candidate.candidate);
  }

  restartIce() {
    this.restarts += 1;
    queueMicrotask(() => this.onnegotiationneeded?.());
  }

  async getStats() {
    return new Map(Object.entries(this.stats ?? {}));
  }

  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close() {
    this.isClosed = true;
    this.connectionState = "closed";
  }

  #assertOpen() {
    if (this.isClosed) throw new Error("InvalidStateError: closed");
  }
}

/** A Socket.IO socket whose server is the object given: event → answer (or a function of the payload). */
export class FakeSocket {
  connected = false;
  active = true;
  sent = [];
  #listeners = new Map();

  constructor(answers = {}) {
    this.answers = answers;
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  /** Something arrives from the server. */
  hear(event, payload) {
    if (event === "connect") this.connected = true;
    if (event === "disconnect") this.connected = false;
    for (const listener of this.#listeners.get(event) ?? []) listener(payload);
  }

  emit(event, payload) {
    this.sent.push([event, payload]);
  }

  timeout() {
    return {
      emitWithAck: async (event, payload) => {
        this.sent.push([event, payload]);
        const answer = this.answers[event];
        if (answer === undefined) throw new Error("operation has timed out");
        return typeof answer === "function" ? answer(payload) : answer;
      },
    };
  }

  connect() {
    this.sent.push(["connect"]);
  }

  disconnect() {
    this.connected = false;
    this.sent.push(["disconnect"]);
  }

  /** How often an event was sent. */
  count(event) {
    return this.sent.filter(([name]) => name === event).length;
  }
}

/** Every event of these kinds that a part spoke, in order. */
export function listen(part, ...types) {
  const heard = [];
  for (const type of types) part.addEventListener(type, ({ detail }) => heard.push({ type, ...detail }));
  return heard;
}
