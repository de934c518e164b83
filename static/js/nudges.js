// Public module `peerlearn/nudges`: the server says what changed, the page asks again.
//
// A nudge {topics: [...]} becomes the events `nudge:<topic>` on document.body; sections listen by
// hx-trigger="nudge:requests from:body throttle:300ms". After a reconnect every topic on screen is nudged once,
// so whatever was missed heals by itself.

import { keepPass } from "./page/passes.js";
import { endpoints, openSocket } from "./socket.js";
import { topicsIn } from "./helpers/topics.js";

let following = null;

/** Start to follow this person's nudges; calling it again does nothing. */
export function followNudges() {
  if (following) return;
  const socket = openSocket("/");
  following = socket;
  if (endpoints().length > 1) keepPass(socket);
  socket.on("nudge", ({ topics = [] } = {}) => topics.forEach(nudge));
  socket.on("connect", nudgeEverything); // the first time too: something may have changed while the page was loading
}

/** Forget the socket that was followed; the next followNudges() starts anew. */
export function forgetNudges() {
  following = null;
}

/** Tell the page that something changed. */
export function nudge(topic) {
  document.body.dispatchEvent(new CustomEvent(`nudge:${topic}`));
}

/** Everything on screen reads itself again. */
export function nudgeEverything() {
  const triggers = [...document.querySelectorAll("[hx-trigger]")].map((element) => element.getAttribute("hx-trigger"));
  for (const topic of topicsIn(triggers)) nudge(topic);
  nudge("notices");
}

/**
 * React to a topic from a script. Returns a function that stops it.
 * @param {string} topic
 * @param {() => void} handler
 */
export function onNudge(topic, handler) {
  const type = `nudge:${topic}`;
  document.body.addEventListener(type, handler);
  return () => document.body.removeEventListener(type, handler);
}
