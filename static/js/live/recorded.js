/**
 * The recording's own composition root, beside room.js (the call), beside.js and company.js: who may be recorded, the red mark, and, in
 * the browser that records, the studio, which is fetched when it is first needed.
 */
import { browserClock as clock, on } from "./clock.js";
import { Recording } from "./recording.js";
import { tellOfTheFilm } from "./recording_news.js";
import { sendLeftovers } from "./recorder/leftovers.js";
import { RecordingPanel } from "./view/recording_panel.js";
import { RecordingSheet } from "./view/recording_sheet.js";

const LOOK_AT_LINKS = 3000;

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./view.js").View} parts.view
 * @param {import("./local_media.js").LocalMedia} parts.media
 * @param {import("./statuses.js").Statuses} parts.statuses
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {import("./link_watch.js").LinkWatch} parts.links
 * @param {{id: number, name: string, role: string}} parts.me
 * @param {string} parts.room public id
 * @param {(id: number) => string|null} parts.nameOf
 * @returns {{enter: (welcome: import("./messages.js").Welcome) => void, stop: () => void}}
 */
export function layRecording({ signaling, view, media, statuses, mesh, links, me, room, nameOf }) {
  const recording = new Recording({ me: me.id, clock, ask: (event, payload) => signaling.ask(event, payload) });
  const panel = new RecordingPanel({ page: document, me, nameOf });
  const known = new Map();
  const people = () => [me, ...mesh.people].filter(({ id }) => recording.state.agreed.includes(id)).map(({ id, name, role }) => ({
    id, name, isMentor: role === "mentor", camera: Boolean(known.get(id)?.camera), sharing: Boolean(known.get(id)?.sharing),
  }));
  const note = (words, tone) => view.note(words, tone);
  const obstacle = (what) => {
    panel.news(what, me.id, note);
    recording.cannot(what);
  };
  const told = tellOfTheFilm({ sheet: new RecordingSheet({ page: document, room }), note, obstacle });
  /** What is sent so far is not all of it while more is being captured. */
  const say = (what, detail = {}) => {
    const isAllSent = what === "done" || (what === "progress" && detail.left === 0);
    if (!isAllSent || !recording.isCapturing) told(what, detail);
  };
  const studio = layStudio({ room, me, signaling, links, say, people });

  on(signaling, "recording", (state) => recording.hear(state));
  on(recording, "change", ({ state, isAsked }) => {
    panel.draw(state, isAsked);
    if (recording.hasFilm) say("film");
    studio.look();
  });
  on(recording, "capture", ({ isWanted }) => studio.capture(isWanted));
  on(recording, "news", ({ what, by }) => panel.news(what, by, note));
  on(recording, "problem", ({ message }) => view.note(message, "warn"));
  on(mesh, "track", ({ from, kind, track }) => studio.line(from, kind, track));
  on(mesh, "joined", studio.look);
  on(mesh, "left", ({ person }) => {
    for (const kind of ["audio", "camera", "screen"]) studio.line(person.id, kind, null);
    studio.look();
  });
  on(media, "track", ({ kind, track }) => studio.line(me.id, kind, track));
  on(statuses, "change", ({ id, status }) => {
    known.set(id, status);
    studio.look();
  });
  sendLeftovers(me.id, say);
  const doings = { record: () => recording.toggle(), agree: () => recording.answer(true), decline: () => recording.answer(false) };
  on(view, "do", ({ what }) => doings[what]?.());

  return {
    enter: (welcome) => recording.hear(welcome.recording, false),
    stop: () => recording.stop(),
  };
}

/** The studio behind its door: it is fetched when our browser is first named, and then hears what went on until now. */
function layStudio({ room, me, signaling, links, say, people }) {
  const lines = new Map();
  let fetched = null;

  async function fetchStudio() {
    const { openStudio } = await import("./recorder/studio.js");
    const made = openStudio({
      room,
      user: me.id,
      tickerAddress: document.querySelector(".room").dataset.ticker,
      announce: (begun) => signaling.ask("segment", begun),
      say,
    });
    for (const { id, kind, track } of lines.values()) made.composer.line(id, kind, track);
    made.composer.people(people());
    clock.every(LOOK_AT_LINKS, () => made.uploader.hold(links.isWeak && !signaling.isOver));
    return made;
  }

  return {
    look: async () => (await fetched)?.composer.people(people()),
    async line(id, kind, track) {
      lines.set(`${kind} ${id}`, { id, kind, track });
      (await fetched)?.composer.line(id, kind, track);
    },
    /** Begun and stopped in quick turns, the last wish counts. */
    async capture(isWanted) {
      if (isWanted) fetched ??= fetchStudio().catch(() => (fetched = null));
      const made = await fetched;
      if (!made) return isWanted && say("unable");
      made.uploader.hold(false);
      return isWanted ? made.start() : made.stop();
    },
  };
}
