/** Beside the room, while somebody waits: who is ready, and whether the start moves. The line is the room's own. */
import { openSocket } from "../socket.js";
import { Readiness } from "./readiness.js";

/** Milliseconds after which somebody who still waits looks: by then a call that begins at once has its first picture. */
const SETTLED = 1000;
const readiness = new Readiness({ page: document, whenMoved: () => location.reload() });
const line = openSocket("/live");
line.on("look_again", () => readiness.look());
line.on("connect", () => setTimeout(() => readiness.look(), SETTLED));
