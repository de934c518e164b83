import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { Files, LARGEST_FILE } from "../../../static/js/live/files.js";
import { settle } from "./fakes.js";

/** Two ends of a channel; what is sent arrives in order, unless the line is cut. */
class End extends EventTarget {
  readyState = "connecting";
  bufferedAmount = 0;
  sent = 0;

  send(data) {
    if (this.readyState !== "open") throw new Error("InvalidStateError");
    if (typeof data !== "string") this.sent += data.byteLength;
    const copy = this.spoil && typeof data !== "string" ? new ArrayBuffer(data.byteLength) : data;
    queueMicrotask(() => this.other.readyState === "open" && this.other.onmessage?.({ data: copy }));
    if (this.sent >= (this.cutAfter ?? Infinity)) queueMicrotask(() => this.cut());
  }

  close() {
    this.cut();
  }

  cut() {
    for (const one of [this, this.other]) {
      if (one.readyState === "closed") continue;
      one.readyState = "closed";
      queueMicrotask(() => {
        one.onclose?.();
        one.dispatchEvent(new Event("close"));
      });
    }
  }
}

const hash = async (bytes) => createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
const fileOf = (size, name = "notes.pdf") => ({ name, size, arrayBuffer: async () => new Uint8Array(size).fill(7).buffer });

