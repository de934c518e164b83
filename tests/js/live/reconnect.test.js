import assert from "node:assert/strict";
import test from "node:test";
import { decide, inboundBytes, isDetour, Reconnector } from "../../../static/js/live/reconnect.js";
import { FakeClock, listen } from "./fakes.js";

const fine = {
  now: 100_000, state: "connected", stateSince: 50_000, flowedAt: 99_800, expectsFlow: true, hasSocket: true,
  restartedAt: null, tries: 0, triedAt: -Infinity, wasEverHealthy: true,
};
const given = (facts) => decide({ ...fine, ...facts });

const decisions = [
  ["bytes come in: all is well", {}, "ok", null],
  ["nothing comes, and nothing is meant to come", { flowedAt: 0, expectsFlow: false }, "ok", null],
  ["nothing came for a second: not worth a word", { flowedAt: 99_000 }, "ok", null],
  ["nothing came for one and a half: say so, wait", { flowedAt: 98_400 }, "mending", null],
  ["silent for six seconds though connected: a fresh connection", { flowedAt: 93_900 }, "mending", "renew"],
  ["disconnected a moment ago: it may heal itself", { state: "disconnected", stateSince: 99_000 }, "mending", null],
  ["disconnected for two seconds: new paths", { state: "disconnected", stateSince: 98_000 }, "mending", "restart"],
  ["new paths asked for: give them time", { state: "disconnected", stateSince: 97_000, restartedAt: 98_000 }, "mending", null],
  ["new paths did not help in three seconds: fresh", { state: "disconnected", stateSince: 90_000, restartedAt: 97_000 }, "mending", "renew"],
  ["failed: fresh at once", { state: "failed", stateSince: 100_000 }, "mending", "renew"],
  ["failed again: not before a second has passed", { state: "failed", tries: 1, triedAt: 99_500 }, "mending", null],
  ["failed again, a second later", { state: "failed", tries: 1, triedAt: 99_000 }, "mending", "renew"],
  ["the third try waits two seconds", { state: "failed", tries: 2, triedAt: 98_500 }, "mending", null],
  ["later tries wait four, and never stop", { state: "failed", tries: 9, triedAt: 96_000 }, "mending", "renew"],
  ["without a socket nothing can be mended", { state: "failed", hasSocket: false }, "mending", null],
  ["a first connection may take its time", { state: "connecting", stateSince: 95_000, wasEverHealthy: false }, "connecting", null],
  ["but not for ever", { state: "connecting", stateSince: 92_000, wasEverHealthy: false }, "connecting", "renew"],
];

for (const [story, facts, health, act] of decisions) {
  test(story, () => assert.deepEqual(given(facts), { health, act }));
}

test("only what comes in counts", () => {
  const report = new Map([
    ["a", { type: "inbound-rtp", bytesReceived: 100 }],
    ["b", { type: "inbound-rtp", bytesReceived: 20 }],
    ["c", { type: "outbound-rtp", bytesSent: 5000 }],
  ]);
  assert.equal(inboundBytes(report), 120);
});

class FakePeer {
  state = "connected";
  bytes = 1000;
  isFlowing = true;
  calls = [];

  async stats() {
    if (this.isFlowing) this.bytes += 5000;
    return new Map([["in", { type: "inbound-rtp", bytesReceived: this.bytes }]]);
  }

  callAgain({ onlyRelay }) {
    if (this.isOvertaken) return Promise.resolve(false);
    this.calls.push(onlyRelay ? "detour" : "renew");
    return Promise.resolve(true);
  }

  restart() {
    this.calls.push("restart");
  }
}

function watched({ hasRelay = true, clock = new FakeClock() } = {}) {
  const mesh = new EventTarget();
  const peer = new FakePeer();
  mesh.peers = [[2, peer]];
  const reconnector = new Reconnector({ mesh, expectsFlow: () => true, hasRelay: () => hasRelay, clock });
  reconnector.socketUp();
  return { clock, mesh, peer, reconnector, health: listen(reconnector, "health") };
}

test("the word appears within two and a half seconds, and goes when the picture is back", async () => {
  const { clock, peer, health } = watched();
  await clock.pass(3000);
  peer.isFlowing = false;
  await clock.pass(2500);
  peer.isFlowing = true;
  await clock.pass(1000);
  assert.deepEqual(health.map((event) => event.health), ["ok", "mending", "ok"]);
});

