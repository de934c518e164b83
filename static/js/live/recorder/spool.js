/**
 * What was captured and is not yet on the server: pieces of film in this browser's own database, so that a reload, a crash or a lost
 * network costs nothing. A piece leaves it only after the server's yes.
 *
 * @typedef {{segment: string, room: string, user: number, kind: string, pieces: number|null, isKnown: boolean, begunAt: number}} Segment
 * `pieces` is null while it is being captured, `isKnown` once the server has heard of it; `kind` and `begunAt` are what it has to hear
 * @typedef {{segment: string, number: number, data: ArrayBuffer, digest: string}} Piece
 */
import { openDB } from "idb";
import { FLAG } from "./leftovers.js";

const NAME = "peerlearn-recordings";

export class Spool {
  #opened = null;

  /** @param {{memory: Storage, open?: typeof openDB}} parts */
  constructor({ memory, open = openDB }) {
    Object.assign(this, { memory, open });
  }

  /** Opened when it is first needed, and anew when the browser has closed it: short of memory or room, some do. */
  get #base() {
    const forget = () => (this.#opened = null);
    this.#opened ??= this.open(NAME, 1, {
      upgrade(base) {
        base.createObjectStore("segments", { keyPath: "segment" });
        base.createObjectStore("pieces", { keyPath: ["segment", "number"] });
      },
      terminated: forget,
    }).catch((problem) => {
      forget();
      throw problem;
    });
    return this.#opened;
  }

  /** @param {Segment} segment */
  async begin(segment) {
    try {
      this.memory.setItem(FLAG, "1");
    } catch {
      // full: the database has room of its own; only what a crash leaves waits for the next recording here
    }
    await (await this.#base).put("segments", segment);
  }

  /** Rejects when the device has no room. @param {Piece} piece */
  async put(piece) {
    await (await this.#base).put("pieces", piece);
  }

  /** The server has heard of it. */
  know(segment) {
    return this.#change(segment, { isKnown: true });
  }

  /** Nothing more will be captured of it. */
  finish(segment, pieces) {
    return this.#change(segment, { pieces });
  }

  /** @param {number} user @returns {Promise<Segment[]>} oldest first */
  async segmentsOf(user) {
    const all = await (await this.#base).getAll("segments");
    return all.filter((segment) => segment.user === user).sort((one, other) => one.begunAt - other.begunAt);
  }

  /** @returns {Promise<Piece|undefined>} the first piece that is still here */
  async next(segment) {
    const cursor = await (await this.#base).transaction("pieces").store.openCursor(range(segment));
    return cursor?.value;
  }

  /** @returns {Promise<number>} how many pieces are still here, of all segments or of one */
  async count(segment) {
    return (await this.#base).count("pieces", segment && range(segment));
  }

  /** @returns {Promise<number>} one more than the last number that is here; 0 when none is */
  async end(segment) {
    const cursor = await (await this.#base).transaction("pieces").store.openCursor(range(segment), "prev");
    return cursor ? cursor.value.number + 1 : 0;
  }

  /** The server has all of them below this number. */
  async sent(segment, below) {
    await (await this.#base).delete("pieces", IDBKeyRange.bound([segment, 0], [segment, below], false, true));
  }

  async drop(segment) {
    const base = await this.#base;
    await base.delete("pieces", range(segment));
    await base.delete("segments", segment);
    if ((await base.count("segments")) === 0) this.memory.removeItem(FLAG);
  }

  async #change(segment, news) {
    const change = (await this.#base).transaction("segments", "readwrite");
    const known = await change.store.get(segment);
    if (known) await change.store.put({ ...known, ...news });
    await change.done;
  }
}

function range(segment) {
  return IDBKeyRange.bound([segment, 0], [segment, Infinity]);
}
