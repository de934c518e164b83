/**
 * Pieces of a recording that an earlier page left in this browser: sent from whatever page is open now. What that needs is loaded only
 * when there are any.
 */

/** Set while something may be left. */
export const FLAG = "peerlearn.recording";

/**
 * @param {number} user who is signed in
 * @param {(what: "progress"|"done"|"trouble"|"gone", detail: object) => void} [say]
 */
export async function sendLeftovers(user, say = () => {}) {
  if (!user || !localStorage.getItem(FLAG)) return;
  const { startSending } = await import("./sending.js");
  const { uploader } = startSending(user);
  for (const what of ["progress", "done", "trouble", "gone"]) uploader.addEventListener(what, ({ detail }) => say(what, detail));
}
