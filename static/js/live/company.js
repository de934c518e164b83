/**
 * What makes the company easier: everything behind More, and the hints about our own devices. The third composition root beside room.js
 * (the call) and beside.js (what lies beside the picture): makes the parts and draws their arrows.
 */
import { browserClock as clock, on } from "./clock.js";
import { Hand } from "./hand.js";
import { Loudness } from "./loudness.js";
import { MicrophoneWatch } from "./microphone_watch.js";
import { layRemoving } from "./removing.js";
import { HeldDialog } from "./view/held_dialog.js";
import { MoreMenu } from "./view/more_menu.js";
import { PictureInPicture } from "./view/picture_in_picture.js";

/** Milliseconds after which somebody who still waits is kept company: by then a call that begins at once has its first picture. */
const SETTLED = 1000;
const KIND_WORDS = { audio: "microphone", camera: "camera" };

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./view.js").View} parts.view
 * @param {import("./local_media.js").LocalMedia} parts.media
 * @param {import("./statuses.js").Statuses} parts.statuses
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {{id: number, role: string}} parts.me
 * @param {(id: number) => string|null} parts.nameOf
 * @param {() => void} parts.tellStatus our own status changed
 * @param {() => void} parts.quit leave the session at once
 * @returns {{status: {hand: boolean}, stop: () => void}} what our status says beside the devices
 */
export function layCompany(parts) {
  const { view, media } = parts;
  const more = new MoreMenu({ page: document });
  const hand = layHand({ ...parts, more });
  const watch = layHints(parts);
  const pip = layPicture(view, more);
  layWaiting(parts);
  const doings = {
    pip: () => pip.toggle().then((isThere) => isThere || view.note("There is no picture to show just now.")),
    hand: () => hand.toggle(),
    lower: ({ person }) => parts.signaling.ask("lower", { person }).catch(() => view.note("The connection is gone for a moment. Please try again.", "warn")),
    devices: layDevices(parts),
    allow: () => allow("devices"),
    "try-devices": () => {
      document.querySelector("#allow").close();
      media.start();
    },
    "try-screen": () => {
      document.querySelector("#allow").close();
      media.toggleShare();
    },
    reopen: () => media.reopen("audio"),
    report: () => {
      parts.quit();
      new HeldDialog(document.querySelector("#report")).open();
    },
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    keys: () => view.keys.list(),
  };
  on(media, "problem", ({ kind, reason }) => kind === "screen" && reason === "denied" && allow("screen"));
  on(parts.signaling, "removed", () => {
    parts.quit();
    location.reload(); // the page says why, and how to come back
  });
  const forMentor = { ...parts, on, clock, page: document };
  if (parts.me.role === "mentor") layRemoving(forMentor);
  more.item("fullscreen").hidden = !document.fullscreenEnabled;
  on(view, "do", ({ what, ...rest }) => doings[what]?.(rest));

  return {
    get status() {
      return { hand: hand.isUp };
    },
    stop() {
      watch.stop();
      pip.leave();
    },
  };
}

/** How what is blocked is allowed. @param {"devices"|"screen"} what */
async function allow(what) {
  const { showHowToAllow } = await import("./view/device_dialogs.js");
  showHowToAllow(document, navigator.userAgent, what);
}

function layWaiting({ signaling, media, mesh }) {
  let fetched = null;
  const lay = (waiting) => waiting.layWaiting({ page: document, media, mesh });
  const fetchOnce = () => (fetched ??= import("./waiting.js").then(lay).catch(() => (fetched = null)));
  on(signaling, "entered", () => clock.after(SETTLED, fetchOnce));
  document.querySelector("[data-check=run]")?.addEventListener("click", () => fetchOnce().then((waiting) => waiting?.check()));
}

function layHand({ signaling, statuses, mesh, view, me, nameOf, tellStatus, more }) {
  const hand = new Hand();
  on(hand, "change", ({ isUp }) => {
    more.item("hand").setAttribute("aria-pressed", String(isUp));
    tellStatus();
    view.note(isUp ? "Your hand is up. Everybody sees it." : "Your hand is down.");
  });
  on(hand, "raised", ({ id }) => {
    if (me.role === "mentor") view.note(`${nameOf(id) ?? "Somebody"} raises a hand`, "mark", { name: "Lower", what: "lower", person: id });
  });
  on(hand, "down", ({ id }) => view.unnote("lower", id));
  on(statuses, "change", ({ id, status }) => id !== me.id && hand.hear(id, status));
  on(mesh, "left", ({ person }) => hand.forget(person.id));
  on(signaling, "lowered", () => hand.toggle(false));
  return hand;
}

function layPicture(view, more) {
  const pip = new PictureInPicture({ page: document, session: navigator.mediaSession });
  view.stage.onlarge = (video) => pip.follow(video);
  more.item("pip").hidden = !pip.isPossible;
  return pip;
}

function layHints({ media, view }) {
  const makeContext = () => new AudioContext({ latencyHint: "playback" });
  const watch = new MicrophoneWatch({ clock, loudness: new Loudness({ makeContext, makeStream: (track) => new MediaStream([track]) }) });
  on(media, "track", ({ kind, track }) => kind === "audio" && watch.use(track));
  on(media, "change", ({ microphone }) => watch.set(microphone));
  on(watch, "talking", () => view.note("You are talking, but you are muted.", "warn", { name: "Unmute", what: "mute" }));
  on(watch, "gone", () => view.deviceProblem({ kind: "audio", reason: "silent" }));
  on(watch, "silent", () => view.note("We hear nothing from your microphone.", "warn", { name: "Choose another", what: "devices" }));
  on(media, "swapped", ({ kind, label }) => view.note(`Your ${KIND_WORDS[kind]} was pulled out. Now in use: ${label || "another one"}.`, "warn", { name: "Change", what: "devices" }));
  on(media, "plugged", ({ kind }) => view.note(`There is a ${KIND_WORDS[kind]} now.`, "info", { name: "Use it", what: kind === "audio" ? "mute" : kind }));
  return watch;
}

/** @returns {() => Promise<void>} opens the dialog, which is fetched when it is first wanted */
function layDevices({ media, view }) {
  let dialog = null;
  let loudness = null;
  const inUse = () => ({ ...media.chosen, ...Object.fromEntries(["audio", "camera"].map((kind) => [kind, media.track(kind)?.getSettings().deviceId ?? media.chosen[kind]])) });
  const listen = () => dialog?.dialog.open && loudness.listen(media.track("audio"));

  async function make() {
    const { DevicesDialog } = await import("./view/device_dialogs.js");
    dialog = new DevicesDialog({ page: document, devices: navigator.mediaDevices });
    loudness = new Loudness({ makeContext: () => new AudioContext(), makeStream: (track) => new MediaStream([track]) });
    clock.every(100, () => dialog.dialog.open && dialog.level(MicrophoneWatch.meter(loudness.look())));
    on(dialog, "close", () => loudness.listen(null));
    on(dialog, "choose", ({ kind, id }) => (kind === "speaker" ? chooseSpeaker(id) : media.choose(kind, id).then(() => dialog.fill())));
  }
  function chooseSpeaker(id) {
    media.remember("speaker", id);
    view.stage.speaker(id).catch(() => view.note("These speakers cannot be used. The ones you had go on.", "warn"));
  }
  if (media.chosen.speaker) view.stage.speaker(media.chosen.speaker).catch(() => {}); // not plugged in today
  on(media, "track", ({ kind }) => kind === "audio" && listen());
  return async () => {
    if (!dialog) await make();
    await dialog.open(inUse);
    listen();
  };
}
