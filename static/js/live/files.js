/**
 * Files, from browser to browser: each goes to each of the others on a channel of its own, in small pieces, and is checked by its hash.
 * What breaks off goes on where it was as soon as the two are connected again; what nobody is there for waits. The call goes first: while a
 * link is weak, ours rest.
 *
 * On the channel: {offer} with what it is, {have} how much arrived before, the pieces, {end: "ok"|"broken"|"canceled", why?: "full"}.
 *
 * Speaks: "change" {file} whenever something about one is new.
 *
 * @typedef {{id: string, name: string, size: number, sender: number, isMine: boolean, state: "waiting"|"resting"|"going"|"done"|"canceled"|"broken", isTooMuch?: boolean, progress: number, blob?: Blob, kept?: string}} DrawnFile
 */
import { tell } from "./clock.js";

export const LARGEST_FILE = 25 * 1024 * 1024;
const PIECE = 16 * 1024;
/** So much may lie between us and the network: enough for a quick link, little enough that a slow one is soon rid of it. */
const FULL = 256 * 1024;
const MOST_AT_ONCE = 100 * 1024 * 1024;

export class Files extends EventTarget {
  #files = new Map();
  /** Our own that have to reach somebody: "id:person" → how far they have it. */
  #sending = new Map();

  /**
   * @param {object} parts
   * @param {{id: number}} parts.me
   * @param {(person: number, label: string) => RTCDataChannel|null} parts.open
   * @param {() => number[]} parts.others who is here
   * @param {() => string} parts.newId
   * @param {(bytes: ArrayBuffer) => Promise<string>} parts.hash
   * @param {() => boolean} parts.isWeak does the call need all of a link just now?
   * @param {() => Promise<void>} parts.rest a moment, before that is asked again
   */
  constructor({ me, open, others, newId, hash, isWeak, rest }) {
    super();
    Object.assign(this, { me, open, others, newId, hash, isWeak, rest });
  }

