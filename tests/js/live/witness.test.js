import assert from "node:assert/strict";
import test from "node:test";
import { Witness } from "../../../static/js/live/witness.js";
import { FakeClock } from "./fakes.js";

function stand() {
  const clock = new FakeClock();
  const parts = { mesh: { peers: [[7, {}]] }, links: { worst: "good" }, reconnector: { isWell: () => true } };
  return { clock, ...parts, witness: new Witness({ clock, ...parts }) };
}

test("it says for how long somebody's sound or picture came since the server last heard us", async () => {
  const { clock, reconnector, witness } = stand();
  await clock.pass(10_000);
  witness.forget();
  await clock.pass(20_000);
  reconnector.isWell = () => false;
  await clock.pass(30_000);
  assert.deepEqual(witness.testimony(), [{ person: 7, seconds: 20 }]);
  assert.deepEqual(witness.testimony(), [], "once");
});

test("a timer that comes late counts for two seconds, however late", async () => {
  const { clock, witness } = stand();
  await clock.pass(1000);
  clock.now = () => 60_000;
  witness.look();
  assert.deepEqual(witness.testimony(), [{ person: 7, seconds: 3 }]);
});

test("with each beat goes the worst there was since the last one", async () => {
  const { clock, links, reconnector, witness } = stand();
  await clock.pass(3000);
  assert.deepEqual(witness.beat(), { link: "good" });
  links.worst = "sound";
  await clock.pass(1000);
  links.worst = "lowered";
  await clock.pass(2000);
  assert.deepEqual(witness.beat(), { link: "sound" });
  reconnector.isWell = () => false;
  await clock.pass(1000);
  assert.deepEqual(witness.beat(), { link: "stalled" });
});

test("alone in the room there is no link to tell of", () => {
  const { mesh, witness } = stand();
  mesh.peers = [];
  assert.deepEqual(witness.beat(), {});
});
