import assert from "node:assert/strict";
import test from "node:test";
import { LocalMedia } from "../../../static/js/live/local_media.js";
import { listen } from "./fakes.js";

class FakeTrack {
  enabled = true;
  contentHint = "";
  isStopped = false;

  constructor(kind) {
    this.kind = kind;
  }

  stop() {
    this.isStopped = true;
  }
}

const streamOf = (...kinds) => {
  const tracks = kinds.map((kind) => new FakeTrack(kind));
  const only = (kind) => tracks.filter((track) => track.kind === kind);
  return { getTracks: () => tracks, getAudioTracks: () => only("audio"), getVideoTracks: () => only("video") };
};

const failure = (name, words = name) => Object.assign(new Error(words), { name });

/** @param {Record<string, string>} broken what each kind fails with */
function devices(broken = {}) {
  const asked = [];
  return {
    asked,
    async getUserMedia(wish) {
      const kinds = ["audio", "video"].filter((kind) => wish[kind]);
      asked.push(kinds.join("+"));
      for (const kind of kinds) if (broken[kind]) throw failure(broken[kind]);
      return streamOf(...kinds);
    },
    async getDisplayMedia() {
      asked.push("screen");
      if (broken.screen) throw failure(...[broken.screen].flat());
      return streamOf("video");
    },
  };
}

test("one question for both", async () => {
  const source = devices();
  const media = new LocalMedia({ devices: source });
  await media.start();
  assert.deepEqual(source.asked, ["audio+video"]);
  assert.deepEqual(media.status, { microphone: "on", camera: true, sharing: false });
});

test("without a camera one still comes in, heard", async () => {
  const media = new LocalMedia({ devices: devices({ video: "NotFoundError" }) });
  const problems = listen(media, "problem");
  await media.start();
  assert.deepEqual(media.status, { microphone: "on", camera: false, sharing: false });
  assert.deepEqual(problems, [{ type: "problem", kind: "camera", reason: "missing" }]);
});

test("with nothing allowed, or in a browser without devices, one still comes in", async () => {
  for (const source of [devices({ audio: "NotAllowedError", video: "NotAllowedError" }), undefined]) {
    const media = new LocalMedia({ devices: source });
    await media.start();
    assert.deepEqual(media.status, { microphone: "off", camera: false, sharing: false });
  }
});

test("the reasons are told apart, since the way out differs", async () => {
  for (const [error, reason] of [["NotAllowedError", "denied"], ["NotReadableError", "busy"], ["NotFoundError", "missing"]]) {
    const media = new LocalMedia({ devices: devices({ audio: error, video: error }) });
    const problems = listen(media, "problem");
    await media.start();
    assert.deepEqual(problems.map((problem) => problem.reason), [reason, reason]);
  }
});

test("muting keeps the line and silences it", async () => {
  const media = new LocalMedia({ devices: devices() });
  await media.start();
  await media.toggleMute();
  assert.equal(media.track("audio").enabled, false);
  assert.equal(media.status.microphone, "muted");
  await media.toggleMute();
  assert.equal(media.status.microphone, "on");
});

test("a camera that is off has let go of the device, and on again asks for it", async () => {
  const source = devices();
  const media = new LocalMedia({ devices: source });
  await media.start();
  const first = media.track("camera");
  const tracks = listen(media, "track");
  await media.toggleCamera();
  assert.ok(first.isStopped);
  assert.equal(media.status.camera, false);
  await media.toggleCamera();
  assert.equal(media.status.camera, true);
  assert.deepEqual(tracks.map(({ kind, track }) => [kind, Boolean(track)]), [["camera", false], ["camera", true]]);
});

test("sharing leaves the camera on", async () => {
  const media = new LocalMedia({ devices: devices() });
  await media.start();
  await media.toggleShare();
  assert.deepEqual(media.status, { microphone: "on", camera: true, sharing: true });
});

test("closing the picker is an answer, not a fault", async () => {
  for (const words of ["Permission denied", "Permission denied by user", "The request is not allowed by the user agent or the platform in the current context."]) {
    const media = new LocalMedia({ devices: devices({ screen: ["NotAllowedError", words] }) });
    const problems = listen(media, "problem");
    await media.toggleShare();
    assert.deepEqual(problems, [], words);
    assert.equal(media.status.sharing, false);
  }
});

