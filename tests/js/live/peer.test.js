import assert from "node:assert/strict";
import test from "node:test";
import { Peer } from "../../../static/js/live/peer.js";
import { FakeConnection, listen, settle } from "./fakes.js";

/** Two people whose signals reach each other; `lines` may hold them back or reorder them. */
function couple({ deliver = (to, message) => to.receive(message) } = {}) {
  const made = { polite: [], firm: [] };
  const build = (name, other) =>
    new Peer({
      polite: name === "polite",
      makeConnection: () => made[name].at(made[name].push(new FakeConnection()) - 1),
      send: (message) => deliver(other(), structuredClone(message)),
      tracks: { audio: `${name} voice`, camera: `${name} face`, screen: null },
    });
  const pair = { made };
  pair.polite = build("polite", () => pair.firm);
  pair.firm = build("firm", () => pair.polite);
  return pair;
}

const tracksOf = (connection) => connection.getTransceivers().map(({ sender }) => sender.track);

test("one calls, the other answers, and each sends voice, face and an empty screen line", async () => {
  const { polite, firm, made } = couple();
  await polite.call(1000);
  await settle();
  assert.equal(polite.state, "connected");
  assert.equal(firm.state, "connected");
  assert.equal(firm.epoch, 1000);
  assert.deepEqual(tracksOf(made.polite[0]), ["polite voice", "polite face", null]);
  assert.deepEqual(tracksOf(made.firm[0]), ["firm voice", "firm face", null]);
});

test("the answering side opens all three lines both ways", async () => {
  const { polite, made } = couple();
  await polite.call(1000);
  await settle();
  assert.deepEqual(made.firm[0].getTransceivers().map(({ direction }) => direction), ["sendrecv", "sendrecv", "sendrecv"]);
});

test("when both call at once the polite side gives way and nobody ends with six lines", async () => {
  const { polite, firm, made } = couple();
  await Promise.all([polite.call(1000), firm.call(1000)]);
  await settle();
  assert.equal(polite.state, "connected");
  assert.equal(firm.state, "connected");
  assert.equal(made.firm.length, 1);
  assert.equal(made.polite.at(-1).getTransceivers().length, 3);
  assert.deepEqual(tracksOf(made.polite.at(-1)), ["polite voice", "polite face", null]);
});

test("a signal of an older connection is dropped", async () => {
  const { polite, firm, made } = couple();
  await polite.call(1000);
  await settle();
  const heard = listen(firm, "outdated");
  await firm.receive({ epoch: 999, description: { type: "offer", sdp: "from the past" } });
  await firm.receive({ epoch: 999, candidate: { candidate: "path", mid: "0", line: 0, fragment: null } });
  assert.equal(heard.length, 1);
  assert.equal(made.firm.length, 1);
  assert.equal(made.firm[0].remoteDescription.sdp, "offer of 1".replace("1", String(made.polite[0].number)));
});

test("a newer connection replaces the old one on both sides", async () => {
  const { polite, firm, made } = couple();
  await polite.call(1000);
  await settle();
  await firm.callAgain();
  await settle();
  assert.equal(polite.epoch, 1001);
  assert.equal(polite.state, "connected");
  assert.ok(made.polite[0].isClosed);
  assert.ok(made.firm[0].isClosed);
  assert.deepEqual(tracksOf(made.polite[1]), ["polite voice", "polite face", null]);
});

test("a path that overtakes its offer waits for it", async () => {
  const { firm, made } = couple();
  await firm.receive({ epoch: 5, candidate: { candidate: "early path", mid: "0", line: 0, fragment: "u" } });
  assert.deepEqual(made.firm[0].candidates, []);
  await firm.receive({ epoch: 5, description: { type: "offer", sdp: "late offer" } });
  await settle();
  assert.deepEqual(made.firm[0].candidates, ["early path"]);
});

