import assert from "node:assert/strict";
import test from "node:test";
import { LinkWords } from "../../../static/js/live/link_words.js";
import { SOUND_ALONE } from "../../../static/js/live/quality.js";
import { FakeClock } from "./fakes.js";

function words() {
  const clock = new FakeClock();
  const said = [];
  const part = new LinkWords({ clock, nameOf: (id) => ({ 7: "Lev Hart", 8: "Ana Ruiz" })[id] ?? null, say: (text, about) => said.push([about, text]) });
  return { clock, part, said };
}

test("a weak link is said with whose it is and what is done about it", () => {
  const { part, said } = words();
  part.buffering({ from: 7, isStanding: true, isOurs: false });
  part.optimizing({ to: 7, level: 1, isOurs: false });
  part.optimizing({ to: 8, level: SOUND_ALONE, isOurs: false });
  assert.deepEqual(said, [
    ["link-7", "Buffering... The link from Lev Hart is weak: the picture waits, the sound goes first."],
    ["link-7", "Optimizing... The link to Lev Hart is weak: your picture is smaller for a while."],
    ["link-8", "Optimizing... The link to Ana Ruiz is weak: only your voice goes out for a while."],
  ]);
});

test("our own weak link is said once, not once for each of the others", () => {
  const { part, said } = words();
  for (const id of [7, 8]) part.buffering({ from: id, isStanding: true, isOurs: true });
  for (const id of [7, 8]) part.optimizing({ to: id, level: 1, isOurs: true });
  assert.deepEqual(said, [
    ["link-own", "Buffering... Your own link is weak: the picture waits, the sound goes first."],
    ["link-own", "Optimizing... Your own link is weak: your picture is smaller for a while."],
  ]);
});

test("each is said once a minute at most for a link, and one link does not silence another", async () => {
  const { clock, part, said } = words();
  for (let second = 0; second < 59; second += 1) {
    part.buffering({ from: 7, isStanding: second % 2 === 0, isOurs: false });
    await clock.pass(1000);
  }
  assert.equal(said.length, 1);
  part.buffering({ from: 8, isStanding: true, isOurs: false });
  assert.equal(said.length, 2);
  await clock.pass(2000);
  part.buffering({ from: 7, isStanding: true, isOurs: false });
  assert.equal(said.length, 3);
});

test("a picture that moves again, and somebody who has left meanwhile, are no news", () => {
  const { part, said } = words();
  part.buffering({ from: 7, isStanding: false, isOurs: false });
  part.buffering({ from: 9, isStanding: true, isOurs: false });
  part.optimizing({ to: 9, level: 1, isOurs: false });
  assert.deepEqual(said, []);
});
