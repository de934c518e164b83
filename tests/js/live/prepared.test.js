import assert from "node:assert/strict";
import test from "node:test";
import { Mesh } from "../../../static/js/live/mesh.js";
import { PreparedOffer } from "../../../static/js/live/prepared.js";
import { FakeClock, FakeConnection, settle } from "./fakes.js";

const person = (id, name) => ({ id, name, role: "learner", is_here: true });
const people = [person(1, "Mira"), person(2, "Lev"), person(3, "Ana")];

function newcomer(prepared) {
  const sent = [];
  const made = [];
  const makeConnection = () => made.at(made.push(new FakeConnection()) - 1);
  const offer = prepared ? new PreparedOffer({ makeConnection }) : undefined;
  const mesh = new Mesh({ clock: new FakeClock(), makeConnection, send: (message) => sent.push(message), prepared: offer });
  mesh.tracks.camera = "face";
  return { mesh, sent, made };
}

test("the first one called gets the offer that was made ahead, with its paths and our tracks", async () => {
  const { mesh, sent, made } = newcomer(true);
  await settle();
  assert.equal(sent.length, 0);
  mesh.enter({ me: 2, entry: 5, people: people.slice(0, 2) });
  await settle();
  assert.equal(made.length, 1);
  assert.deepEqual(sent.map(({ to, epoch, description }) => [to, epoch, description?.type]), [[1, 5000, "offer"], [1, 5000, undefined]]);
  assert.deepEqual(made[0].getTransceivers().map(({ sender }) => sender.track), [null, "face", null]);
});

test("everybody else gets one of their own", async () => {
  const { mesh, sent, made } = newcomer(true);
  mesh.enter({ me: 2, entry: 5, people });
  await settle();
  assert.equal(made.length, 2);
  assert.deepEqual(sent.filter(({ description }) => description).map(({ to }) => to).sort(), [1, 3]);
});

test("alone in the room it is let go, and never used to answer", async () => {
  const { mesh, made } = newcomer(true);
  await settle();
  mesh.enter({ me: 1, entry: 5, people: people.slice(0, 1) });
  assert.ok(made[0].isClosed);
  mesh.update(people.slice(0, 2));
  mesh.receive({ sender: 2, epoch: 6000, description: { type: "offer", sdp: "theirs" }, candidate: null });
  await settle();
  assert.equal(made.length, 2);
  assert.equal(made[1].localDescription.type, "answer");
});
