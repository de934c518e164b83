import assert from "node:assert/strict";
import test from "node:test";
import { Stuck } from "../../../static/js/live/stuck.js";
import { tell } from "../../../static/js/live/clock.js";
import { FakeClock, listen } from "./fakes.js";

/** One person at the other end, whose connection is renewed by whichever side. */
function scene() {
  const clock = new FakeClock();
  const peer = { epoch: 0 };
  const facts = { isHere: true, isWell: false, isIn: true };
  const mesh = Object.assign(new EventTarget(), { peers: [[2, peer]], isHere: () => facts.isHere });
  const reconnector = Object.assign(new EventTarget(), { isWell: () => facts.isWell });
  const stuck = new Stuck({ mesh, reconnector, clock, isIn: () => facts.isIn });
  const renew = async (times) => {
    for (let time = 0; time < times; time += 1) {
      peer.epoch += 1;
      await clock.pass(3000);
    }
  };
  return { clock, peer, facts, mesh, renew, heard: listen(stuck, "stuck") };
}

test("after the third renewal that brought nothing it is said, once, while the trying goes on", async () => {
  const { clock, renew, heard } = scene();
  await renew(3); // the first call, and two renewals
  await clock.pass(60_000);
  assert.deepEqual(heard, []);
  await renew(1);
  assert.deepEqual(heard, [], "the third has its time");
  await clock.pass(1500);
  assert.deepEqual(heard.map(({ from, isStuck }) => [from, isStuck]), [[2, true]]);
  await renew(5);
  assert.equal(heard.length, 1);
});

test("renewals that follow each other fast count as well", async () => {
  const { clock, peer, heard } = scene();
  for (peer.epoch = 1; peer.epoch < 6; peer.epoch += 1) await clock.pass(1000);
  assert.equal(heard.length, 1);
});

test("two fresh connections at once, one from each side, are one renewal", async () => {
  const { clock, peer, heard } = scene();
  for (let time = 0; time < 4; time += 1) {
    peer.epoch += 1;
    await clock.pass(500);
    peer.epoch += 1;
    await clock.pass(2500);
    if (time < 3) assert.deepEqual(heard, []);
  }
  await clock.pass(1500);
  assert.equal(heard.length, 1);
});

test("what gets through at last is well at once, and stays unsaid once it lasts", async () => {
  const { clock, facts, renew, heard } = scene();
  await renew(5);
  facts.isWell = true;
  await clock.pass(1500);
  assert.equal(heard.length, 1, "a fresh connection counts as well for a moment even if nothing comes");
  await clock.pass(2500);
  assert.equal(heard.at(-1).isStuck, false);
  facts.isWell = false;
  await renew(2);
  assert.equal(heard.length, 2);
});

test("a connection that stands but brings nothing is stuck like one that never stood", async () => {
  const { clock, peer, facts, heard } = scene();
  for (let time = 0; time < 5; time += 1) {
    peer.epoch += 1;
    facts.isWell = true;
    await clock.pass(1500);
    facts.isWell = false;
    await clock.pass(6000);
  }
  assert.deepEqual(heard.map(({ isStuck }) => isStuck), [true]);
});

test("where their line or ours is down, that is what is wrong, and the count begins anew", async () => {
  for (const [what, when] of [["isHere", "late"], ["isIn", "late"], ["isHere", "soon"], ["isIn", "soon"]]) {
    const { clock, facts, renew, heard } = scene();
    await renew(when === "late" ? 6 : 3);
    const said = heard.length;
    facts[what] = false;
    await renew(4);
    facts[what] = true;
    await renew(2);
    await clock.pass(60_000);
    assert.equal(heard.length, when === "late" ? said + 1 : 0);
    assert.equal(heard.at(-1)?.isStuck ?? false, false);
  }
});

test("whoever leaves is not stuck any more", async () => {
  const { mesh, renew, heard } = scene();
  await renew(6);
  mesh.peers = [];
  tell(mesh, "left", { person: { id: 2 } });
  assert.equal(heard.at(-1).isStuck, false);
});
