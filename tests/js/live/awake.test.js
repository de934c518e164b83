import assert from "node:assert/strict";
import test from "node:test";
import { Awake } from "../../../static/js/live/awake.js";
import { settle } from "./fakes.js";

function screen({ refuses = false } = {}) {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const held = new Set();
  const locks = {
    async request() {
      if (refuses) throw new DOMException("no", "NotAllowedError");
      const lock = { release: async () => held.delete(lock) };
      held.add(lock);
      return lock;
    },
  };
  return { page, held, awake: new Awake({ locks, page }) };
}

test("the screen stays on until the call is over", async () => {
  const { held, awake } = screen();
  await awake.start();
  assert.equal(held.size, 1);
  await awake.stop();
  assert.equal(held.size, 0);
});

test("whoever comes back to the page has it again, but not after the call", async () => {
  const { page, held, awake } = screen();
  await awake.start();
  held.clear(); // the browser lets it go with the page
  page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(held.size, 1);
  await awake.stop();
  page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(held.size, 0);
});

test("a browser that refuses or does not know how is no trouble", async () => {
  await screen({ refuses: true }).awake.start();
  await new Awake({ locks: undefined, page: new EventTarget() }).start();
});
