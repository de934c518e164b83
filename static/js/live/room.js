/**
 * The composition root of the room: makes the parts and draws the arrows between
 * them. No decision is taken here; parts never know each other.
 */
import { closeForGood, openSocket } from "../socket.js";
import { Awake } from "./awake.js";
import { layBeside } from "./beside.js";
import { browserClock as clock, on, readyOnesFirst } from "./clock.js";
import { layCompany } from "./company.js";
import { Countdowns } from "./countdowns.js";
import { askForFeedback, comeBackAndTake, isComingBack } from "./doors.js";
import { openGift } from "./gift.js";
import { holdLine } from "./hold_line.js";
import { LinkWatch } from "./link_watch.js";
import { LinkWords } from "./link_words.js";
import { LocalMedia } from "./local_media.js";
import { Mesh } from "./mesh.js";
import { PreparedOffer } from "./prepared.js";
import { layRecording } from "./recorded.js";
import { Reconnector } from "./reconnect.js";
import { Ways } from "./relays.js";
import { Signaling } from "./signaling.js";
import { Statuses } from "./statuses.js";
import { Stuck } from "./stuck.js";
import { View } from "./view.js";
import { Witness } from "./witness.js";

const { dataset } = document.querySelector("[data-phase]");
({ over: askForFeedback, open: openRoom })[dataset.phase](dataset);

