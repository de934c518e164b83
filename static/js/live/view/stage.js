/**
 * The pictures: one tile per person and per shared screen, one of them large. A tile
 * is never moved within the page (its video would start anew); CSS places it.
 */
import { makeDraggable } from "./drag.js";
import { keepPlaying, starts } from "./sound.js";

const CORNERS = ["bottom-right", "top-right", "top-left", "bottom-left"];
const PIN = "peerlearn.room.pin";
const DOUBLE_TAP = 350;
const HEALTH_WORDS = { connecting: "Connecting…", mending: "Reconnecting...", detour: "Trying alternate connection...", stuck: "Nothing gets through. Still trying…" };

export class Stage {
  #tiles = new Map();
  #stuck = new Set();
  #speaker = "";
  /** A screen that somebody began to share is large whatever was pinned before, until a tap says otherwise. */
  #promoted = "";
  #tapped = { at: -Infinity, wasLarge: false };

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.room
   * @param {HTMLTemplateElement} parts.tileTemplate
   * @param {Storage} parts.memory
   */
  constructor({ room, tileTemplate, memory }) {
    Object.assign(this, { room, tileTemplate, memory });
    this.frame = room.querySelector(".stage");
  }

  /** @param {{id: number, name: string, role: string}} person @param {boolean} isMe */
  add(person, isMe = false) {
    const tile = this.#make(`person-${person.id}`, isMe ? "You" : person.name, `avatar-${person.id % 6}`);
    tile.classList.toggle("tile-mine", isMe);
    tile.dataset.role = person.role;
    tile.querySelector(".tile-face").textContent = initials(person.name);
    if (isMe) this.health(person.id, "ok");
    this.#arrange();
  }

  remove(person) {
    for (const kind of ["person", "screen"]) this.#forget(`${kind}-${person.id}`);
    this.#arrange();
  }

  /** Show or hide a line of somebody's. `kind` is audio, camera or screen. */
  track(id, kind, track) {
    const tile = this.#tiles.get(`person-${id}`);
    if (!tile) return;
    if (kind === "screen") this.#newScreen(id, tile, track);
    else this.#play(kind === "audio" ? tile.voice : tile.element.querySelector("video"), track);
  }

  /** @param {import("../messages.js").Status} status what somebody has switched on */
  status(id, status) {
    const tile = this.#tiles.get(`person-${id}`);
    if (!tile) return;
    tile.element.dataset.camera = status.camera ? "on" : "off";
    tile.element.dataset.microphone = status.microphone;
    tile.element.querySelector(".tile-muted").hidden = status.microphone === "on";
    tile.element.querySelector(".tile-hand").hidden = !status.hand;
    this.#showScreen(id, status.sharing ? tile.screenTrack : null);
  }

  /** @param {"connecting"|"ok"|"mending"|"detour"} health */
  health(id, health) {
    const shown = health !== "ok" && this.#stuck.has(id) ? "stuck" : health;
    for (const kind of ["person", "screen"]) {
      const element = this.#tiles.get(`${kind}-${id}`)?.element;
      if (!element) continue;
      element.dataset.health = shown;
      const words = element.querySelector(".tile-state");
      words.hidden = shown === "ok";
      words.textContent = HEALTH_WORDS[shown] ?? "";
    }
  }

  /** Whatever is being tried: nothing of somebody's gets through. */
  stuck(id, isStuck) {
    this.#stuck[isStuck ? "add" : "delete"](id);
    const health = this.#tiles.get(`person-${id}`)?.element.dataset.health;
    this.health(id, health === "stuck" ? "mending" : health);
  }

  /** Somebody's picture stands still though their link is up: their line, or ours, is too slow just now. */
  buffering(id, isStanding) {
    const element = this.#tiles.get(`person-${id}`)?.element;
    if (!element) return;
    element.dataset.still = String(isStanding);
    if (element.dataset.health !== "ok") return;
    const words = element.querySelector(".tile-state");
    words.hidden = !isStanding;
    words.textContent = isStanding ? "Buffering..." : "";
  }

