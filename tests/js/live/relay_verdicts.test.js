import assert from "node:assert/strict";
import { test } from "node:test";
import { relaysSummary, secondLook, wayVerdict } from "../../../static/js/live/check/relay_verdicts.js";

const NOTHING = { line: null, isPlaced: false, code: 0 };

test("a relay that is reached says in how many milliseconds, and when it is far away", () => {
  assert.deepEqual(wayVerdict("UDP", { ...NOTHING, line: { roundTrip: 11.6 } }, false).words, "Reached: 12 ms there and back.");
  assert.equal(wayVerdict("UDP", { ...NOTHING, line: { roundTrip: 500 } }, false).mark, "yellow");
});

const faults = [
  ["nothing answers", { code: 701 }, "unreachable"],
  ["nothing is said at all", {}, "unreachable"],
  ["the credentials are refused", { code: 401 }, "refused"],
  ["it has no place left", { code: 486 }, "full"],
  ["it gives a place and lets nothing through", { isPlaced: true }, "closed"],
];
for (const [story, facts, reason] of faults) {
  test(`when ${story} it is red, with one thing to do for everybody`, () => {
    for (const isAdmin of [true, false]) {
      for (const way of ["UDP", "TCP", "TLS"]) {
        const verdict = wayVerdict(way, { ...NOTHING, ...facts }, isAdmin);
        assert.deepEqual([verdict.mark, verdict.reason], ["red", reason]);
        assert.match(verdict.fix, /^[A-Z].+\.$/);
      }
    }
  });
}

test("only admins are sent to settings and commands", () => {
  const told = (isAdmin) => wayVerdict("UDP", { ...NOTHING, code: 401 }, isAdmin).fix;
  assert.match(told(true), /TURN_SECRET/);
  assert.doesNotMatch(told(false), /TURN_SECRET|flask/);
});

test("one way that works is enough for a relay, and every relay counts", () => {
  const [green, red] = [{ mark: "green" }, { mark: "red" }];
  assert.equal(relaysSummary([[green, red], [red, green]]).mark, "green");
  assert.equal(relaysSummary([[green], [red, red]]).mark, "yellow");
  assert.equal(relaysSummary([[red], [red]]).mark, "red");
});

test("where another relay is reached by the same way, it is the relay that is down and not the network", () => {
  const reached = wayVerdict("UDP", { ...NOTHING, line: { roundTrip: 10 } }, false);
  const silent = (way) => wayVerdict(way, { ...NOTHING, code: 701 }, false);
  const relays = [[{ way: "UDP", verdict: reached }], [{ way: "UDP", verdict: silent("UDP") }, { way: "TCP", verdict: silent("TCP") }]];
  const [[first], [udp, tcp]] = secondLook(relays, false);
  assert.equal(first, reached);
  assert.deepEqual([udp.mark, udp.reason, udp.fix], ["red", "down", "Tell whoever runs PeerLearn."]);
  assert.equal(tcp.reason, "unreachable", "by another way the network may still be at fault");
  assert.match(secondLook(relays, true)[1][0].fix, /turn test/);
});
