/**
 * The only part that touches the page: it shows what the others tell it, and says
 * what the person does. Everything on screen is text, never HTML.
 *
 * Speaks: "do" {what} for every button with data-do, "say" {text}.
 */
import { tell } from "./clock.js";
import { hourAndMinute, minutesAndSeconds } from "./timer.js";
import { ChatPanel } from "./view/chat_panel.js";
import { HeldDialog } from "./view/held_dialog.js";
import { Hotkeys } from "./view/hotkeys.js";
import { Notes } from "./view/notes.js";
import { SharePanel } from "./view/share_panel.js";
import { SidePanel } from "./view/side_panel.js";
import { Stage } from "./view/stage.js";
import { TopicsPanel } from "./view/topics_panel.js";

const LINE_WORDS = { joining: "Joining…", up: "Connected", down: "Reconnecting..." };
const PROBLEMS = {
  audio: {
    denied: "Your microphone is blocked.",
    busy: "Another program is using your microphone. Close it there, then tap Mute.",
    missing: "No microphone found. You can listen and write; plug one in and tap Mute.",
    kept: "That microphone cannot be opened. The one you had goes on.",
    silent: "Your microphone went silent.",
  },
  camera: {
    denied: "Your camera is blocked.",
    busy: "Another program is using your camera. Close it there, then tap Camera.",
    missing: "No camera found. The others hear you all the same.",
    kept: "That camera cannot be opened. The one you had goes on.",
  },
  screen: { busy: "Your screen cannot be shared right now.", missing: "Your screen cannot be shared right now." },
};
const HELP = { denied: { name: "Show me how", what: "allow" }, silent: { name: "Use it again", what: "reopen" } };

