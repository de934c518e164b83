/**
 * What it means that a relay was reached, or not: a mark, a sentence, and for what is red the one thing to do about it. Pure.
 *
 * @typedef {import("./verdicts.js").Verdict} Verdict
 */
import { SLOW, ms } from "./verdicts.js";

const TELL = "Tell whoever runs PeerLearn.";
const ASK = "Ask it from the server: bin/flask turn test.";
const REFUSED = [401, 403, 437, 438, 441];
const FULL = [486, 508];
const OTHER_NETWORK = {
  UDP: "Turn off your VPN, or use another network: this one lets no UDP out.",
  TCP: "Use another network: this one lets nothing out to this port.",
  TLS: "Use another network: this one lets not even this out.",
};

/**
 * One way to one relay.
 * @param {"UDP"|"TCP"|"TLS"} way
 * @param {{line: {roundTrip: number}|null, isPlaced: boolean, code: number}} tried as tryRelay says it
 * @param {boolean} isAdmin they can mend it themselves
 * @returns {Verdict}
 */
export function wayVerdict(way, { line, isPlaced, code }, isAdmin) {
  if (line) {
    const mark = line.roundTrip > SLOW ? "yellow" : "green";
    return { mark, reason: "reached", words: `${mark === "green" ? "Reached" : "Reached, but far away"}: ${ms(line.roundTrip)} there and back.` };
  }
  const red = (reason, words, fix) => ({ mark: "red", reason, words, fix });
  if (isPlaced) return red("closed", "It answers, but nothing gets through it.", isAdmin ? ASK : TELL);
  if (FULL.includes(code)) return red("full", "It is full.", "Try again in a minute.");
  if (REFUSED.includes(code)) return red("refused", "It does not know us.", isAdmin ? "TURN_SECRET must be its static-auth-secret." : TELL);
  return red("unreachable", "Not reached.", OTHER_NETWORK[way]);
}

/**
 * Once all were tried: a relay that does not answer where another one does, by the same way, is down; no other network helps.
 * @param {{way: string, verdict: Verdict}[][]} relays @param {boolean} isAdmin
 * @returns {Verdict[][]}
 */
export function secondLook(relays, isAdmin) {
  const open = new Set(relays.flat().filter(({ verdict }) => verdict.reason === "reached").map(({ way }) => way));
  const down = { mark: "red", reason: "down", words: "Not reached, though another relay is.", fix: isAdmin ? ASK : TELL };
  return relays.map((ways) => ways.map(({ way, verdict }) => (verdict.reason === "unreachable" && open.has(way) ? down : verdict)));
}

/**
 * The last word.
 * @param {Verdict[][]} relays each way of each relay
 * @returns {{mark: string, words: string}}
 */
export function relaysSummary(relays) {
  const works = (ways) => ways.some(({ mark }) => mark !== "red");
  if (!relays.some(works)) return { mark: "red", words: "No relay is reached from here: only direct calls work in this network." };
  if (!relays.every(works)) return { mark: "yellow", words: "Calls get through here. One of the relays is not reached." };
  return { mark: "green", words: "Calls get through here, even where nothing direct does." };
}
