/**
 * The video check before a session, and the page on which one waits for the doors: the composition root. It makes the parts
 * and says in which order they are tried; what the figures mean is in check/verdicts.js.
 */
import { followNudges, onNudge } from "../nudges.js";
import { csrfToken } from "../page/requests.js";
import { openSocket } from "../socket.js";
import { listen, look, pause, play, record } from "./check/devices.js";
import { tryCall, tryServer } from "./check/lines.js";
import * as verdicts from "./check/verdicts.js";
import { CheckView } from "./check/view.js";
import { waitForOpening } from "./doors.js";
import { LocalMedia } from "./local_media.js";
import { Readiness } from "./readiness.js";
import { hasRelay } from "./relays.js";

const STEPS = ["camera", "microphone", "speakers", "network", "relay"];
/** Milliseconds: what each part may take, so that all of it stays under twenty seconds. */
const ALL = 19_000;
const PERMISSION = 9_000;
const SPEAKING = 3_000;
const LOOKING = 1_500;
const NETWORK = 5_000;

const section = document.querySelector("#check");
const iceServers = JSON.parse(section.dataset.ice);
const view = new CheckView(section);
const readiness = new Readiness({ page: document, whenMoved: openAnew });
let running = null;
let results = {};
let playback = null;
let answered = () => {};

const { dataset } = document.querySelector("[data-phase]");
if (dataset.phase === "early") waitForOpening(dataset, () => running);
followNudges();
onNudge("bookings", () => readiness.look());

view.addEventListener("do", ({ detail }) => doings[detail.what]());

const doings = {
  run: () => (running ??= run().finally(() => (running = null))),
  heard: () => answered("heard"),
  unheard: () => answered("unheard"),
  again: () => playback && play(playback.context, playback.recording),
};

/** The session starts at another time: the page says so, once what is going on is done. */
async function openAnew() {
  await running;
  location.reload();
}

async function run() {
  const endsAt = performance.now() + ALL;
  const context = new AudioContext(); // made in the tap itself, or Safari keeps it silent
  const media = new LocalMedia({ devices: navigator.mediaDevices });
  const problems = {};
  media.addEventListener("problem", ({ detail: { kind, reason } }) => (problems[kind] = reason));
  results = {};
  view.begin(STEPS);
  view.say("Your browser may ask for your camera and microphone: choose Allow.");
  await Promise.race([media.start(), pause(PERMISSION)]);
  // After the permission: with it, browsers name their addresses openly, as they do in a call.
  const lines = tryLines();
  const recording = await tryDevices(media, problems, context);
  media.stop(); // before it is played: a live microphone would hear itself
  await trySpeakers(context, recording, endsAt);
  await lines;
  await finish();
}

async function tryDevices(media, problems, context) {
  const picture = media.track("camera");
  const voice = media.track("audio");
  if (picture || voice) view.trying(true);
  if (voice) view.say("Say a few words: we record three seconds, for your ears only.");
  const seeing = (async () => {
    const seen = picture ? await look(view.video, picture, LOOKING) : { problem: problems.camera ?? "asked" };
    show("camera", verdicts.camera(seen));
  })();
  const ear = voice && listen(context, voice, (level) => view.level(level));
  const recording = voice ? await record(voice, SPEAKING) : null;
  show("microphone", verdicts.microphone(ear ? { peak: ear.stop() } : { problem: problems.audio ?? "asked" }));
  await seeing;
  view.trying(false);
  return recording;
}

async function trySpeakers(context, recording, endsAt) {
  playback = { context, recording };
  view.say(recording ? "Listen: this is what you said." : "Listen: two soft notes.");
  view.ask(true);
  const answer = new Promise((resolve) => (answered = resolve));
  const played = await Promise.race([play(context, recording), answer.then(() => true)]);
  view.say("Did you hear it?");
  const said = await Promise.race([answer, pause(Math.max(0, endsAt - performance.now())).then(() => null)]);
  answered = changeAnswer;
  view.ask(said !== "heard");
  show("speakers", verdicts.speakers({ played, answer: said }));
}

/** An answer that comes after the end counts too. */
function changeAnswer(answer) {
  view.ask(answer !== "heard");
  show("speakers", verdicts.speakers({ played: true, answer }));
  if (!running) finish();
}

async function tryLines() {
  const isSetUp = hasRelay(iceServers);
  const tries = [
    tryCall({ iceServers, within: NETWORK }),
    isSetUp ? tryCall({ iceServers, onlyRelay: true, within: NETWORK }) : null,
    tryServer(openSocket("/"), NETWORK / 2),
  ];
  const [line, relayed, server] = await Promise.all(tries);
  show("network", verdicts.network({ line, server }));
  show("relay", verdicts.relay({ isSetUp, line: relayed }));
}

function show(step, verdict) {
  results[step] = verdict;
  view.show(step, verdict);
}

async function finish() {
  const inOrder = Object.fromEntries(STEPS.map((step) => [step, results[step]]));
  const summary = verdicts.summary(inOrder, section.dataset.ready);
  view.end(summary);
  try {
    const answer = await fetch(section.dataset.report, {
      method: "POST",
      body: JSON.stringify(verdicts.reportOf(inOrder)),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    readiness.draw(await answer.text());
  } catch {
    view.say(`${summary.words} We could not note it down: check again when you are online.`);
  }
}
