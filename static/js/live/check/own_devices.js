/** Whose camera and microphone the check tries: those it opens itself, or those that the room has open already. */
import { LocalMedia } from "../local_media.js";

/** Opened for the check alone, by the browser's own choice. @returns {import("./trial.js").Devices} */
export function opened(devices = navigator.mediaDevices) {
  const media = new LocalMedia({ devices });
  return { open: () => media.start(), track: (kind) => media.track(kind), problems: problemsOf(media), close: () => media.stop() };
}

/**
 * Lent by the room: copies, so that a muted microphone is heard here and nowhere else, and so that phones, which open a camera
 * once, keep the one they have. A camera that is off in the room is opened beside it: whoever comes in must not see it.
 * @param {LocalMedia} media @returns {import("./trial.js").Devices}
 */
export function lent(media) {
  const copies = [];
  const beside = new LocalMedia(media);
  const problems = problemsOf(media, beside);
  let isClosed = false;
  return {
    problems,
    async open() {
      await media.start();
      if (media.isDark && !isClosed) await beside.toggleCamera();
    },
    track(kind) {
      const copy = (media.track(kind) ?? beside.track(kind))?.clone() ?? null;
      if (!copy) return null;
      copies.push(copy);
      copy.enabled = true;
      return copy;
    },
    close() {
      isClosed = true;
      beside.stop();
      for (const copy of copies) copy.stop();
    },
  };
}

function problemsOf(...sources) {
  const problems = {};
  for (const media of sources) media.addEventListener("problem", ({ detail: { kind, reason } }) => (problems[kind] = reason));
  return problems;
}