  /** @param {File} file to everybody here, and to whoever comes back. @returns {Promise<string|null>} what is wrong with it */
  async offer(file) {
    if (file.size > LARGEST_FILE) return `${file.name} is larger than 25 MB.`;
    if (!file.size) return `${file.name} is empty.`;
    let bytes;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      return `${file.name} cannot be read.`;
    }
    const known = { id: this.newId(), name: file.name.slice(-120), size: bytes.byteLength, sender: this.me.id, isMine: true };
    const mine = { ...known, bytes, hash: await this.hash(bytes), reached: new Map(), declined: 0, state: "waiting", progress: 0, blob: file };
    this.#files.set(mine.id, mine);
    this.#tell(mine);
    for (const person of this.others()) this.#send(mine, person);
    return null;
  }

  /** The two are connected (again): what is still to go there goes. */
  connected(person) {
    for (const file of this.#files.values()) if (file.isMine && file.state !== "canceled") this.#send(file, person);
  }

  /** @param {string} id stop sending it, or taking it */
  cancel(id) {
    const file = this.#files.get(id);
    if (!file || file.state === "done") return;
    file.state = "canceled";
    for (const channel of file.channels ?? []) end(channel, "canceled");
    this.#tell(file);
  }

  /** @returns {{bytes: ArrayBuffer, hash: string, name: string}|undefined} one of ours */
  own(id) {
    const file = this.#files.get(id);
    return file?.isMine ? file : undefined;
  }

  /** Somebody opens a channel with a file for us. @param {number} sender @param {RTCDataChannel} channel */
  receive(sender, channel) {
    let file = null;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      if (typeof data !== "string") return file && this.#take(file, data, channel);
      const { offer, end: how } = words(data);
      if (offer) file = this.#expect(sender, offer, channel);
      else if (how && file && file.state !== "done") this.#set(file, { state: "canceled" });
      return undefined;
    };
    channel.onclose = () => file?.state === "going" && this.#set(file, { state: "waiting" });
  }

  #expect(sender, { id, name, size, hash }, channel) {
    const isFine = typeof name === "string" && Number.isInteger(size) && size > 0 && size <= LARGEST_FILE && typeof id === "string";
    const key = String(id);
    const known = this.#files.get(key);
    const isTooMuch = isFine && !known && this.#coming() + size > MOST_AT_ONCE;
    if (!isFine || isTooMuch || (known && (known.sender !== sender || known.size !== size))) {
      end(channel, "canceled", isTooMuch ? "full" : undefined);
      return null;
    }
    if (known?.state === "done" || known?.state === "canceled") {
      end(channel, known.state === "done" ? "ok" : "canceled");
      return null;
    }
    const file = known ?? { id: key, name: name.slice(-120), size, hash, sender, isMine: false, parts: [], have: 0 };
    this.#files.set(key, file);
    file.channels = [channel];
    channel.send(JSON.stringify({ have: file.have }));
    this.#set(file, { state: "going" });
    return file;
  }

  /** Bytes that others are sending us, or have begun to. */
  #coming() {
    const coming = [...this.#files.values()].filter(({ isMine, state }) => !isMine && ["going", "waiting"].includes(state));
    return coming.reduce((sum, { size }) => sum + size, 0);
  }

  async #take(file, piece, channel) {
    if (file.state !== "going") return;
    file.parts.push(piece);
    file.have += piece.byteLength;
    if (file.have < file.size) return this.#advance(file, file.have / file.size);
    const bytes = await new Blob(file.parts).arrayBuffer();
    const isWhole = bytes.byteLength === file.size && (await this.hash(bytes)) === file.hash;
    file.parts = [];
    file.have = 0;
    end(channel, isWhole ? "ok" : "broken");
    // Never what the sender says it is: our page must not be made to open it.
    if (isWhole) this.#set(file, { state: "done", progress: 1, blob: new Blob([bytes], { type: "application/octet-stream" }) });
    else this.#set(file, { state: "broken" });
    return undefined;
  }

  #send(file, person) {
    const key = `${file.id}:${person}`;
    if (file.reached.get(person) === 1 || this.#sending.has(key)) return;
    const channel = this.open(person, `file-${file.id}`);
    if (!channel) return;
    this.#sending.set(key, channel);
    file.channels = [...(file.channels ?? []), channel];
    channel.bufferedAmountLowThreshold = FULL / 4;
    channel.onopen = () => channel.send(JSON.stringify({ offer: { id: file.id, name: file.name, size: file.size, hash: file.hash } }));
    channel.onmessage = ({ data }) => this.#answered(file, person, channel, words(data));
    channel.onclose = () => {
      this.#sending.delete(key);
      file.channels = file.channels.filter((one) => one !== channel);
      if (file.state === "going" || file.state === "resting") this.#sum(file);
    };
  }

  async #answered(file, person, channel, { have, end: how, why }) {
    if (how === "ok" || how === "canceled") file.reached.set(person, 1);
    if (how === "canceled") file.declined += 1;
    if (why === "full") file.isTooMuch = true;
    if (how) {
      channel.close();
      if (how === "broken") this.#set(file, { state: "broken" });
      else this.#sum(file);
      return;
    }
    if (!Number.isInteger(have) || have < 0) return;
    for (let at = have; at < file.size; at += PIECE) {
      if (this.isWeak()) await this.#rested(file, channel);
      if (channel.readyState !== "open" || file.state === "canceled") return;
      channel.send(file.bytes.slice(at, at + PIECE));
      file.reached.set(person, Math.min((at + PIECE) / file.size, 0.99));
      this.#sum(file);
      if (channel.bufferedAmount > FULL) await drained(channel);
    }
  }

  async #rested(file, channel) {
    while (this.isWeak() && channel.readyState === "open" && file.state !== "canceled") {
      if (file.state !== "resting") this.#set(file, { state: "resting" });
      await this.rest();
    }
  }

  /** How far ours has come: as far as the slowest of those it goes to. */
  #sum(file) {
    if (file.state === "canceled") return;
    const shares = [...file.reached.values()];
    const progress = shares.length ? Math.min(...shares) : 0;
    const isGoing = file.channels.some((channel) => channel.readyState === "open");
    if (progress === 1) this.#set(file, { state: file.declined === shares.length ? "canceled" : "done", progress });
    else if (!isGoing) this.#set(file, { state: "waiting" });
    else this.#advance(file, progress);
  }

  /** Said at every hundredth: pieces are many. */
  #advance(file, progress) {
    if (file.state === "going" && Math.floor(progress * 100) === Math.floor((file.progress ?? 0) * 100)) return;
    this.#set(file, { state: "going", progress });
  }

  #set(file, news) {
    Object.assign(file, news);
    this.#tell(file);
  }

  #tell({ id, name, size, sender, isMine, state, progress = 0, blob, isTooMuch }) {
    tell(this, "change", { file: { id, name, size, sender, isMine, state, progress, blob, isTooMuch } });
  }
}

/** What the other side's program says; nothing when it is no message of ours. */
function words(data) {
  try {
    return JSON.parse(data) ?? {};
  } catch {
    return {};
  }
}

function end(channel, how, why) {
  if (channel.readyState === "open") channel.send(JSON.stringify({ end: how, why }));
}

function drained(channel) {
  return new Promise((resolve) => {
    for (const event of ["bufferedamountlow", "close"]) channel.addEventListener(event, resolve, { once: true });
  });
}
