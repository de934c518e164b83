/**
 * The composition root of the room: makes the parts and draws the arrows between
 * them. No decision is taken here; parts never know each other.
 */
import { openSocket } from "../socket.js";
import { Chat } from "./chat.js";
import { browserClock } from "./clock.js";
import { LocalMedia } from "./local_media.js";
import { Mesh } from "./mesh.js";
import { Reconnector } from "./reconnect.js";
import { Signaling } from "./signaling.js";
import { Countdowns } from "./countdowns.js";
import { View } from "./view.js";

const phases = {
  early: ({ opensIn }) => setTimeout(() => location.reload(), Math.min(opensIn * 1000, 2 ** 31 - 1)),
  over: () => {
    const dialog = document.querySelector("#feedback");
    dialog.close();
    dialog.showModal();
  },
  open: openRoom,
};

const { dataset } = document.querySelector("[data-phase]");
phases[dataset.phase](dataset);

function openRoom({ room, me: myId, name, role }) {
  const me = { id: Number(myId), name, role };
  const clock = browserClock;
  const statuses = new Map();
  let iceServers = [];

  const view = new View({ page: document, clock, memory: localStorage });
  const media = new LocalMedia({ devices: navigator.mediaDevices });
  const signaling = new Signaling({ socket: openSocket("/live"), room, tab: crypto.randomUUID(), clock });
  const mesh = new Mesh({
    clock,
    stream: new MediaStream(),
    makeConnection: () => new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }),
    send: (message) => signaling.notify("signal", message),
  });
  const expectsFlow = (id) => isSending(statuses.get(id));
  const reconnector = new Reconnector({ mesh, clock, expectsFlow });
  const chat = new Chat({ send: (line) => signaling.ask("say", line), newId: () => crypto.randomUUID() });
  const countdowns = new Countdowns({ clock });

  view.stage.add(me, true);
  view.controls(media.status, media.canShare);
  signaling.start({ take: Boolean(history.state?.take) });
  media.start();

  // The line to the server
  on(signaling, "entered", ({ welcome }) => {
    history.replaceState(null, "");
    iceServers = welcome.ice;
    view.line("up");
    view.closeSeat();
    mesh.enter({ ...welcome, people: welcome.pulse.people });
    chat.enter(welcome);
    countdowns.hear(welcome.pulse);
    reconnector.socketUp();
    shareStatus();
  });
  on(signaling, "pulse", ({ pulse }) => {
    mesh.update(pulse.people);
    countdowns.hear(pulse);
  });
  on(signaling, "signal", (signal) => mesh.receive(signal));
  on(signaling, "said", (line) => chat.hear(line));
  on(signaling, "status", ({ sender, ...status }) => {
    statuses.set(sender, status);
    showStatus(sender);
  });
  on(signaling, "down", () => {
    view.line("down");
    reconnector.socketDown();
  });
  on(signaling, "elsewhere", ({ message }) => view.askForSeat("Join here instead?", message.replace(" Join here instead?", "")));
  on(signaling, "replaced", () => {
    hangUp();
    view.askForSeat("Join here instead?", "You have joined this session in another tab.");
  });
  on(signaling, "refused", (problem) => {
    hangUp();
    view.refused(problem);
  });
  on(signaling, "ended", () => finish());

  // The others
  on(mesh, "joined", ({ person }) => {
    view.stage.add(person);
    view.note(`${person.name} is here`);
  });
  on(mesh, "left", ({ person }) => {
    statuses.delete(person.id);
    view.stage.remove(person);
    view.note(`${person.name} has left`);
  });
  on(mesh, "track", ({ from, kind, track }) => {
    view.stage.track(from, kind, track);
    showStatus(from);
  });
  on(mesh, "state", ({ state }) => state === "connected" && shareStatus());
  on(reconnector, "health", ({ from, health }) => view.stage.health(from, health));

  // Ourselves
  on(media, "track", ({ kind, track }) => {
    mesh.setTrack(kind, track);
    if (kind !== "audio") view.stage.track(me.id, kind, track);
  });
  on(media, "change", () => {
    view.controls(media.status, media.canShare);
    statuses.set(me.id, media.status);
    showStatus(me.id);
    shareStatus();
  });
  on(media, "problem", (problem) => view.deviceProblem(problem));
  on(chat, "change", ({ lines }) => view.chat.draw(lines, me.id));
  on(chat, "heard", () => view.chat.heard());
  on(countdowns, "tick", ({ timer, left, isRunning, endingIn }) => {
    view.timer(timer, left, isRunning);
    view.ending(endingIn);
  });
  view.stage.onsilence = () => view.tapToHear(true);

  // What the person does
  const doings = {
    mute: () => media.toggleMute(),
    camera: () => media.toggleCamera(),
    share: () => media.toggleShare(),
    take: () => (signaling.isOver ? takeAfterReload() : signaling.enter({ take: true })),
    undo: () => signaling.ask("undo_end", {}).then(() => view.closeFeedback(), complain),
    end: () => (role === "mentor" ? signaling.ask("end", {}).then(() => view.feedback(countdowns.hasMet, false), complain) : finish()),
  };
  on(view, "do", ({ what }) => doings[what]?.());
  on(view, "say", ({ text }) => chat.say(text));
  addEventListener("pagehide", () => signaling.notify("leave", {}));
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  function showStatus(id) {
    const person = mesh.people.find((somebody) => somebody.id === id) ?? me;
    if (statuses.has(id)) view.stage.status(id, statuses.get(id), person.name);
  }

  function shareStatus() {
    signaling.notify("status", media.status);
  }

  function hangUp() {
    countdowns.stop();
    reconnector.close();
    mesh.close();
    media.stop();
  }

  function finish() {
    signaling.leave();
    hangUp();
    view.ending(null);
    view.feedback(countdowns.hasMet);
  }

  function complain(problem) {
    view.note(problem.code ? problem.message : "The connection is gone for a moment. Please try again.", "warn");
  }
}

function takeAfterReload() {
  history.replaceState({ take: true }, "");
  location.reload();
}

function isSending(status) {
  return Boolean(status && (status.microphone !== "off" || status.camera || status.sharing));
}

function on(part, type, listener) {
  part.addEventListener(type, ({ detail }) => listener(detail));
}