function openRoom({ room, me: myId, name, role, ice }) {
  const me = { id: Number(myId), name, role };
  const ways = new Ways(JSON.parse(ice));
  const stream = new MediaStream();

  // First what has to be waited for: the camera, the connection's first offer, the line. Nothing of it answers before this
  // function is through, so the page is drawn meanwhile.
  const media = new LocalMedia({ devices: navigator.mediaDevices, memory: localStorage });
  media.start();
  const prepared = new PreparedOffer({ makeConnection: ways.connection, stream });
  const [socket, close] = [openSocket("/live"), () => closeForGood("/live")];
  const signaling = new Signaling({ socket, close, room, tab: crypto.randomUUID(), clock, beat: () => witness.beat() });
  signaling.start({ take: isComingBack() });

  const view = new View({ page: document, clock, memory: localStorage, tabMemory: sessionStorage });
  const statuses = new Statuses();
  const mesh = new Mesh({
    clock,
    stream,
    prepared,
    makeConnection: ways.connection,
    send: (message) => signaling.notify("signal", message),
  });
  const reconnector = new Reconnector({ mesh, clock, hasRelay: ways.hasRelay, expectsFlow: (id) => statuses.isSending(id) });
  const stuck = new Stuck({ mesh, reconnector, clock, isIn: () => signaling.isIn });
  const links = new LinkWatch({ mesh, clock, showsFace: (id) => statuses.showsFace(id) });
  const witness = new Witness({ mesh, clock, links, reconnector });
  const awake = new Awake({ locks: navigator.wakeLock, page: document });
  const countdowns = new Countdowns({ clock });

  const status = () => ({ ...media.status, ...company.status, ...beside.status });
  const shareStatus = () => {
    statuses.set(me.id, status());
    signaling.notify("status", status());
  };
  const nameOf = (id) => mesh.people.find((person) => person.id === id)?.name ?? null;
  const weakness = new LinkWords({ clock, nameOf, say: (words, about) => view.note(words, "info", [], { about, closes: true }) });
  const beside = layBeside({ signaling, statuses, mesh, links, view, me, room, nameOf, tellStatus: () => shareStatus() });
  const company = layCompany({ signaling, view, media, statuses, mesh, me, nameOf, quit, tellStatus: () => shareStatus() });
  const recording = layRecording({ signaling, view, media, statuses, mesh, links, me, room, nameOf });
  const complain = (problem) =>
    view.note(problem.code ? problem.message : "The connection is gone for a moment. Please try again.", "warn");
  const line = holdLine({ signaling, mesh, stuck, view, clock, nameOf, complain });

  function hangUp() {
    recording.stop();
    for (const part of [reconnector, stuck, links, witness, mesh, media, countdowns, line, awake, company, beside]) part.stop();
    view.ending(null);
  }

  function quit() {
    beside.stop();
    signaling.leave();
    hangUp();
  }

  function finish(mayReturn) {
    quit();
    view.feedback(countdowns.hasMet, { mayReturn });
  }

  awake.start();
  view.stage.add(me, true);
  view.controls(media.status, media.canShare);

  // The line to the server
  on(signaling, "kept", () => witness.forget());
  on(signaling, "entered", async ({ welcome }) => {
    const received = witness.testimony();
    if (received.length) signaling.notify("testify", { received });
    ways.servers = welcome.ice;
    mesh.enter({ ...welcome, people: welcome.pulse.people });
    await readyOnesFirst();
    view.seat.close();
    beside.enter(welcome);
    recording.enter(welcome);
    countdowns.hear(welcome.pulse);
    reconnector.socketUp();
    shareStatus();
  });
  on(signaling, "pulse", ({ pulse }) => {
    mesh.update(pulse.people);
    countdowns.hear(pulse);
  });
  on(signaling, "signal", (signal) => mesh.receive(signal));
  on(signaling, "thanks", (thanks) => view.note(`Thank you! ${thanks.name} gave you ${thanks.amount}`, "mark"));
  on(signaling, "status", ({ sender, ...news }) => statuses.set(sender, news));
  on(signaling, "down", () => reconnector.socketDown());
  on(signaling, "elsewhere", () => view.askForSeat("You are in this session in another tab."));
  on(signaling, "replaced", () => {
    hangUp();
    view.askForSeat("You have joined this session in another tab.");
  });
  on(signaling, "refused", (problem) => {
    hangUp();
    view.refused(problem);
  });
  on(signaling, "ended", () => finish(false));

  // The others
  on(mesh, "joined", ({ person }) => {
    shareStatus();
    view.welcome(person);
  });
  on(mesh, "away", ({ person }) => view.note(`${person.name} lost the connection`));
  on(mesh, "left", ({ person }) => {
    statuses.forget(person.id);
    view.farewell(person);
  });
  on(mesh, "track", ({ from, kind, track }) => {
    view.stage.track(from, kind, track);
    statuses.repeat(from);
  });
  on(mesh, "state", ({ state }) => state === "connected" && shareStatus());
  on(statuses, "change", ({ id, status: news }) => {
    view.stage.status(id, news);
    if (id !== me.id) view.share.theirs(id, news.sharing ? nameOf(id) : null);
  });
  on(reconnector, "health", ({ from, health }) => view.stage.health(from, health));
  on(stuck, "stuck", ({ from, isStuck }) => view.stage.stuck(from, isStuck));
  on(links, "buffering", (news) => {
    view.stage.buffering(news.from, news.isStanding);
    weakness.buffering(news);
  });
  on(links, "optimizing", (news) => weakness.optimizing(news));

  // Ourselves
  on(media, "track", ({ kind, track }) => {
    mesh.setTrack(kind, track);
    if (kind !== "audio") view.stage.track(me.id, kind, track);
    if (kind === "screen") view.share.mine(track);
  });
  on(media, "change", (mine) => {
    view.controls(mine, media.canShare);
    shareStatus();
  });
  on(media, "problem", (problem) => view.deviceProblem(problem));
  on(countdowns, "tick", ({ timer, left, isClosing, isRunning, endingIn, decidesIn }) => {
    view.timer(timer, left, { isRunning, isClosing });
    view.ending(endingIn);
    view.decision(decidesIn);
  });
  on(countdowns, "over", ({ stopsIn }) => view.timeUp(stopsIn));
  on(countdowns, "closing", ({ minutes }) => view.note(`This room closes in ${minutes === 1 ? "a minute" : `${minutes} minutes`}`, "warn"));

  // What the person does
  const doings = {
    mute: () => media.toggleMute(),
    camera: () => media.toggleCamera(),
    share: () => media.toggleShare(),
    gift: (url) => openGift(url).catch(complain),
    ...line.doings,
    whiteboard: () => view.side.toggle("whiteboard"),
    take: () => (signaling.isOver ? comeBackAndTake() : signaling.enter({ take: true })),
    wait: () => signaling.ask("wait_longer", {}).catch(complain),
    undo: () => signaling.ask("undo_end", {}).then(() => view.sheet.close(), complain),
    end: () => (role === "mentor" ? signaling.ask("end", {}).then(() => view.feedback(countdowns.hasMet, { isModal: false }), complain) : finish(true)),
  };
  on(view, "do", ({ what, url }) => doings[what]?.(url));
  on(view.share, "hint", ({ hint }) => media.hintScreen(hint));
  addEventListener("pagehide", () => signaling.notify("leave", {}));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
