import assert from "node:assert/strict";
import test from "node:test";
import { RecordingSheet } from "../../../static/js/live/view/recording_sheet.js";

const FIND = "You find it with this session in a few minutes.";

function sheet({ hidden = true } = {}) {
  const place = { hidden, textContent: "", dataset: {} };
  const part = new RecordingSheet({ room: "r", page: { querySelector: () => place } });
  return { part, said: (...news) => { for (const [what, detail] of news) part.hear(what, detail); return place.hidden ? null : place.textContent; } };
}

test("everybody reads that the session was recorded, whoever's browser did it", () => {
  assert.equal(sheet().said(["film"]), `This session was recorded. ${FIND}`);
});

test("the browser that recorded says how far saving is, and then that it is saved", () => {
  const { said } = sheet();
  assert.match(said(["film"], ["progress", { left: 3 }]), /3 seconds of film left to send/);
  assert.equal(said(["done", { rooms: ["r"] }]), `The recording is saved. ${FIND}`);
});

test("what was left of another session says nothing about this one", () => {
  assert.equal(sheet().said(["progress", { left: 1 }], ["done", { rooms: ["another"] }]), null);
  assert.equal(sheet().said(["film"], ["gone", { room: "another" }]), `This session was recorded. ${FIND}`);
  assert.equal(sheet().said(["film"], ["gone", { room: "r" }]), "The recording was deleted.");
});

test("that nothing could be recorded is not covered by a claim that it was saved", () => {
  assert.equal(sheet().said(["unable"], ["done", { rooms: [] }]), "Nothing was recorded: no browser here could.");
  assert.equal(sheet().said(["unable"], ["film"], ["done", { rooms: [] }]), `This session was recorded. ${FIND}`);
});

test("a device that was full says that the film is not whole", () => {
  const { said } = sheet();
  assert.match(said(["film"], ["progress", { left: 0 }], ["full"], ["done", { rooms: ["r"] }]), /no room for all of the recording. What was captured is saved/);
});

test("a server that is full is not called a lost connection", () => {
  assert.match(sheet().said(["film"], ["trouble", { status: 507 }]), /server has no room/);
  assert.match(sheet().said(["trouble", { status: 0 }]), /when the connection is back/);
  assert.match(sheet().said(["trouble", { status: 500 }], ["progress", { left: 2 }]), /2 seconds/);
});

test("what the page says already stays until there is more to say", () => {
  assert.equal(sheet({ hidden: false }).said(["done", { rooms: [] }]), `This session was recorded. ${FIND}`);
});
