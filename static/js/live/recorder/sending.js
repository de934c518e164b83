/** The uploader as pages use it: one at a time among all tabs of this browser, for whoever is signed in. */
import { csrfToken } from "../../page/requests.js";
import { browserClock as clock } from "../clock.js";
import { Spool } from "./spool.js";
import { Uploader } from "./uploader.js";

/** A lock is held while a segment is captured; whoever finds it free knows that its page is gone. */
export const lockOf = (segment) => `recording ${segment}`;

let started = null;

/** @param {number} user @returns {{spool: Spool, uploader: Uploader}} one for each page; it works as soon as no other tab does */
export function startSending(user) {
  return (started ??= start(user));
}

function start(user) {
  const spool = new Spool({ memory: localStorage });
  const uploader = new Uploader({
    spool,
    user,
    clock,
    isLive: async (segment) => (await navigator.locks.query()).held.some((lock) => lock.name === lockOf(segment)),
    send: (where, options) =>
      fetch(where, { ...options, credentials: "same-origin", redirect: "error", headers: { ...options.headers, "X-CSRFToken": csrfToken() } }),
  });
  navigator.locks.request(`recordings of ${user}`, () => uploader.run());
  addEventListener("online", () => uploader.look());
  return { spool, uploader };
}
