import assert from "node:assert/strict";
import { test } from "node:test";
import { camera, microphone, network, relay, reportOf, speakers, summary } from "../../../static/js/live/check/verdicts.js";
import { hasRelay } from "../../../static/js/live/relays.js";

const LINE = { reached: "host", roundTrip: 2 };
const allFine = () => ({
  camera: camera({ frames: 40, brightness: 120 }),
  microphone: microphone({ peak: 0.3 }),
  speakers: speakers({ played: true, answer: "heard" }),
  network: network({ line: LINE, server: 12 }),
  relay: relay({ isSetUp: false, line: null }),
});

test("a picture that moves and is not black is green", () => {
  assert.deepEqual(camera({ frames: 40, brightness: 120 }), { mark: "green", reason: "fine", words: "Your picture is clear." });
});

test("a stream without pictures, and a covered lens, are each told apart", () => {
  assert.equal(camera({ frames: 1, brightness: 120 }).reason, "still");
  assert.equal(camera({ frames: 40, brightness: 2 }).reason, "black");
});

for (const problem of ["denied", "busy", "missing", "asked"]) {
  test(`a device that is ${problem} is red, with one fix in a sentence`, () => {
    for (const verdict of [camera({ problem }), microphone({ problem })]) {
      assert.deepEqual([verdict.mark, verdict.reason], ["red", problem]);
      assert.match(verdict.fix, /^[A-Z].+\.$/);
    }
  });
}

test("whatever is wrong with the camera, joining without one is allowed and said", () => {
  const wrong = [...["denied", "busy", "missing", "asked"].map((problem) => ({ problem })), { frames: 0 }, { frames: 9, brightness: 0 }];
  for (const seen of wrong) assert.match(camera(seen).fix, /You can join without a camera\.$/);
});

test("a microphone that gives nothing is silent, one far away is faint", () => {
  assert.deepEqual([microphone({ peak: 0 }).mark, microphone({ peak: 0 }).reason], ["red", "silent"]);
  assert.deepEqual([microphone({ peak: 0.01 }).mark, microphone({ peak: 0.01 }).reason], ["yellow", "faint"]);
  assert.equal(microphone({ peak: 0.2 }).mark, "green");
});

test("the person says whether they heard it, whatever the browser thinks", () => {
  assert.equal(speakers({ played: false, answer: "heard" }).mark, "green");
  assert.equal(speakers({ played: true, answer: "unheard" }).mark, "red");
  assert.equal(speakers({ played: true, answer: null }).mark, "yellow");
  assert.equal(speakers({ played: false, answer: null }).reason, "unplayed");
});

test("the network is told with how it was reached and both round trips", () => {
  const verdict = network({ line: LINE, server: 12.4 });
  assert.equal(verdict.mark, "green");
  assert.equal(verdict.words, "Calls get through. Directly, 2 ms; PeerLearn answers in 12 ms.");
  assert.match(network({ line: { reached: "relay", roundTrip: 80 }, server: 9 }).words, /Over the relay, 80 ms/);
});

test("no call, no server and a slow line are three different things", () => {
  assert.deepEqual([network({ line: null, server: 12 }).mark, network({ line: null, server: 12 }).reason], ["red", "blocked"]);
  assert.equal(network({ line: LINE, server: null }).reason, "offline");
  assert.deepEqual([network({ line: LINE, server: 900 }).mark, network({ line: LINE, server: 900 }).reason], ["yellow", "slow"]);
});

test("the relay: none here, not reached, reached", () => {
  assert.deepEqual(relay({ isSetUp: false, line: null }), { mark: "none", reason: "none", words: "No relay is set up here." });
  assert.equal(relay({ isSetUp: true, line: null }).mark, "red");
  assert.ok(relay({ isSetUp: true, line: null }).fix);
  assert.match(relay({ isSetUp: true, line: { reached: "relay", roundTrip: 30 } }).words, /30 ms/);
});

test("only TURN servers are relays", () => {
  assert.equal(hasRelay([]), false);
  assert.equal(hasRelay([{ urls: ["stun:one.example"] }]), false);
  assert.equal(hasRelay([{ urls: ["stun:one.example", "turns:two.example:443"] }]), true);
});

test("all green says the sentence it was given, a relay that is not set up does not stand in its way", () => {
  assert.deepEqual(summary(allFine(), "Clear video, ready to teach!"), { mark: "green", words: "Clear video, ready to teach!" });
});

test("red speaks before yellow, and names what is to mend", () => {
  const results = { ...allFine(), microphone: microphone({ peak: 0 }), network: network({ line: LINE, server: 900 }) };
  assert.deepEqual(summary(results, ""), { mark: "red", words: "Something to mend: microphone. You can join all the same." });
  assert.equal(summary({ ...results, microphone: microphone({ peak: 1 }) }, "").words, "You can join. Not perfect yet: network.");
});

test("without a camera only, the last word is that one can join", () => {
  const results = { ...allFine(), camera: camera({ problem: "missing" }) };
  assert.equal(summary(results, "").words, "All else is ready. You can join without a camera.");
});

test("the server is told marks and reasons, and nothing more", () => {
  assert.deepEqual(reportOf({ camera: camera({ problem: "busy" }) }), { camera: { mark: "red", reason: "busy" } });
});

test("every red result has exactly one sentence of fix, besides the one about joining without a camera", () => {
  const reds = [microphone({ peak: 0 }), speakers({ played: true, answer: "unheard" }), speakers({ played: false, answer: null }),
    network({ line: null, server: 1 }), network({ line: LINE, server: null }), relay({ isSetUp: true, line: null })];
  for (const { fix } of reds) assert.equal(fix.match(/[.!?](?:\s|$)/g).length, 1, fix);
});
