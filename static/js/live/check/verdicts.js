/**
 * What the measurements of a video check mean: for each step a mark, a word for the
 * server, a sentence, and for what is red the one thing to do about it. Pure.
 *
 * @typedef {"green"|"yellow"|"red"|"none"} Mark
 * @typedef {{mark: Mark, reason: string, words: string, fix?: string}} Verdict
 * @typedef {{reached: string, roundTrip: number}|null} Line a connection that was tried: how it was reached, and milliseconds
 */

/** Fewer pictures in the time we look are no moving picture. */
const FEWEST_FRAMES = 3;
/** Of 255: a covered lens gives 0 to 5, a dark room still more. */
const BLACK = 10;
/** Of 1: a switched-off microphone gives nothing at all, a quiet room already more. */
const SILENT = 0.002;
const FAINT = 0.015;
/** Milliseconds after which an answer is felt as slow. */
export const SLOW = 400;

const NO_CAMERA = "You can join without a camera.";
const ALLOW = "in your browser's address bar, then check again";

const SAYINGS = {
  camera: {
    fine: ["green", "Your picture is clear."],
    black: ["red", "The picture is black.", `Open the cover of your camera or turn on a light. ${NO_CAMERA}`],
    still: ["red", "No picture arrives.", `Unplug your camera and plug it in again. ${NO_CAMERA}`],
    denied: ["red", "Your camera is blocked.", `Allow it ${ALLOW}. ${NO_CAMERA}`],
    busy: ["red", "Another program is using your camera.", `Close that program, then check again. ${NO_CAMERA}`],
    missing: ["red", "No camera was found.", `Plug one in, then check again. ${NO_CAMERA}`],
    asked: ["red", "Your browser still asks whether we may use it.", `Choose Allow at the top of the page, then check again. ${NO_CAMERA}`],
  },
  microphone: {
    fine: ["green", "You are heard well."],
    faint: ["yellow", "You are hard to hear: come closer to your microphone."],
    silent: ["red", "Your microphone hears nothing.", "Turn on its switch, or choose another microphone in your browser's address bar."],
    denied: ["red", "Your microphone is blocked.", `Allow it ${ALLOW}.`],
    busy: ["red", "Another program is using your microphone.", "Close that program, then check again."],
    missing: ["red", "No microphone was found.", "Plug one in, then check again."],
    asked: ["red", "Your browser still asks whether we may use it.", "Choose Allow at the top of the page, then check again."],
  },
  speakers: {
    fine: ["green", "You hear what is said."],
    unheard: ["red", "You heard nothing.", "Turn up the volume and look which speakers are chosen, then play it again."],
    unanswered: ["yellow", "Tell us above whether you heard it."],
    unplayed: ["red", "Your browser did not play it.", "Tap “Play it again” above."],
  },
  network: {
    fine: ["green", "Calls get through."],
    slow: ["yellow", "Answers are slow: come closer to your Wi-Fi, or use a cable."],
    blocked: ["red", "Your network lets no call through.", "Turn off your VPN, or use another network."],
    offline: ["red", "PeerLearn does not answer.", "Look whether you are online, then check again."],
  },
  relay: {
    fine: ["green", "The relay is reached."],
    slow: ["yellow", "The relay is far away: calls over it will lag."],
    unreachable: ["red", "The relay is not reached.", "Try another network: this one lets only direct calls through."],
    none: ["none", "No relay is set up here."],
  },
};

/** @returns {Verdict} */
function verdict(step, reason, detail = "") {
  const [mark, words, fix] = SAYINGS[step][reason];
  return { mark, reason, words: detail ? `${words} ${detail}` : words, ...(fix && { fix }) };
}

/** @param {{problem?: string, frames?: number, brightness?: number}} seen `problem` as LocalMedia says it, or "asked" */
export function camera({ problem, frames = 0, brightness = 0 }) {
  if (problem) return verdict("camera", problem);
  if (frames < FEWEST_FRAMES) return verdict("camera", "still");
  return verdict("camera", brightness < BLACK ? "black" : "fine");
}

/** @param {{problem?: string, peak?: number}} heard the loudest moment, 0 to 1 */
export function microphone({ problem, peak = 0 }) {
  if (problem) return verdict("microphone", problem);
  return verdict("microphone", peak < SILENT ? "silent" : peak < FAINT ? "faint" : "fine");
}

/** @param {{played: boolean, answer: "heard"|"unheard"|null}} said an answer counts whatever the browser says */
export function speakers({ played, answer }) {
  if (answer) return verdict("speakers", answer === "heard" ? "fine" : "unheard");
  return verdict("speakers", played ? "unanswered" : "unplayed");
}

/** @param {{line: Line, server: number|null}} measured `server` is the round trip to ours */
export function network({ line, server }) {
  if (server === null) return verdict("network", "offline");
  if (!line) return verdict("network", "blocked");
  const isSlow = Math.max(server, line.roundTrip) > SLOW;
  const how = line.reached === "relay" ? "Over the relay" : "Directly";
  return verdict("network", isSlow ? "slow" : "fine", `${how}, ${ms(line.roundTrip)}; PeerLearn answers in ${ms(server)}.`);
}

/** @param {{isSetUp: boolean, line: Line}} measured */
export function relay({ isSetUp, line }) {
  if (!isSetUp) return verdict("relay", "none");
  if (!line) return verdict("relay", "unreachable");
  return verdict("relay", line.roundTrip > SLOW ? "slow" : "fine", `There and back in ${ms(line.roundTrip)}.`);
}

/**
 * The last word.
 * @param {Record<string, Verdict>} results @param {string} ready what to say when all is green
 * @returns {{mark: Mark, words: string}}
 */
export function summary(results, ready) {
  const named = (mark) => Object.keys(results).filter((step) => results[step].mark === mark);
  const [red, yellow] = [named("red"), named("yellow")];
  if (red.length === 1 && red[0] === "camera") return { mark: "red", words: "All else is ready. You can join without a camera." };
  if (red.length) return { mark: "red", words: `Something to mend: ${red.join(", ")}. You can join all the same.` };
  if (yellow.length) return { mark: "yellow", words: `You can join. Not perfect yet: ${yellow.join(", ")}.` };
  return { mark: "green", words: ready };
}

/** What the server keeps. @param {Record<string, Verdict>} results */
export function reportOf(results) {
  return Object.fromEntries(Object.entries(results).map(([step, { mark, reason }]) => [step, { mark, reason }]));
}

/** @param {number} duration @returns {string} `12 ms` */
export function ms(duration) {
  return `${Math.max(1, Math.round(duration))} ms`;
}