test("one bad path does not lose the others", async () => {
  const { firm, made } = couple();
  const trouble = listen(firm, "trouble");
  for (const candidate of ["bad", "good"]) await firm.receive({ epoch: 5, candidate: { candidate, mid: "0", line: 0, fragment: null } });
  const original = FakeConnection.prototype.addIceCandidate;
  FakeConnection.prototype.addIceCandidate = async function add(candidate) {
    if (candidate.candidate === "bad") throw new Error("unknown fragment");
    return original.call(this, candidate);
  };
  await firm.receive({ epoch: 5, description: { type: "offer", sdp: "offer" } });
  FakeConnection.prototype.addIceCandidate = original;
  assert.deepEqual(made.firm[0].candidates, ["good"]);
  assert.equal(trouble.length, 1);
});

test("an answer that comes twice does no harm", async () => {
  const { polite, made } = couple();
  await polite.call(1000);
  await settle();
  await polite.receive({ epoch: 1000, description: { type: "answer", sdp: "again" } });
  assert.notEqual(made.polite[0].remoteDescription.sdp, "again");
});

test("muting, the camera and sharing replace a track without a new negotiation", async () => {
  const { polite, made } = couple();
  await polite.call(1000);
  await settle();
  const offers = made.polite[0].localDescription;
  await polite.setTrack("screen", "slides");
  await polite.setTrack("camera", null);
  assert.deepEqual(tracksOf(made.polite[0]), ["polite voice", null, "slides"]);
  assert.equal(made.polite[0].localDescription, offers);
});

test("new paths are asked for on the same connection", async () => {
  const { polite, made } = couple();
  await polite.call(1000);
  await settle();
  polite.restart();
  await settle();
  assert.equal(made.polite.length, 1);
  assert.equal(made.polite[0].restarts, 1);
  assert.equal(polite.state, "connected");
});

test("tracks are told apart by their line", async () => {
  const { polite, firm } = couple();
  const heard = listen(firm, "track");
  await polite.call(1000);
  await settle();
  assert.deepEqual(heard.map(({ kind }) => kind), ["audio", "camera", "screen"]);
});

test("a closed peer ignores whatever still arrives", async () => {
  const { polite, firm, made } = couple();
  await polite.call(1000);
  await settle();
  firm.close();
  await firm.receive({ epoch: 2000, description: { type: "offer", sdp: "too late" } });
  await firm.call(3000);
  assert.equal(made.firm.length, 1);
});

test("a call over the relay alone says so when it makes its connection, and leaves what was prepared", async () => {
  const ways = [];
  const peer = new Peer({
    polite: true,
    makeConnection: (way) => ways.push(way) && new FakeConnection(),
    send: () => {},
    tracks: {},
    takePrepared: () => assert.fail("a prepared connection knows all ways"),
  });
  peer.callAgain({ onlyRelay: true });
  await settle();
  assert.deepEqual(ways, [{ onlyRelay: true }]);
});

test("a connection that closes while it answers is one trouble, and no rejection that nobody hears", async () => {
  const unheard = [];
  const hear = (error) => unheard.push(error);
  process.on("unhandledRejection", hear);
  const connection = new FakeConnection();
  const peer = new Peer({ polite: true, makeConnection: () => connection, send: () => {}, tracks: { audio: "voice" } });
  const trouble = listen(peer, "trouble");
  connection.setLocalDescription = async () => {
    throw new Error("InvalidStateError: closed");
  };
  const setRemote = connection.setRemoteDescription.bind(connection);
  connection.setRemoteDescription = async (description) => {
    await setRemote(description);
    connection.getTransceivers()[0].sender.replaceTrack = async () => {
      throw new Error("InvalidStateError: closed");
    };
  };
  await peer.receive({ epoch: 1, description: { type: "offer", sdp: "offer" } });
  await settle();
  process.off("unhandledRejection", hear);
  assert.deepEqual([unheard, trouble.length], [[], 1]);
});

test("a line that cannot be taken over is heard of", async () => {
  const connection = new FakeConnection();
  const peer = new Peer({ polite: true, makeConnection: () => connection, send: () => {}, tracks: { audio: "voice" } });
  const trouble = listen(peer, "trouble");
  connection.getTransceivers = () => {
    throw new Error("InvalidStateError: closed");
  };
  connection.setRemoteDescription = async () => {};
  await peer.receive({ epoch: 1, description: { type: "offer", sdp: "offer" } });
  assert.equal(trouble.length, 1);
});
