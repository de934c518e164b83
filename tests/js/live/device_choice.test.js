import assert from "node:assert/strict";
import test from "node:test";
import { LocalMedia } from "../../../static/js/live/local_media.js";
import { listen, settle } from "./fakes.js";

/** Devices by id; what is opened says which one it is. `plugged` changes, `broken` are ids that fail with an error's name. */
function computer(plugged, broken = {}) {
  const listeners = [];
  return {
    plugged,
    open: [],
    asked: [],
    async getUserMedia(wish) {
      const tracks = Object.entries(wish).map(([media, { deviceId }]) => this.openOne(media, deviceId));
      const only = (kind) => tracks.filter((track) => track.kind === kind);
      return { getTracks: () => tracks, getAudioTracks: () => only("audio"), getVideoTracks: () => only("video") };
    },
    openOne(media, deviceId) {
      this.asked.push(deviceId ?? media);
      const mine = this.plugged.filter((id) => id.startsWith(media));
      const id = deviceId?.exact ?? mine[0];
      if (!mine.includes(id)) throw Object.assign(new Error(), { name: deviceId ? "OverconstrainedError" : "NotFoundError" });
      if (broken[id]) throw Object.assign(new Error(), { name: broken[id] });
      const track = { kind: media, label: id, enabled: true, readyState: "live", stop: () => (track.readyState = "ended") };
      this.open.push(track);
      return track;
    },
    enumerateDevices: async () => plugged.map((id) => ({ kind: `${id.split(" ")[0]}input`, deviceId: id })),
    addEventListener: (_, listener) => listeners.push(listener),
    change: () => Promise.all(listeners.map((listener) => listener())),
  };
}

function memory() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

test("a chosen microphone takes over, the old one is let go, and it is chosen the next time", async () => {
  const kept = memory();
  const media = new LocalMedia({ devices: computer(["audio one", "audio two", "video one"]), memory: kept });
  await media.start();
  const old = media.track("audio");
  const tracks = listen(media, "track");
  await media.choose("audio", "audio two");
  assert.equal(media.track("audio").label, "audio two");
  assert.equal(old.readyState, "ended");
  assert.deepEqual(tracks.map(({ kind, track }) => [kind, track.label]), [["audio", "audio two"]], "never a moment without one");
  const tomorrow = new LocalMedia({ devices: computer(["audio one", "audio two", "video one"]), memory: kept });
  await tomorrow.start();
  assert.equal(tomorrow.track("audio").label, "audio two");
});

test("a remembered device that is not there today keeps nobody out", async () => {
  const kept = memory();
  new LocalMedia({ memory: kept }).remember("audio", "audio gone");
  const media = new LocalMedia({ devices: computer(["audio one", "video one"]), memory: kept });
  await media.start();
  assert.equal(media.track("audio").label, "audio one");
});

test("one that cannot be opened takes nothing away, and is not remembered", async () => {
  const media = new LocalMedia({ devices: computer(["audio one", "audio two", "video one"], { "audio two": "NotReadableError" }), memory: memory() });
  await media.start();
  const problems = listen(media, "problem");
  await media.choose("audio", "audio two");
  assert.equal(media.track("audio").label, "audio one");
  assert.equal(media.track("audio").readyState, "live");
  assert.deepEqual(problems, [{ type: "problem", kind: "audio", reason: "kept" }]);
  assert.equal(media.chosen.audio, undefined);
});

test("who is muted stays muted with another microphone", async () => {
  const media = new LocalMedia({ devices: computer(["audio one", "audio two", "video one"]), memory: memory() });
  await media.start();
  await media.toggleMute();
  await media.choose("audio", "audio two");
  assert.equal(media.track("audio").enabled, false);
});

test("choosing a camera while it is off turns no camera on", async () => {
  const source = computer(["audio one", "video one", "video two"]);
  const media = new LocalMedia({ devices: source, memory: memory() });
  await media.start();
  await media.toggleCamera();
  await media.choose("camera", "video two");
  assert.equal(media.status.camera, false);
  await media.toggleCamera();
  assert.equal(media.track("camera").label, "video two");
});

test("a headset that is pulled out is replaced, and it is told by what", async () => {
  const source = computer(["audio headset", "audio built in", "video one"]);
  const media = new LocalMedia({ devices: source, memory: memory() });
  await media.start();
  const told = listen(media, "swapped");
  source.plugged.shift();
  media.track("audio").onended();
  await settle();
  assert.deepEqual(told, [{ type: "swapped", kind: "audio", label: "audio built in" }]);
  assert.equal(media.status.microphone, "on");
});

test("a microphone plugged in where there was none is offered, never switched on by itself", async () => {
  const source = computer(["video one"]);
  const media = new LocalMedia({ devices: source, memory: memory() });
  await media.start();
  const told = listen(media, "plugged");
  await source.change();
  assert.deepEqual(told, []);
  source.plugged.push("audio new");
  await source.change();
  await source.change();
  assert.deepEqual(told, [{ type: "plugged", kind: "audio" }]);
  assert.equal(media.status.microphone, "off");
});

test("when neither camera opens, ours is off and called so: its line has ended", async () => {
  const media = new LocalMedia({ devices: computer(["audio one", "video one", "video two"], { "video two": "NotReadableError" }), memory: memory() });
  await media.start();
  const [problems, tracks] = [listen(media, "problem"), listen(media, "track")];
  await media.choose("camera", "video two");
  assert.deepEqual(problems, [{ type: "problem", kind: "camera", reason: "busy" }]);
  assert.deepEqual(tracks, [{ type: "track", kind: "camera", track: null }]);
  assert.equal(media.status.camera, false);
});
