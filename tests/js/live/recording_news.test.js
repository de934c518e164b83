import assert from "node:assert/strict";
import test from "node:test";
import { tellOfTheFilm } from "../../../static/js/live/recording_news.js";

function made() {
  const said = [];
  const obstacles = [];
  const heard = [];
  const say = tellOfTheFilm({ sheet: { hear: (what) => heard.push(what) }, note: (words, tone) => said.push([words, tone]), obstacle: (what) => obstacles.push(what) });
  return { say, said, obstacles, heard };
}

test("a server without room is told in the room when it lasts, and once until it takes the film again", () => {
  const { say, said } = made();
  const trouble = (lasts) => say("trouble", { status: 507, lasts });
  for (const lasts of [0, 9000]) trouble(lasts);
  assert.deepEqual(said, [], "a moment is nobody's concern");
  for (const lasts of [11_000, 30_000]) trouble(lasts);
  assert.deepEqual(said, [["The server has no room for the recording just now. It is kept on this device and sent later.", "warn"]]);
  say("progress", { left: 3 });
  trouble(12_000);
  assert.equal(said.length, 2);
});

test("a browser that cannot record is told of at once, and the sheet hears everything", () => {
  const { say, obstacles, heard } = made();
  for (const what of ["film", "full", "unable", "done"]) say(what, {});
  assert.deepEqual(obstacles, ["full", "unable"]);
  assert.deepEqual(heard, ["film", "full", "unable", "done"]);
});
