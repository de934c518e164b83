import assert from "node:assert/strict";
import test from "node:test";
import { Tries } from "../../../static/js/live/tries.js";
import { FakeClock, listen } from "./fakes.js";

function tries() {
  const clock = new FakeClock();
  let reconnects = 0;
  const part = new Tries({ clock, reconnect: () => { reconnects += 1; } });
  return { clock, part, heard: listen(part, "try", "spent"), reconnects: () => reconnects };
}

test("three tries are told, each a little later, and then the person is asked", async () => {
  const { clock, part, heard, reconnects } = tries();
  part.begin();
  await clock.pass(7500);
  assert.deepEqual(heard.map(({ number }) => number), [1, 2, 3]);
  assert.equal(reconnects(), 3);
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
