import assert from "node:assert/strict";
import test from "node:test";
import { Tries } from "../../../static/js/live/tries.js";
import { FakeClock, listen } from "./fakes.js";

function tries() {
  const clock = new FakeClock();
  const asked = [];
  const part = new Tries({ clock, reconnect: () => asked.push("home"), reconnectElsewhere: () => asked.push("elsewhere") });
  return { clock, part, heard: listen(part, "try", "spent"), asked };
}

test("three tries are told, each a little later, the last at another server, and then the person is asked", async () => {
  const { clock, part, heard, asked } = tries();
  part.begin();
  await clock.pass(7500);
  assert.deepEqual(heard.map(({ number }) => number), [1, 2, 3]);
  assert.deepEqual(asked, ["home", "home", "elsewhere"]);
  await clock.pass(3000);
  assert.equal(heard.at(-1).type, "spent");
});

test("a line that comes back ends it, and the next break begins anew", async () => {
  const { clock, part, heard } = tries();
  part.begin();
  part.begin();
  await clock.pass(1500);
  part.stop();
  await clock.pass(60_000);
  assert.deepEqual(heard.map(({ number }) => number), [1, 2]);
  part.begin();
  assert.equal(heard.at(-1).number, 1);
});
