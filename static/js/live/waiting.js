/** Beside the room, while somebody waits: who is ready, whether the start moves, and the video check. Fetched once we are in. */
import { openSocket } from "../socket.js";
import { Readiness } from "./readiness.js";

/**
 * @param {object} parts
 * @param {Document} parts.page
 * @param {import("./local_media.js").LocalMedia} parts.media lent to the check
 * @param {import("./mesh.js").Mesh} parts.mesh whoever comes ends it
 * @returns {{check: () => Promise<void>}}
 */
export function layWaiting({ page, media, mesh }) {
  const readiness = new Readiness({ page, whenMoved: () => page.location.reload() });
  const line = openSocket("/live");
  line.on("look_again", () => readiness.look());
  line.on("connect", () => readiness.look());
  readiness.look();
  let trial = null;
  return {
    /** The first tap on Check now; what follows is the trial's own. */
    async check() {
      trial ??= import("./check/inline.js").then(({ beginHere }) => beginHere({ section: page.querySelector("#check"), media, mesh, readiness }));
      if (!(await trial.catch(() => null))) trial = null;
    },
  };
}
