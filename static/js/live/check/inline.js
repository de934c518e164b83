/** The video check in the waiting room, with the room's own camera and microphone. Fetched with the first tap. */
import { lent } from "./own_devices.js";
import { Trial } from "./trial.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.section
 * @param {import("../local_media.js").LocalMedia} parts.media
 * @param {import("../mesh.js").Mesh} parts.mesh
 * @param {import("../readiness.js").Readiness} parts.readiness
 * @returns {Trial|null} null when somebody came in while this was fetched: with company nothing is tried
 */
export function beginHere({ section, media, mesh, readiness }) {
  if (mesh.people.length) return null;
  const trial = new Trial({ section, borrow: () => lent(media), readiness });
  mesh.addEventListener("joined", () => trial.stop());
  trial.run();
  return trial;
}