function two(prepare = () => {}) {
  let isUp = true;
  let isWeak = false;
  let number = 0;
  const made = [];
  const people = {};
  const open = (from) => (to) => {
    if (!isUp) return null;
    const [here, there] = [new End(), new End()];
    [here.other, there.other] = [there, here];
    made.push(here);
    prepare(here, made.length);
    queueMicrotask(() => {
      here.readyState = there.readyState = "open";
      people[to].files.receive(from, there);
      here.onopen();
    });
    return here;
  };
  for (const [id, other] of [[1, 2], [2, 1]]) {
    const files = new Files({
      me: { id }, open: open(id), others: () => [other], newId: () => `file-${(number += 1)}`, hash,
      isWeak: () => isWeak, rest: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const states = [];
    files.addEventListener("change", ({ detail: { file } }) => states.at(-1)?.state === file.state ? (states[states.length - 1] = file) : states.push(file));
    people[id] = { files, states };
  }
  return { mira: people[1], lev: people[2], made, line: (up) => (isUp = up), link: (weak) => (isWeak = weak) };
}

const enough = async () => {
  for (let turn = 0; turn < 12; turn += 1) await settle();
};
const path = ({ states }) => states.map(({ state }) => state);

test("a file arrives whole, with its name and size, and can be saved but not be taken for a page", async () => {
  const { mira, lev } = two();
  assert.equal(await mira.files.offer(fileOf(100_000)), null);
  await enough();
  assert.deepEqual([path(mira).at(-1), path(lev).at(-1)], ["done", "done"]);
  const { name, size, blob, progress } = lev.states.at(-1);
  assert.deepEqual([name, size, progress, blob.size, blob.type], ["notes.pdf", 100_000, 1, 100_000, "application/octet-stream"]);
});

test("without a connection it waits, and goes as soon as there is one", async () => {
  const { mira, lev, line } = two();
  line(false);
  await mira.files.offer(fileOf(50_000));
  await enough();
  assert.deepEqual(path(mira), ["waiting"]);
  line(true);
  mira.files.connected(2);
  await enough();
  assert.equal(path(lev).at(-1), "done");
});

test("what breaks off goes on where it was", async () => {
  const { mira, lev, made } = two((end, number) => number === 1 && (end.cutAfter = 64_000));
  await mira.files.offer(fileOf(200_000));
  await enough();
  assert.deepEqual([path(mira).at(-1), path(lev).at(-1)], ["waiting", "waiting"]);
  mira.files.connected(2);
  await enough();
  assert.deepEqual([path(mira).at(-1), path(lev).at(-1)], ["done", "done"]);
  assert.ok(made[1].sent < 150_000, "the second channel carries the rest alone");
});

test("whoever has it is not sent it again after the next reconnect", async () => {
  const { mira, made } = two();
  await mira.files.offer(fileOf(20_000));
  await enough();
  mira.files.connected(2);
  await enough();
  assert.equal(made.length, 1);
});

test("what is not what its hash says is thrown away on both sides, and the next try is whole", async () => {
  const { mira, lev } = two((end, number) => (end.spoil = number === 1));
  await mira.files.offer(fileOf(40_000));
  await enough();
  assert.deepEqual([path(mira).at(-1), path(lev).at(-1)], ["broken", "broken"]);
  assert.equal(lev.states.at(-1).blob, undefined);
  mira.files.connected(2);
  await enough();
  assert.equal(path(lev).at(-1), "done");
});

test("either side cancels, and it is not begun again", async () => {
  for (const who of ["mira", "lev"]) {
    const pair = two((end) => Object.defineProperty(end, "bufferedAmount", { value: 2_000_000 }));
    await pair.mira.files.offer(fileOf(300_000));
    await enough();
    pair[who].files.cancel("file-1");
    await enough();
    assert.deepEqual([path(pair.lev).at(-1), path(pair.mira).at(-1)], ["canceled", "canceled"], who);
    pair.mira.files.connected(2);
    await enough();
    assert.equal(path(pair.lev).at(-1), "canceled", who);
  }
});

test("what is too large, empty or cannot be read is refused in words, and nothing is sent", async () => {
  const { mira, made } = two();
  const broken = { name: "gone.pdf", size: 5, arrayBuffer: () => Promise.reject(new Error()) };
  const words = [];
  for (const file of [fileOf(LARGEST_FILE + 1), fileOf(0), broken]) words.push(await mira.files.offer(file));
  assert.deepEqual(words, ["notes.pdf is larger than 25 MB.", "notes.pdf is empty.", "gone.pdf cannot be read."]);
  assert.equal(made.length, 0);
});

test("an offer that cannot be right is turned down", async () => {
  const { lev } = two();
  for (const offer of [{ id: "a", name: 7, size: 5, hash: "x" }, { id: "a", name: "x", size: -1 }, { id: "a", name: "x", size: LARGEST_FILE + 1 }, {}]) {
    const end = new End();
    const said = [];
    Object.assign(end, { readyState: "open", send: (data) => said.push(JSON.parse(data)) });
    lev.files.receive(1, end);
    end.onmessage({ data: JSON.stringify({ offer }) });
    assert.deepEqual(said, [{ end: "canceled" }]);
  }
  assert.deepEqual(lev.states, []);
});

test("what another program says in nonsense is no message, and makes us send nothing", async () => {
  const channel = Object.assign(new EventTarget(), { readyState: "open", bufferedAmount: 0, log: [], send(data) { this.log.push(data); }, close() {} });
  const files = new Files({ me: { id: 1 }, open: () => channel, others: () => [2], newId: () => "file-1", hash, isWeak: () => false });
  for (const nonsense of ["{", "null", "7", '"x"']) {
    files.receive(2, channel);
    assert.doesNotThrow(() => channel.onmessage({ data: nonsense }));
  }
  await files.offer(fileOf(10));
  for (const have of ["-5", "1.5", '"0"', "[]"]) channel.onmessage({ data: `{"have":${have}}` });
  channel.onmessage({ data: "{" });
  await settle();
  assert.deepEqual(channel.log, []);
});

test("while the link is weak nothing of a file is sent, and it is said; then it goes on where it was", async () => {
  const { mira, lev, made, link } = two();
  link(true);
  await mira.files.offer(fileOf(100_000));
  await enough();
  assert.deepEqual([path(mira), made[0].sent], [["waiting", "resting"], 0]);
  link(false);
  await enough();
  assert.deepEqual([path(mira), path(lev).at(-1)], [["waiting", "resting", "going", "done"], "done"]);
});

test("a link that gets weak in the middle stops it there; if it breaks off or is canceled then, that counts", async () => {
  for (const [what, state] of [["cut", "waiting"], ["cancel", "canceled"]]) {
    const { mira, made, link } = two((end) => {
      const { send } = end;
      end.send = function (data) {
        send.call(this, data);
        if (this.sent > 30_000) link(true);
      };
    });
    await mira.files.offer(fileOf(400_000));
    await enough();
    const { sent } = made[0];
    assert.deepEqual([path(mira).at(-1), sent < 50_000], ["resting", true]);
    if (what === "cut") made[0].cut();
    else mira.files.cancel("file-1");
    await enough();
    assert.deepEqual([path(mira).at(-1), made[0].sent], [state, sent], what);
  }
});

/** A channel on which somebody offers us a file; what we say to that is in `said`. */
function offered(files, id, size = LARGEST_FILE) {
  const end = Object.assign(new EventTarget(), { readyState: "open", said: [], send: (data) => end.said.push(JSON.parse(data)) });
  files.receive(1, end);
  end.onmessage({ data: JSON.stringify({ offer: { id, name: `${id}.pdf`, size, hash: "x" } }) });
  return end;
}

test("what has come counts no more against what may come at once, and whoever sends too much at once is told why", async () => {
  const { lev } = two();
  const ends = ["a", "b", "c", "d"].map((id) => offered(lev.files, id));
  assert.deepEqual(ends.map(({ said }) => said), ends.map(() => [{ have: 0 }]));
  assert.deepEqual(offered(lev.files, "e").said, [{ end: "canceled", why: "full" }]);
  lev.files.cancel("a");
  assert.deepEqual(offered(lev.files, "e").said, [{ have: 0 }], "one that is not coming any more makes room");
});

test("many files one after the other arrive, however much they are together", async () => {
  const { mira, lev } = two();
  for (let count = 0; count < 5; count += 1) {
    await mira.files.offer(fileOf(LARGEST_FILE));
    for (let turn = 0; turn < 60 && lev.states.filter(({ state }) => state === "done").length <= count; turn += 1) await settle();
  }
  assert.equal(lev.states.filter(({ state }) => state === "done").length, 5);
});

test("a file turned down for want of room says so on the sender's side", async () => {
  const { mira, lev } = two();
  for (const id of ["a", "b", "c", "d"]) offered(lev.files, id);
  await mira.files.offer(fileOf(5000));
  await enough();
  assert.deepEqual([path(mira).at(-1), mira.states.at(-1).isTooMuch], ["canceled", true]);
});
