/**
 * The room's line to the server. Enters whenever the socket comes up, says every
 * five seconds that we are still here, and passes on what it hears. The media does
 * not depend on it: while the line is down, the call goes on.
 *
 * Speaks: "entered" {welcome}, "pulse" {pulse}, "signal", "said", "status", "topics", "recording", "thanks", "drawn", "drawing", "board_lock", "lowered", "notes" (the message),
 * "knock" {id, name} for the mentor, "knocking" {seconds} for whoever waits, "elsewhere" and "refused" (a Problem), "kept" when a beat was answered, "down", "ended", "replaced".
 * "asking" {id, name} for the mentor: somebody who was removed would like to come back; "removed" when that is us.
 *
 * @typedef {import("./messages.js").Welcome} Welcome
 * @typedef {import("./messages.js").Problem} Problem
 */
import { tell } from "./clock.js";

const BEAT_EVERY = 5000;
const ANSWER_WITHIN = 5000;
const TRY_AGAIN = 1500;
const FINAL = ["ended", "removed"];
const REFUSED = ["not_found", "missed"];
const MESSAGES = ["signal", "said", "status", "topics", "recording", "thanks", "knock", "drawn", "drawing", "board_lock", "lowered", "asking", "notes"];

export class Signaling extends EventTarget {
  #isIn = false;
  #welcome = null;
  #isOver = false;
  /** The pass for other endpoints, renewed with every beat. */
  #renewal = "";
  #stopBeating = () => {};
  #isEntering = false;
  /** The person asked to come back: the mentor is asked before we enter. */
  #isKnocking = false;
  /** Our seat is to be taken from another tab, this once. */
  #take = false;

  /**
   * @param {object} parts
   * @param {import("socket.io-client").Socket} parts.socket of the namespace /live
   * @param {string} parts.room public id
   * @param {string} parts.tab names this page, for as long as it is open
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {() => import("./messages.js").Beat} [parts.beat] what is said with each beat
   * @param {() => void} [parts.close] closes the socket so that nothing opens it again
   */
  constructor({ socket, room, tab, clock, beat = () => ({}), close = () => socket.disconnect() }) {
    super();
    Object.assign(this, { socket, room, tab, clock, beat, close });
    socket.auth = (give) => give({ pass: this.#renewal });
  }

  /** Are we in the room, as far as the server knows? */
  get isIn() {
    return this.#isIn;
  }

  /** What the server said when it let us in, the last time. @returns {Welcome|null} */
  get welcome() {
    return this.#welcome;
  }

  /** Gone for good: ended, left, refused or replaced. */
  get isOver() {
    return this.#isOver;
  }

  /** @param {{take?: boolean}} [options] take our seat from another tab without asking, the first time we are let in */
  start({ take = false } = {}) {
    const { socket } = this;
    this.#take = take;
    socket.on("connect", () => (this.#isKnocking ? this.#knock() : this.enter()));
    socket.on("admitted", ({ room }) => room === this.room && !this.#isIn && this.enter());
    socket.on("removed", ({ room }) => room === this.room && this.#over("removed"));
    socket.on("disconnect", () => this.#lost());
    socket.on("connect_error", (error) => this.#turnedAway(error));
    socket.on("pulse", (pulse) => this.#isIn && tell(this, "pulse", { pulse }));
    for (const event of MESSAGES) socket.on(event, (message) => tell(this, event, message));
    for (const event of ["ended", "replaced"]) socket.on(event, () => this.#over(event));
    if (socket.connected) this.enter();
  }

  /** Come back after all tries were in vain: the mentor may say yes, and after some seconds we enter by ourselves. */
  rejoin() {
    if (this.#isIn || this.#isOver) return; // it came back by itself, this very moment
    this.#isKnocking = true;
    if (this.socket.connected) this.#knock();
  }

  /** Take our seat, unless we have left for good. With `take`, from another tab of ours. */
  async enter({ take = this.#take } = {}) {
    if (this.#isEntering || this.#isOver) return;
    this.#isKnocking = false;
    this.#isEntering = true;
    try {
      const welcome = await this.#request("enter", { room: this.room, tab: this.tab, take });
      this.#seated(welcome);
    } catch (problem) {
      this.#notSeated(problem);
    } finally {
      this.#isEntering = false;
    }
  }

  /**
   * Ask for something; resolves with the answer. Rejects with a `code` when it was
   * refused for good, without one when it may work after the next "entered".
   */
  async ask(event, payload) {
    if (!this.#isIn) throw new Error("not in the room now");
    try {
      return await this.#request(event, payload);
    } catch (problem) {
      if (problem.code !== "outside") throw problem;
      this.#isIn = false;
      this.enter();
      throw new Error("not in the room now");
    }
  }

  /** Tell the server something that is worth nothing later: dropped while the line is down. */
  notify(event, payload) {
    if (this.#isIn && this.socket.connected) this.socket.emit(event, payload);
  }

  /** Go on purpose, and stay away. */
  leave() {
    this.notify("leave", {});
    this.#over(null);
  }

  async #knock() {
    if (this.#isOver) return;
    try {
      const { seconds } = await this.#request("knock", { room: this.room });
      if (seconds) tell(this, "knocking", { seconds });
      this.clock.after(seconds * 1000, () => this.socket.connected && !this.#isIn && !this.#isOver && this.enter());
    } catch (problem) {
      this.#isKnocking = false;
      this.#notSeated(problem);
    }
  }

  async #request(event, payload) {
    const answer = await this.socket.timeout(ANSWER_WITHIN).emitWithAck(event, payload);
    if (answer?.error) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    return answer;
  }

  #seated(welcome) {
    if (this.#isOver) return; // we left while the door was being opened
    this.#isIn = true;
    this.#take = false;
    this.#welcome = welcome;
    this.#renewal = welcome.renewal;
    this.#stopBeating();
    this.#stopBeating = this.clock.every(BEAT_EVERY, () => this.#beat());
    tell(this, "entered", { welcome });
  }

  #notSeated(problem) {
    if (this.#isOver) return;
    if (FINAL.includes(problem.code)) this.#over(problem.code);
    else if (problem.code === "elsewhere") tell(this, "elsewhere", { code: problem.code, message: problem.message });
    else if (problem.code === "early" || REFUSED.includes(problem.code)) this.#refused(problem);
    else this.clock.after(TRY_AGAIN, () => this.socket.connected && !this.#isIn && this.enter());
  }

  async #beat() {
    if (!this.socket.connected) return;
    try {
      const kept = await this.#request("beat", this.beat());
      this.#renewal = kept.renewal;
      tell(this, "kept");
      tell(this, "pulse", { pulse: kept.pulse });
    } catch (problem) {
      if (problem.code === "outside") this.enter();
      else if (FINAL.includes(problem.code)) this.#over(problem.code);
      else if (REFUSED.includes(problem.code)) this.#refused(problem);
    }
  }

  #lost() {
    this.#isIn = false;
    this.#stopBeating();
    if (!this.#isOver) tell(this, "down");
  }

  #turnedAway(error) {
    if (this.#isOver) return;
    tell(this, "down");
    if (error.message === "signed out") this.#refused({ code: "signed_out", message: "You have been signed out." });
    else if (!this.socket.active) this.clock.after(TRY_AGAIN, () => this.#isOver || this.socket.connect());
  }

  #refused({ code, message }) {
    this.#over(null);
    tell(this, "refused", { code, message });
  }

  #over(event) {
    this.#isIn = false;
    this.#isOver = true;
    this.#stopBeating();
    this.close();
    if (event) tell(this, event);
  }
}
