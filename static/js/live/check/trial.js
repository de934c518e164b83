/**
 * One run of the video check: says in which order things are tried; what the figures mean is in verdicts.js. The same for the
 * page of the check, which opens the devices, and for the waiting room, which lends its own.
 *
 * @typedef {object} Devices whose camera and microphone are tried
 * @property {() => Promise<void>} open ask the browser for what is not open yet
 * @property {(kind: "camera"|"audio") => MediaStreamTrack|null} track
 * @property {Record<string, string>} problems why there is none, by kind
 * @property {() => void} close
 */
import { csrfToken } from "../../page/requests.js";
import { openSocket } from "../../socket.js";
import { hasRelay } from "../relays.js";
import { listen, look, pause, play, record } from "./devices.js";
import { tryCall, tryServer } from "./lines.js";
import * as verdicts from "./verdicts.js";
import { CheckView } from "./view.js";

const STEPS = ["camera", "microphone", "speakers", "network", "relay"];
/** Milliseconds: what each part may take, so that all of it stays under twenty seconds. */
const ALL = 19_000;
const PERMISSION = 9_000;
const SPEAKING = 3_000;
const LOOKING = 1_500;
const NETWORK = 5_000;

export class Trial {
  #running = null;
  #results = {};
  #playback = null;
  #answered = () => {};
  #stopping = new AbortController();

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.section templates/live/_check.html
   * @param {() => Devices} parts.borrow devices for one run
   * @param {import("../readiness.js").Readiness} parts.readiness
   */
  constructor({ section, borrow, readiness }) {
    Object.assign(this, { section, borrow, readiness });
    this.view = new CheckView(section);
    this.iceServers = JSON.parse(section.dataset.ice);
    const doings = {
      run: () => this.run(),
      heard: () => this.#answered("heard"),
      unheard: () => this.#answered("unheard"),
      again: () => this.#playback && play(this.#playback.context, this.#playback.recording, this.#stopping.signal),
    };
    this.view.addEventListener("do", ({ detail }) => doings[detail.what]());
  }

  /** What goes on now, if anything. @returns {Promise<void>|null} */
  get running() {
    return this.#running;
  }

  /** Somebody is here to talk to: nothing more is tried, played or noted down. */
  stop() {
    this.#stopping.abort();
    this.#answered(null);
    if (!this.#running) this.#fallSilent();
  }

  /** Try everything once; a second tap changes nothing. */
  run() {
    return (this.#running ??= this.#run().finally(() => (this.#running = null)));
  }

  async #run() {
    const endsAt = performance.now() + ALL;
    this.#fallSilent();
    const context = new AudioContext(); // made in the tap itself, or Safari keeps it silent
    const devices = this.borrow();
    const { signal } = (this.#stopping = new AbortController());
    this.#results = {};
    this.view.begin(STEPS);
    this.view.say("Your browser may ask for your camera and microphone: choose Allow.");
    this.#playback = { context, recording: null };
    let lines;
    try {
      await Promise.race([devices.open(), pause(PERMISSION)]);
      // After the permission: with it, browsers name their addresses openly, as they do in a call.
      lines = this.#tryLines();
      this.#playback.recording = await this.#tryDevices(devices, context);
    } finally {
      devices.close(); // before it is played: a live microphone would hear itself
    }
    if (!signal.aborted) await this.#trySpeakers(this.#playback, endsAt);
    await lines;
    if (!signal.aborted) return this.#finish();
    this.#fallSilent();
    return this.view.end({ mark: "none", words: "Stopped: you are not alone any more." });
  }

  /** Browsers give a page few contexts: none outlives its run by more than the question whether it was heard. */
  #fallSilent() {
    this.view.ask(false);
    this.#playback?.context.close();
    this.#playback = null;
  }

  async #tryDevices(devices, context) {
    const picture = devices.track("camera");
    const voice = devices.track("audio");
    if (picture || voice) this.view.trying(true);
    if (voice) this.view.say("Say a few words: we record three seconds, for your ears only.");
    const seeing = (async () => {
      const seen = picture ? await look(this.view.video, picture, LOOKING) : { problem: devices.problems.camera ?? "asked" };
      this.#show("camera", verdicts.camera(seen));
    })();
    const ear = voice && listen(context, voice, (level) => this.view.level(level));
    const recording = voice ? await record(voice, SPEAKING) : null;
    this.#show("microphone", verdicts.microphone(ear ? { peak: ear.stop() } : { problem: devices.problems.audio ?? "asked" }));
    await seeing;
    this.view.trying(false);
    return recording;
  }

  async #trySpeakers({ context, recording }, endsAt) {
    this.view.say(recording ? "Listen: this is what you said." : "Listen: two soft notes.");
    this.view.ask(true);
    const answer = new Promise((resolve) => (this.#answered = resolve));
    const played = await Promise.race([play(context, recording, this.#stopping.signal), answer.then(() => true)]);
    this.view.say("Did you hear it?");
    const said = await Promise.race([answer, pause(Math.max(0, endsAt - performance.now())).then(() => null)]);
    this.#answered = (late) => late && this.#changeAnswer(late);
    this.view.ask(said !== "heard");
    this.#show("speakers", verdicts.speakers({ played, answer: said }));
  }

  /** An answer that comes after the end counts too. */
  #changeAnswer(answer) {
    this.view.ask(answer !== "heard");
    this.#show("speakers", verdicts.speakers({ played: true, answer }));
    if (!this.#running) this.#finish();
  }

  async #tryLines() {
    const { iceServers } = this;
    const isSetUp = hasRelay(iceServers);
    const tries = [
      tryCall({ iceServers, within: NETWORK }),
      isSetUp ? tryCall({ iceServers, onlyRelay: true, within: NETWORK }) : null,
      tryServer(openSocket("/"), NETWORK / 2),
    ];
    const [line, relayed, server] = await Promise.all(tries);
    this.#show("network", verdicts.network({ line, server }));
    this.#show("relay", verdicts.relay({ isSetUp, line: relayed }));
  }

  #show(step, verdict) {
    this.#results[step] = verdict;
    this.view.show(step, verdict);
  }

  async #finish() {
    const inOrder = Object.fromEntries(STEPS.map((step) => [step, this.#results[step]]));
    const summary = verdicts.summary(inOrder, this.section.dataset.ready);
    this.view.end(summary);
    try {
      const answer = await fetch(this.section.dataset.report, {
        method: "POST",
        body: JSON.stringify(verdicts.reportOf(inOrder)),
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "HX-Request": "true" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.readiness.draw(await answer.text());
    } catch {
      this.view.say(`${summary.words} We could not note it down: check again when you are online.`);
    }
  }
}