export class View extends EventTarget {
  /**
   * @param {object} parts
   * @param {Document} parts.page
   * @param {import("./clock.js").browserClock} parts.clock
   * @param {Storage} parts.memory for what this browser should remember
   * @param {Storage} parts.tabMemory for what this tab should remember
   */
  constructor({ page, clock, memory, tabMemory }) {
    super();
    this.page = page;
    this.room = page.querySelector(".room");
    const notes = { list: this.room.querySelector(".notes"), template: page.querySelector("#note"), makeButton: () => page.createElement("button") };
    this.notes = new Notes({ ...notes, clock });
    this.stage = new Stage({ room: this.room, tileTemplate: page.querySelector("#tile"), memory });
    this.stage.onsilence = () => this.tapToHear(true);
    this.side = new SidePanel({ room: this.room, memory: tabMemory });
    this.chat = new ChatPanel({ room: this.room, lineTemplate: page.querySelector("#line"), side: this.side });
    this.topics = new TopicsPanel({ room: this.room, side: this.side });
    this.share = new SharePanel({ room: this.room, side: this.side });
    this.chat.addEventListener("say", ({ detail }) => tell(this, "say", detail));
    this.keys = new Hotkeys({ page, memory });
    this.sheet = new HeldDialog(page.querySelector("#feedback"));
    this.seat = new HeldDialog(page.querySelector("#seat"), () => page.querySelector("#seat a").click());
    page.addEventListener("click", (event) => this.#clicked(event));
    page.body.addEventListener("peerlearn:connection", ({ detail }) => detail.state === "switching" && this.#switching());
  }

  /** @param {"joining"|"up"|"down"} state of the line to the server */
  line(state) {
    if (this.room.dataset.line === state) return; // what is being tried meanwhile stays said
    this.room.dataset.line = state;
    this.#find(".line-words").textContent = LINE_WORDS[state];
    if (state === "up") this.#write(".line-tries", "");
  }

  /** Which of the visible tries this is. */
  tries(number, of) {
    this.#write(".line-tries", `${number} of ${of}`);
  }

  /**
   * @param {"lost"|"trying"|"asked"|"stuck"|null} state after all tries: ask, say what is done about it, or nothing any more
   * @param {string} [name] of whom nothing gets through
   */
  rejoin(state, name) {
    const dialog = this.page.querySelector("#rejoin");
    if (!state) return dialog.close();
    this.#write(".line-tries", "");
    this.#write("#rejoin-words", dialog.dataset[state].replace("{name}", name));
    dialog.querySelector("[data-do=later]").hidden = state !== "stuck";
    dialog.querySelector("[data-do=rejoin]").disabled = state === "asked";
    if (dialog.open) return undefined;
    const writing = this.page.activeElement;
    dialog.show();
    if (writing?.matches("input, textarea")) writing.focus(); // nobody is asked in the middle of a word
    return undefined;
  }

  /** Somebody wants to come back, and one tap lets them in; or nobody does. @param {import("./messages.js").Knocking|null} person */
  knock(person) {
    this.page.querySelector(".knock").hidden = !person;
    if (person) this.#write(".knock-words", `${person.name} wants to come back`);
  }

  timer(text, words, { isRunning, isClosing }) {
    this.#write(".timer", text);
    this.#write(".time-left", words);
    this.room.toggleAttribute("data-running", isRunning);
    this.room.toggleAttribute("data-closing", isClosing);
  }

  /** @param {import("./messages.js").Status} status our own */
  controls(status, canShare) {
    this.#press("mute", status.microphone !== "on");
    this.#find(".controls [data-do=mute]").dataset.microphone = status.microphone;
    this.#press("camera", status.camera);
    this.#press("share", status.sharing);
    this.#find(".controls [data-do=share]").hidden = !canShare;
    this.share.able(canShare);
  }

  /** Seconds until the session ends for all, or null when nobody ended it. */
  ending(seconds) {
    const bar = this.page.querySelector(".ending");
    bar.hidden = seconds === null;
    if (seconds === null) return;
    this.notes.drop("over");
    const words = this.room.dataset.role === "mentor" ? "The session ends for everybody in" : "Your mentor is ending the session in";
    this.#write(".ending-words", words);
    this.#write(".ending-seconds", `${Math.ceil(seconds)} s`);
  }

  /** Seconds until whoever is missing did not come, or null while nobody is. */
  decision(seconds) {
    this.#find(".decision").hidden = seconds === null;
    if (seconds !== null) this.#write(".decision-left", minutesAndSeconds(seconds));
  }

  deviceProblem({ kind, reason }) {
    if (PROBLEMS[kind][reason]) this.note(PROBLEMS[kind][reason], "warn", HELP[reason]);
  }

  /** A short word over the picture. @param {Parameters<Notes["add"]>} words */
  note(...words) {
    this.notes.add(...words);
  }

  /** What a note asked for about somebody is done already. */
  unnote(what, person) {
    this.notes.done(what, person);
  }

  /** The planned end has come: each side is asked. @param {number} stopsIn seconds to the hard stop */
  timeUp(stopsIn) {
    const until = hourAndMinute(Math.round((Date.now() + stopsIn * 1000) / 60_000) * 60_000);
    this.note("Time is up.", "mark", [{ name: "End", what: "end" }, { name: `Go on until ${until}`, what: "" }], { about: "over", asks: true });
  }

  tapToHear(isNeeded) {
    this.#find("[data-tap]").hidden = !isNeeded;
  }

  welcome(person) {
    this.stage.add(person);
    this.note(`${person.name} is here`);
  }

  farewell(person) {
    this.stage.remove(person);
    this.share.theirs(person.id, null);
    this.note(`${person.name} has left`);
  }

  /** The seat is in another tab: ask, or say that it went there. */
  askForSeat(words, title = "Join here instead?") {
    this.#write("#seat-title", title);
    this.#write("#seat-words", words);
    this.seat.open();
  }

  /**
   * @param {boolean} mayRate were both ever in the room together?
   * @param {{isModal?: boolean, mayReturn?: boolean}} [how] not modal while the mentor may still undo the End behind it; with a way
   * back in for whoever has left a session that goes on
   */
  feedback(mayRate, { isModal = true, mayReturn = false } = {}) {
    const { dialog } = this.sheet;
    if (dialog.matches(isModal ? ":modal" : "[open]")) return; // what stood there for Undo comes to hold the page when the end is there
    this.page.querySelector(".feedback-return").hidden = !mayReturn;
    this.page.querySelector(".feedback-ask").hidden = !mayRate;
    this.page.querySelector(".feedback-alone").hidden = mayRate;
    this.page.querySelector(".feedback-send").hidden = !mayRate;
    if (isModal) this.sheet.open();
    else dialog.show();
  }

  /** Somebody who does not belong here (any more). */
  refused({ code, message }) {
    if (code === "signed_out") this.page.location.reload();
    else this.askForSeat(message, "You cannot be in this session");
    this.page.querySelector("[data-do=take]").hidden = true;
  }

  #clicked(event) {
    const button = event.target.closest("[data-do]");
    const what = button?.dataset.do;
    if (what === "chat") this.chat.toggle();
    else if (what === "close-side") this.side.close();
    else if (what === "size-side") this.side.size();
    else if (what) tell(this, "do", { what, url: button.dataset.url, person: Number(button.dataset.person) });
    if (event.target.closest("[data-tap]")) this.stage.playAll().then((plays) => this.tapToHear(!plays));
  }

  /** Another server of ours is tried. */
  #switching() {
    if (this.room.dataset.line === "down") this.#write(".line-words", "Trying alternate connection...");
  }

  #press(what, isPressed) {
    this.#find(`.controls [data-do=${what}]`).setAttribute("aria-pressed", String(isPressed));
  }

  #write(selector, text) {
    const element = this.page.querySelector(selector);
    if (element.textContent !== text) element.textContent = text;
  }

  #find(selector) {
    return this.room.querySelector(selector);
  }
}