test("a screen that the computer keeps from the browser is a fault, and said", async () => {
  const media = new LocalMedia({ devices: devices({ screen: ["NotAllowedError", "Permission denied by system"] }) });
  const problems = listen(media, "problem");
  await media.toggleShare();
  assert.deepEqual(problems, [{ type: "problem", kind: "screen", reason: "denied" }]);
});

test("a microphone that gives nothing any more is opened anew: the old line goes first, and it stays muted if it was", async () => {
  const source = devices();
  const media = new LocalMedia({ devices: source });
  await media.start();
  await media.toggleMute();
  const old = media.track("audio");
  const tracks = listen(media, "track");
  await media.reopen("audio");
  assert.ok(old.isStopped);
  assert.deepEqual(tracks.map(({ track }) => Boolean(track)), [false, true]);
  assert.equal(media.status.microphone, "muted");
});

test("a microphone that ended, and that may only be opened by a tap, went silent; one that is gone is missing", async () => {
  for (const [error, reason] of [["NotAllowedError", "silent"], ["NotFoundError", "missing"]]) {
    const broken = {};
    const media = new LocalMedia({ devices: devices(broken) });
    await media.start();
    const problems = listen(media, "problem");
    broken.audio = error;
    media.track("audio").onended();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(problems.map((problem) => problem.reason), [reason]);
    await media.reopen("audio");
    assert.equal(problems.at(-1).reason, reason === "silent" ? "denied" : "missing", "after the tap it is said why");
  }
});

test("ending the share in the browser's own bar ends it here", async () => {
  const media = new LocalMedia({ devices: devices() });
  await media.toggleShare();
  media.track("screen").onended();
  assert.equal(media.status.sharing, false);
});

test("an unplugged microphone is replaced by whatever there is, and stays muted if it was", async () => {
  const source = devices();
  const media = new LocalMedia({ devices: source });
  await media.start();
  await media.toggleMute();
  media.track("audio").onended();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(source.asked.at(-1), "audio");
  assert.equal(media.track("audio").enabled, false);
  assert.equal(media.status.microphone, "muted");
});

test("two quick taps are one request", async () => {
  const source = devices();
  const media = new LocalMedia({ devices: source });
  await Promise.all([media.toggleCamera(), media.toggleCamera()]);
  assert.deepEqual(source.asked, ["video"]);
});

test("leaving lets go of everything", async () => {
  const media = new LocalMedia({ devices: devices() });
  await media.start();
  const held = [media.track("audio"), media.track("camera")];
  media.stop();
  assert.ok(held.every((track) => track.isStopped));
});

/** Devices whose permission stands in question until `answer` is called; `given` is every track. */
function undecided() {
  const given = [];
  let answer;
  const asked = new Promise((resolve) => (answer = resolve));
  const source = devices();
  const { getUserMedia } = source;
  source.getUserMedia = async (wish) => {
    const stream = await getUserMedia(wish);
    given.push(...stream.getTracks());
    await asked;
    return stream;
  };
  return { source, given, answer };
}

test("asking again while the first question stands is the same question", async () => {
  const { source, given, answer } = undecided();
  const media = new LocalMedia({ devices: source });
  const both = Promise.all([media.start(), media.start()]);
  answer();
  await both;
  assert.deepEqual(source.asked, ["audio+video"]);
  assert.deepEqual(given, [media.track("audio"), media.track("camera")]);
  await media.toggleCamera();
  await media.start();
  assert.deepEqual(source.asked, ["audio+video"], "and what was turned off in between stays off");
});

test("a tap on the camera while the first question stands leaves no second light on", async () => {
  const { source, given, answer } = undecided();
  const media = new LocalMedia({ devices: source });
  const both = Promise.all([media.start(), media.toggleCamera()]);
  answer();
  await both;
  const lit = given.filter(({ isStopped }) => !isStopped);
  assert.deepEqual(new Set(lit), new Set([media.track("audio"), media.track("camera")]));
  given.find(({ isStopped }) => isStopped).onended?.();
  assert.equal(media.status.camera, true, "and the end of the other one is none of ours");
});