test("when the socket is back and the media stopped, there is a fresh connection at once", async () => {
  const { clock, peer, reconnector } = watched();
  await clock.pass(3000);
  reconnector.socketDown();
  peer.isFlowing = false;
  await clock.pass(10_000);
  assert.deepEqual(peer.calls, []);
  reconnector.socketUp();
  assert.deepEqual(peer.calls, ["renew"]);
});

test("when only the socket was away and the call went on, nothing is touched", async () => {
  const { clock, peer, reconnector, health } = watched();
  await clock.pass(3000);
  reconnector.socketDown();
  await clock.pass(10_000);
  reconnector.socketUp();
  await clock.pass(2000);
  assert.deepEqual(peer.calls, []);
  assert.deepEqual(health.map((event) => event.health), ["ok"]);
});

test("a page that had no time to look for a while looks again before it gives up a call that goes on", async () => {
  const turned = new FakeClock();
  let late = 0;
  const { peer, reconnector } = watched({ clock: { ...turned, now: () => turned.now() + late } });
  await turned.pass(3000);
  reconnector.socketDown();
  late = 4000;
  reconnector.socketUp();
  await turned.pass(0);
  assert.deepEqual(peer.calls, []);
  peer.isFlowing = false;
  late = 8000;
  reconnector.socketUp();
  await turned.pass(0);
  assert.deepEqual(peer.calls, ["renew"]);
});

test("when the other side calls under an older number, we call under a newer one at once", async () => {
  const { clock, mesh, peer } = watched();
  await clock.pass(3000);
  mesh.dispatchEvent(new CustomEvent("outdated", { detail: { from: 2 } }));
  assert.deepEqual(peer.calls, [], "a call that works is left alone");
  peer.isFlowing = false;
  await clock.pass(2000);
  mesh.dispatchEvent(new CustomEvent("outdated", { detail: { from: 2 } }));
  assert.deepEqual(peer.calls, ["renew"]);
});

const detours = [
  ["the first fresh connection takes any way", { tries: 0, failures: 1 }, false],
  ["so does the second, when the first merely took too long", { tries: 1, failures: 1 }, false],
  ["when the browser gave up twice, the next goes over the relay", { tries: 1, failures: 2 }, true],
  ["the last of the three goes over the relay whatever happened", { tries: 2, failures: 0 }, true],
  ["the one after it takes any way again: the relay may be what is broken", { tries: 3, failures: 9 }, false],
  ["and so on in turn", { tries: 4, failures: 9 }, true],
];
for (const [story, facts, expected] of detours) {
  test(story, () => assert.equal(isDetour({ ...facts, hasRelay: true }), expected));
}

/** A call that breaks and that no fresh connection mends; each of them runs into `failed`. */
async function broken(options) {
  const parts = watched(options);
  const { clock, mesh, peer } = parts;
  await clock.pass(3000);
  Object.assign(peer, { isFlowing: false, state: "failed" });
  mesh.dispatchEvent(new CustomEvent("state", { detail: { from: 2, state: "failed" } }));
  return parts;
}

test("the third try goes over the relay and says so, and the words go when the call is back", async () => {
  const { clock, peer, health } = await broken();
  await clock.pass(4000);
  assert.deepEqual(peer.calls, ["renew", "renew", "detour"]);
  assert.deepEqual(health.map((event) => event.health), ["ok", "mending", "detour"]);
  Object.assign(peer, { isFlowing: true, state: "connected" });
  await clock.pass(1000);
  assert.equal(health.at(-1).health, "ok");
});

test("without a relay it stays at Reconnecting: no word of a way that is not there", async () => {
  const { clock, peer, health } = await broken({ hasRelay: false });
  await clock.pass(20_000);
  assert.ok(peer.calls.length > 3);
  assert.deepEqual([...new Set(peer.calls)], ["renew"]);
  assert.deepEqual(health.map((event) => event.health), ["ok", "mending"]);
});

test("a try that the other side's call overtook was none: the relay's turn is not lost with it", async () => {
  const { clock, peer } = await broken();
  await clock.pass(1500);
  assert.deepEqual(peer.calls, ["renew", "renew"]);
  peer.isOvertaken = true;
  await clock.pass(2500);
  peer.isOvertaken = false;
  await clock.pass(4500);
  assert.equal(peer.calls[2], "detour");
});
