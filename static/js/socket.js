// Public module `peerlearn/socket`: one connection per namespace, kept up whatever happens.
//
// Only websockets (no long polling), so no sticky sessions are needed. The page may name several endpoints
// (<body data-endpoints="https://a https://b">): after three failed tries on one, the next is tried.

import { io } from "socket.io-client";
import { nextEndpoint } from "./helpers/endpoints.js";

const TRIES_PER_ENDPOINT = 3;
const sockets = new Map();
/** Those that whoever used them has done with: nothing brings them back while the page is open. */
const closed = new WeakSet();

/** The endpoints of this installation, the page's own origin first. */
export function endpoints() {
  const named = (document.body.dataset.endpoints ?? "").split(/\s+/).filter(Boolean);
  return [...new Set([location.origin, ...named])];
}

/**
 * The socket of a namespace, connected once and shared.
 * Fires `peerlearn:connection` on document.body with {namespace, state: "up"|"down"|"switching"}.
 */
export function openSocket(namespace = "/") {
  if (sockets.has(namespace)) return sockets.get(namespace);
  const socket = io(endpoints()[0] + namespace, {
    transports: ["websocket"],
    multiplex: false, // a line of its own: beside a shared one that waits, connect() starts no new try
    reconnectionDelay: 300,
    reconnectionDelayMax: 5000,
    timeout: 8000,
  });
  sockets.set(namespace, socket);
  followConnection(socket, namespace);
  return socket;
}

/** Close every socket: the person signed out, or is somebody else now. */
export function closeSockets() {
  for (const socket of sockets.values()) socket.disconnect();
  sockets.clear();
}

/** Close one because the person left on purpose. It stays its namespace's socket, so that nobody opens another. */
export function closeForGood(namespace) {
  const socket = openSocket(namespace);
  closed.add(socket);
  socket.disconnect();
}

/** The same as reconnectNow at the endpoint after home, for whoever still tries home alone; offline, no endpoint is better than another. */
export function reconnectElsewhere() {
  for (const [namespace, socket] of sockets) {
    if (isMissed(socket) && navigator.onLine && isAtHome(socket, namespace)) moveOn(socket, namespace);
  }
  reconnectNow();
}

/** Whoever is not connected tries now. A socket that waits for its next try ignores connect(), so it is disconnected first. */
export function reconnectNow() {
  for (const socket of sockets.values()) if (isMissed(socket)) socket.disconnect().connect();
}

function isMissed(socket) {
  return !socket.connected && !closed.has(socket);
}

function followConnection(socket, namespace) {
  let failures = 0;
  socket.on("connect", () => { failures = 0; tell(namespace, "up"); });
  socket.on("disconnect", (reason) => {
    tell(namespace, "down");
    if (reason === "io server disconnect") setTimeout(() => sockets.get(namespace) === socket && isMissed(socket) && socket.connect(), 500);
  });
  socket.on("drain", () => socket.io.engine?.close()); // the server is about to restart: come back elsewhere
  socket.on("connect_error", () => {
    if (!socket.active && !isAtHome(socket, namespace)) moveOn(socket, namespace); // turned away: home knows our cookie
  });
  socket.io.on("error", () => {
    tell(namespace, "down");
    if (!navigator.onLine) return; // it says nothing about the server
    failures += 1;
    if (failures % TRIES_PER_ENDPOINT === 0) moveOn(socket, namespace);
  });
}

function isAtHome(socket, namespace) {
  return socket.io.uri === endpoints()[0] + namespace;
}

/** The next try goes to the next endpoint, if there is another. */
function moveOn(socket, namespace) {
  if (endpoints().length < 2) return;
  socket.io.uri = nextEndpoint(endpoints(), socket.io.uri) + namespace;
  tell(namespace, "switching");
}

function tell(namespace, state) {
  document.body.dispatchEvent(new CustomEvent("peerlearn:connection", { detail: { namespace, state } }));
}

window.addEventListener("online", reconnectNow);
document.addEventListener("visibilitychange", () => document.hidden || reconnectNow());
