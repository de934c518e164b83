import assert from "node:assert/strict";
import test from "node:test";
import { Mesh } from "../../../static/js/live/mesh.js";
import { FakeClock, FakeConnection, listen, settle } from "./fakes.js";

const mira = { id: 1, name: "Mira", role: "mentor", is_here: true };
const lev = { id: 2, name: "Lev", role: "learner", is_here: true };
const ana = { id: 3, name: "Ana", role: "learner", is_here: true };

/** A room in which meshes hear each other as through the server. */
function room() {
  const meshes = new Map();
  const clock = new FakeClock();
  const lost = { signals: false };
  const open = (id) => {
    const mesh = new Mesh({
      clock,
      makeConnection: () => new FakeConnection(),
      send: ({ to, ...message }) => lost.signals || meshes.get(to)?.receive({ sender: id, ...structuredClone(message) }),
    });
    meshes.set(id, mesh);
    return mesh;
  };
  return { open, clock, lost };
}

test("who comes in calls those already there", async () => {
  const { open } = room();
  const [first, second] = [open(1), open(2)];
  first.enter({ me: 1, entry: 7, people: [mira] });
  first.update([mira, lev]);
  second.enter({ me: 2, entry: 8, people: [mira, lev] });
  await settle();
  assert.deepEqual(first.peers.map(([id, peer]) => [id, peer.state, peer.epoch]), [[2, "connected", 8000]]);
  assert.deepEqual(second.peers.map(([id, peer]) => [id, peer.state]), [[1, "connected"]]);
});

test("when the call of the newcomer gets lost, the other side calls", async () => {
  const { open, clock, lost } = room();
  const [first, second] = [open(1), open(2)];
  first.enter({ me: 1, entry: 7, people: [mira] });
  lost.signals = true;
  second.enter({ me: 2, entry: 6, people: [mira, lev] });
  first.update([mira, lev]);
  await settle();
  lost.signals = false;
  await clock.pass(3000);
  assert.equal(first.peers[0][1].state, "connected");
});

test("three people are connected each with each", async () => {
  const { open } = room();
  const meshes = [open(1), open(2), open(3)];
  meshes[0].enter({ me: 1, entry: 1, people: [mira] });
  meshes[1].enter({ me: 2, entry: 2, people: [mira, lev] });
  meshes[0].update([mira, lev]);
  await settle();
  meshes[2].enter({ me: 3, entry: 3, people: [mira, lev, ana] });
  for (const mesh of meshes.slice(0, 2)) mesh.update([mira, lev, ana]);
  await settle();
  for (const mesh of meshes) assert.deepEqual(mesh.peers.map(([, peer]) => peer.state), ["connected", "connected"]);
});

test("coming back after the signalling was lost leaves the media alone", async () => {
  const { open } = room();
  const [first, second] = [open(1), open(2)];
  first.enter({ me: 1, entry: 7, people: [mira] });
  second.enter({ me: 2, entry: 8, people: [mira, lev] });
  first.update([mira, lev]);
  await settle();
  const before = FakeConnection.made.length;
  second.enter({ me: 2, entry: 9, people: [mira, { ...lev }] });
  await settle();
  assert.equal(FakeConnection.made.length, before);
});

test("somebody who reloads the page is connected anew, although their old connection is still known", async () => {
  const { open } = room();
  const first = open(1);
  first.enter({ me: 1, entry: 7, people: [mira] });
  open(2).enter({ me: 2, entry: 8, people: [mira, lev] });
  first.update([mira, lev]);
  await settle();
  const reloaded = open(2);
  reloaded.enter({ me: 2, entry: 9, people: [mira, lev] });
  await settle();
  assert.deepEqual(first.peers.map(([, peer]) => [peer.state, peer.epoch]), [["connected", 9000]]);
  assert.equal(reloaded.peers[0][1].state, "connected");
});

