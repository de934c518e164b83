import assert from "node:assert/strict";
import test from "node:test";
import { lent, opened } from "../../../static/js/live/check/own_devices.js";
import { LocalMedia } from "../../../static/js/live/local_media.js";
import { listen, settle } from "./fakes.js";

class Track {
  enabled = true;
  isStopped = false;

  constructor(kind, all) {
    Object.assign(this, { kind, all });
    all.push(this);
  }

  clone() {
    return Object.assign(new Track(this.kind, this.all), { enabled: this.enabled });
  }

  stop() {
    this.isStopped = true;
  }
}

/** Devices that answer once `answer` is called, at once by default; `lit` are the tracks whose device is open. */
function computer({ isPatient = false } = {}) {
  const all = [];
  let answer = () => {};
  const asked = isPatient ? new Promise((resolve) => (answer = resolve)) : Promise.resolve();
  return {
    answer: () => answer(),
    get lit() {
      return all.filter(({ isStopped }) => !isStopped).map(({ kind }) => kind);
    },
    async getUserMedia(wish) {
      await asked;
      const tracks = Object.keys(wish).map((kind) => new Track(kind, all));
      const only = (kind) => tracks.filter((track) => track.kind === kind);
      return { getTracks: () => tracks, getAudioTracks: () => only("audio"), getVideoTracks: () => only("video") };
    },
  };
}

test("a camera that is off in the room is tried beside it: nobody there sees it, and it is off again afterwards", async () => {
  const devices = computer();
  const media = new LocalMedia({ devices });
  await media.start();
  await media.toggleCamera();
  const told = listen(media, "track", "change");
  const borrowed = lent(media);
  await borrowed.open();
  assert.ok(borrowed.track("camera"), "it is tried all the same");
  assert.deepEqual([media.status.camera, told], [false, []]);
  borrowed.close();
  assert.deepEqual(devices.lit, ["audio"], "the room's microphone stays, the camera's light is out");
});

test("what the room has is lent as a copy: a muted microphone is heard here alone, and stays open when the copy is given back", async () => {
  const devices = computer();
  const media = new LocalMedia({ devices });
  await media.start();
  await media.toggleMute();
  const borrowed = lent(media);
  await borrowed.open();
  assert.deepEqual([borrowed.track("audio").enabled, media.track("audio").enabled], [true, false]);
  assert.ok(borrowed.track("camera"));
  borrowed.close();
  assert.deepEqual(devices.lit, ["audio", "video"]);
});

test("a device the room had to do without, and that can be had now, is the room's from then on", async () => {
  const devices = computer();
  const media = new LocalMedia({ devices });
  const borrowed = lent(media);
  await borrowed.open();
  borrowed.close();
  assert.deepEqual(media.status, { microphone: "on", camera: true, sharing: false });
});

test("a permission that is given after the check is over lights nothing", async () => {
  const devices = computer({ isPatient: true });
  const borrowed = opened(devices);
  borrowed.open();
  borrowed.close();
  devices.answer();
  await settle();
  assert.deepEqual(devices.lit, []);
});
