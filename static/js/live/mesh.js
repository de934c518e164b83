/**
 * Everybody else in the room: one Peer per person, keyed by user id, never by socket.
 *
 * Whoever comes in calls those already there; they wait for that call and only
 * call themselves when it does not come. Whoever is expected back from a lost connection
 * keeps the call they have, and gets none before they are here.
 *
 * Speaks: "channel" {from, channel}, "track" {from, kind, track}, "state" {from, state}, "outdated" {from}, "joined" {person}, "left" {person},
 * "away" {person} when somebody we have no call with has lost the connection.
 */
import { tell } from "./clock.js";
import { Peer } from "./peer.js";

const PATIENCE = 3000;
/** Each entry into the room leaves this many numbers for mending its connections. */
const EPOCHS_PER_ENTRY = 1000;

export class Mesh extends EventTarget {
  #people = new Map();
  /** Expected back, by the server's last word. */
  #away = new Map();
  #peers = new Map();
  #me = 0;
  #epoch = 0;

  /**
   * @param {object} parts
   * @param {(way?: {onlyRelay?: boolean}) => RTCPeerConnection} parts.makeConnection
   * @param {(message: object) => void} parts.send
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {MediaStream} [parts.stream]
   * @param {import("./prepared.js").PreparedOffer} [parts.prepared] for the first one we call
   */
  constructor({ makeConnection, send, clock, stream, prepared }) {
    super();
    Object.assign(this, { makeConnection, send, clock, stream, prepared });
    this.tracks = { audio: null, camera: null, screen: null };
  }

  /** @returns {[number, Peer][]} */
  get peers() {
    return [...this.#peers];
  }

  get people() {
    return [...this.#people.values()];
  }

  /** Has the server heard of this person lately? */
  isHere(id) {
    return this.#people.has(id) && !this.#away.has(id);
  }

  /**
   * The server let us in. Calls only those we have no connection with: after a mere
   * loss of signalling the media is still there, and must not be touched.
   */
  enter({ me, entry, people }) {
    this.#me = me;
    this.#epoch = entry * EPOCHS_PER_ENTRY;
    this.#forgetAllBut(people);
    this.#noteAway(people);
    for (const person of this.#strangers(people)) this.#meet(person).call(this.#epoch);
    if (this.#peers.size === 0) this.prepared?.drop();
  }

  /** The list of who is here changed. */
  update(people) {
    this.#forgetAllBut(people);
    this.#noteAway(people);
    for (const person of this.#strangers(people)) {
      const peer = this.#meet(person);
      this.clock.after(PATIENCE, () => peer.epoch === 0 && peer.call(this.#epoch));
    }
  }

  receive({ sender, ...message }) {
    const person = this.#away.get(sender);
    if (person && !this.#peers.has(sender)) this.#meet(person); // back sooner than it was told
    this.#peers.get(sender)?.receive(message);
  }

  setTrack(kind, track) {
    this.tracks[kind] = track;
    return Promise.all([...this.#peers.values()].map((peer) => peer.setTrack(kind, track)));
  }

  /** @returns {RTCDataChannel|null} to one person; null while the two are not connected */
  openChannel(id, label) {
    return this.#peers.get(id)?.openChannel(label) ?? null;
  }

  stop() {
    this.prepared?.drop();
    this.#forgetAllBut([]);
  }

  #strangers(people) {
    return people.filter((person) => person.is_here && person.id !== this.#me && !this.#peers.has(person.id));
  }

  #noteAway(people) {
    const known = this.#away;
    const away = people.filter((person) => !person.is_here && person.id !== this.#me);
    this.#away = new Map(away.map((person) => [person.id, person]));
    for (const [id, person] of this.#away) if (!known.has(id) && !this.#people.has(id)) tell(this, "away", { person });
  }

  #meet(person) {
    const peer = new Peer({
      polite: this.#me < person.id,
      makeConnection: this.makeConnection,
      send: (message) => this.send({ to: person.id, description: null, candidate: null, ...message }),
      tracks: this.tracks,
      stream: this.stream,
      takePrepared: this.prepared && (() => this.prepared.take()),
    });
    for (const type of ["track", "state", "outdated", "trouble", "channel"])
      peer.addEventListener(type, ({ detail }) => tell(this, type, { from: person.id, ...detail }));
    this.#people.set(person.id, person);
    this.#peers.set(person.id, peer);
    tell(this, "joined", { person });
    return peer;
  }

  #forgetAllBut(people) {
    const staying = new Set(people.map((person) => person.id));
    for (const [id, person] of this.#people) {
      if (staying.has(id)) continue;
      this.#peers.get(id).close();
      this.#peers.delete(id);
      this.#people.delete(id);
      tell(this, "left", { person });
    }
  }
}