test("who left is forgotten, and said", async () => {
  const { open } = room();
  const first = open(1);
  const heard = listen(first, "joined", "left");
  first.enter({ me: 1, entry: 7, people: [mira, lev] });
  first.update([mira]);
  assert.deepEqual(heard.map(({ type, person }) => [type, person.name]), [["joined", "Lev"], ["left", "Lev"]]);
  assert.deepEqual(first.peers, []);
});

test("somebody who has lost the connection is neither called nor shown, and said once; they are met when they are back", async () => {
  const { open, clock } = room();
  const [reloaded, returning] = [open(1), open(2)];
  const heard = listen(reloaded, "joined", "left", "away");
  const said = () => heard.splice(0).map(({ type, person }) => `${type} ${person.name}`);
  const before = FakeConnection.made.length;
  const gone = { ...lev, is_here: false };
  reloaded.enter({ me: 1, entry: 9, people: [mira, gone] });
  reloaded.update([mira, gone]);
  await clock.pass(10_000);
  assert.deepEqual(said(), ["away Lev"]);
  assert.deepEqual([reloaded.peers, FakeConnection.made.length], [[], before]);
  reloaded.update([mira, lev]);
  returning.enter({ me: 2, entry: 10, people: [mira, lev] });
  await settle();
  assert.deepEqual(said(), ["joined Lev"]);
  assert.equal(reloaded.peers[0][1].state, "connected");
});

test("whoever stayed away is forgotten without a word, and said again when they vanish another time", async () => {
  const { open } = room();
  const first = open(1);
  const heard = listen(first, "joined", "left", "away");
  const gone = { ...lev, is_here: false };
  first.enter({ me: 1, entry: 7, people: [mira] });
  const unheard = { ...mira, is_here: false }; // we ourselves, after a while without the server
  for (const people of [[unheard, gone], [mira], [mira, gone]]) first.update(people);
  assert.deepEqual(heard.map(({ type }) => type), ["away", "away"]);
});

test("a call that stands is left alone while the other side's line to the server is down", async () => {
  const { open } = room();
  const [first, second] = [open(1), open(2)];
  first.enter({ me: 1, entry: 7, people: [mira] });
  second.enter({ me: 2, entry: 8, people: [mira, lev] });
  first.update([mira, lev]);
  await settle();
  const heard = listen(first, "joined", "left", "away");
  assert.equal(first.isHere(2), true);
  first.update([mira, { ...lev, is_here: false }]);
  assert.deepEqual([heard, first.peers[0][1].state, first.isHere(2)], [[], "connected", false]);
  first.update([mira, lev]);
  assert.deepEqual([heard, first.isHere(2)], [[], true]);
});

test("a call from somebody of whom only their return is not yet heard is taken", async () => {
  const { open } = room();
  const [reloaded, returning] = [open(1), open(2)];
  reloaded.enter({ me: 1, entry: 9, people: [mira, { ...lev, is_here: false }] });
  returning.enter({ me: 2, entry: 10, people: [mira, lev] });
  await settle();
  assert.equal(reloaded.peers[0]?.[1].state, "connected");
});

test("a track goes to everybody, and to whoever comes later", async () => {
  const { open } = room();
  const [first, second] = [open(1), open(2)];
  first.enter({ me: 1, entry: 7, people: [mira] });
  await first.setTrack("camera", "face");
  second.enter({ me: 2, entry: 8, people: [mira, lev] });
  first.update([mira, lev]);
  await settle();
  const connection = FakeConnection.made.at(-1);
  assert.ok(connection.getTransceivers().some(({ sender }) => sender.track === "face"));
});

test("a signal from somebody unknown is dropped", async () => {
  const { open } = room();
  const first = open(1);
  first.enter({ me: 1, entry: 7, people: [mira] });
  const before = FakeConnection.made.length;
  first.receive({ sender: 99, epoch: 5, description: { type: "offer", sdp: "hello" }, candidate: null });
  await settle();
  assert.equal(FakeConnection.made.length, before);
});
