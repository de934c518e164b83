/** Beside the room, while somebody waits: who is ready, and whether the start moves. The line is the room's own. */
import { openSocket } from "../socket.js";
import { Readiness } from "./readiness.js";

const readiness = new Readiness({ page: document, whenMoved: () => location.reload() });
const line = openSocket("/live");
line.on("look_again", () => readiness.look());
line.on("connect", () => readiness.look());
