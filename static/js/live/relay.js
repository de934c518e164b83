/** The page that tries every relay by every way: the composition root. What the figures mean is in check/relay_verdicts.js. */
import { tryRelay } from "./check/lines.js";
import { relaysSummary, secondLook, wayVerdict } from "./check/relay_verdicts.js";
import { CheckView } from "./check/view.js";

const WITHIN = 8000;

const section = document.querySelector("#check");
const servers = JSON.parse(section.dataset.ice);
const isAdmin = "admin" in section.dataset;
const view = new CheckView(section);
const steps = servers.flatMap(({ urls }, relay) => urls.map((_, way) => `${relay}-${way}`));
let running = null;

view.addEventListener("do", () => tryAll());
if (steps.length) tryAll();

/** All at once: a dead one takes as long as all of them. */
function tryAll() {
  running ??= run().finally(() => (running = null));
}

async function run() {
  view.begin(steps);
  view.say("Trying…");
  const tried = await Promise.all(servers.map((server, relay) => Promise.all(server.urls.map((url, way) => tryWay(server, url, `${relay}-${way}`)))));
  const verdicts = secondLook(tried, isAdmin);
  verdicts.forEach((ways, relay) => ways.forEach((verdict, way) => view.show(`${relay}-${way}`, verdict)));
  view.end(relaysSummary(verdicts));
}

async function tryWay(server, url, step) {
  const { way } = section.querySelector(`[data-step="${step}"]`).dataset;
  const verdict = wayVerdict(way, await tryRelay({ server, url, within: WITHIN }), isAdmin);
  view.show(step, verdict);
  return { way, verdict };
}
