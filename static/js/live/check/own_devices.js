/** Whose camera and microphone the check tries: those it opens itself, or those that the room has open already. */
import { LocalMedia } from "../local_media.js";

/** Opened for the check alone, by the browser's own choice. @returns {import("./trial.js").Devices} */
export function opened() {
  const media = new LocalMedia({ devices: navigator.mediaDevices });
  return { open: () => media.start(), track: (kind) => media.track(kind), problems: problemsOf(media), close: () => media.stop() };
}

/**
 * Lent by the room: copies, so that a muted microphone is heard here and nowhere else, and so that phones, which open a camera
 * once, keep the one they have.
 * @param {LocalMedia} media @returns {import("./trial.js").Devices}
 */
export function lent(media) {
  const copies = [];
  const track = (kind) => {
    const copy = media.track(kind)?.clone() ?? null;
    if (copy) copies.push(copy);
    if (copy) copy.enabled = true;
    return copy;
  };
  return { open: () => media.start(), track, problems: problemsOf(media), close: () => copies.forEach((copy) => copy.stop()) };
}

function problemsOf(media) {
  const problems = {};
  media.addEventListener("problem", ({ detail: { kind, reason } }) => (problems[kind] = reason));
  return problems;
}