  /** Through which speakers everybody is heard. @param {string} deviceId of an audiooutput; what is not there is the browser's own choice */
  async speaker(deviceId) {
    this.#speaker = deviceId;
    await Promise.all([...this.#tiles.values()].map(({ voice }) => voice.setSinkId?.(deviceId)));
  }

  /** Start every sound again, after a tap; resolves to whether all of them play. */
  async playAll() {
    const results = await Promise.all([...this.#tiles.values()].map(({ voice }) => voice.srcObject ? starts(voice) : true));
    return results.every(Boolean);
  }

  /** A fresh connection brings a fresh track for a screen that is shown already. */
  #newScreen(id, tile, track) {
    tile.screenTrack = track;
    const shown = this.#tiles.get(`screen-${id}`);
    if (shown && track) this.#play(shown.element.querySelector("video"), track);
  }

  #showScreen(id, track) {
    const key = `screen-${id}`;
    if (!track) {
      if (this.#forget(key)) this.#arrange();
      return;
    }
    if (this.#tiles.has(key)) return;
    const person = this.#tiles.get(`person-${id}`).element;
    const isMine = person.classList.contains("tile-mine");
    const element = this.#make(key, isMine ? "Your screen" : `${person.querySelector(".tile-words").textContent}'s screen`, "");
    element.classList.add("tile-screen");
    element.dataset.camera = "on";
    element.dataset.mine = String(isMine);
    if (!isMine) this.#promoted = key;
    this.#play(element.querySelector("video"), track);
    this.health(id, person.dataset.health);
    this.#arrange();
  }

  #make(key, words, tint) {
    const element = this.tileTemplate.content.firstElementChild.cloneNode(true);
    element.dataset.key = key;
    element.querySelector(".tile-words").textContent = words;
    const hand = element.querySelector(".tile-hand");
    hand.dataset.person = key.split("-")[1];
    if (hand.localName === "button") hand.setAttribute("aria-label", `Lower ${words}'s hand`);
    if (tint) element.querySelector(".tile-face").classList.add(tint);
    const pin = element.querySelector(".tile-pin");
    pin.setAttribute("aria-label", "Pin");
    pin.setAttribute("aria-description", words);
    pin.addEventListener("click", (event) => this.#tap(key, event));
    makeDraggable(element, this.frame);
    this.frame.append(element);
    const voice = new Audio();
    keepPlaying(voice, () => performance.now(), () => this.onsilence?.());
    if (this.#speaker) voice.setSinkId?.(this.#speaker).catch(() => {}); // unplugged meanwhile: the browser's own choice
    this.#tiles.set(key, { element, voice, screenTrack: null });
    return element;
  }

  #forget(key) {
    const tile = this.#tiles.get(key);
    if (!tile) return false;
    if (this.#promoted === key) this.#promoted = "";
    tile.voice.srcObject = null;
    tile.element.remove();
    return this.#tiles.delete(key);
  }

  /** One tap pins a picture, or lets it go; two quick ones on the large picture swap it with a small one. */
  #tap(key, { timeStamp, detail }) {
    const isSecond = detail > 0 && timeStamp - this.#tapped.at < DOUBLE_TAP; // the keyboard never taps twice
    const wasLarge = this.#tiles.get(key).element.dataset.size === "large";
    if (!isSecond) {
      this.#tapped = { at: timeStamp, wasLarge };
      this.#pin(this.#pinned() === key && !this.#promoted ? "" : key);
      return;
    }
    this.#tapped.at = -Infinity;
    if (!this.#tapped.wasLarge) return; // the first tap made it large already
    const small = [...this.#tiles.values()].find(({ element }) => element.dataset.size === "small");
    if (small) this.#pin(small.element.dataset.key);
  }

  #pin(key) {
    this.#promoted = "";
    this.memory.setItem(PIN, key);
    this.#arrange();
  }

  #pinned() {
    return this.memory.getItem(PIN) ?? "";
  }

  /** The large one: what was pinned, else somebody's screen, else the mentor; alone, nobody. */
  #arrange() {
    const elements = [...this.#tiles.values()].map(({ element }) => element);
    const isAlone = elements.length < 2;
    const large = isAlone ? null : this.#largest(elements);
    let place = 0;
    for (const element of elements) {
      element.dataset.size = element === large ? "large" : "small";
      element.querySelector(".tile-pin").setAttribute("aria-pressed", String(element.dataset.key === this.#pinned()));
      if (element === large) continue;
      if (!element.dataset.moved) element.dataset.corner = CORNERS[place % CORNERS.length];
      element.dataset.place = String(place++);
    }
    this.room.dataset.stage = isAlone ? "waiting" : "live";
    this.onlarge?.(large?.querySelector("video") ?? null);
  }

  #largest(elements) {
    const others = elements.filter((element) => element.dataset.mine !== "true");
    return (
      elements.find((element) => element.dataset.key === this.#promoted) ??
      elements.find((element) => element.dataset.key === this.#pinned()) ??
      others.find((element) => element.classList.contains("tile-screen")) ??
      others.find((element) => element.dataset.role === "mentor") ??
      others[0]
    );
  }

  #play(element, track) {
    element.srcObject = track ? new MediaStream([track]) : null;
    if (track) starts(element).then((plays) => plays || element.muted || this.onsilence?.());
  }
}

function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();
}
