/**
 * The video check before a session, and the page on which one waits for the doors: the composition root.
 */
import { followNudges, onNudge } from "../nudges.js";
import { opened } from "./check/own_devices.js";
import { Trial } from "./check/trial.js";
import { waitForOpening } from "./doors.js";
import { Readiness } from "./readiness.js";

const readiness = new Readiness({ page: document, whenMoved: openAnew });
const trial = new Trial({ section: document.querySelector("#check"), borrow: opened, readiness });

const { dataset } = document.querySelector("[data-phase]");
if (dataset.phase === "early") waitForOpening(dataset, () => trial.running);
followNudges();
onNudge("bookings", () => readiness.look());

/** The session starts at another time: the page says so, once what is going on is done. */
async function openAnew() {
  await trial.running;
  location.reload();
}
