import assert from "node:assert/strict";
import test, { after } from "node:test";

// As much of a page as the module asks for. Nobody listens at this port: the sockets only try.
globalThis.window = new EventTarget();
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
globalThis.location = { origin: "http://127.0.0.1:9" };
globalThis.document = Object.assign(new EventTarget(), { hidden: false, body: Object.assign(new EventTarget(), { dataset: {} }) });
const { closeForGood, closeSockets, openSocket, reconnectElsewhere, reconnectNow } = await import("../../static/js/socket.js");

after(() => closeSockets());

function wakeThePage() {
  globalThis.window.dispatchEvent(new Event("online"));
  globalThis.document.dispatchEvent(new Event("visibilitychange"));
  reconnectNow();
  reconnectElsewhere();
}

test("a socket that is not connected tries at once when the page wakes", () => {
  const socket = openSocket("/tries");
  socket.disconnect();
  assert.equal(socket.active, false);
  wakeThePage();
  assert.equal(socket.active, true);
});

test("one that was closed for good stays closed, and is nobody's new one", () => {
  const socket = openSocket("/left");
  closeForGood("/left");
  wakeThePage();
  assert.equal(socket.active, false);
  assert.equal(openSocket("/left"), socket);
  assert.equal(openSocket("/left").active, false);
});

test("each namespace looks for its own way: what one does to its line is nothing to the other", () => {
  const [pages, room] = [openSocket("/pages"), openSocket("/room")];
  assert.notEqual(pages.io, room.io);
  pages.disconnect();
  assert.equal(room.active, true);
});
