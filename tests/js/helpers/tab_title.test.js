// The tab's title says for a while what must be seen from elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { TabTitle } from "../../../static/js/helpers/tab_title.js";

test("the words stand in the title as long as they are said, and then the page's own is back", () => {
  const page = { title: "Home · PeerLearn" };
  const title = new TabTitle(page);
  title.say("");
  assert.equal(page.title, "Home · PeerLearn");
  title.say("Maya is here");
  title.say("Maya is here");
  assert.equal(page.title, "Maya is here · PeerLearn");
  title.say("Maya and Lev are here");
  assert.equal(page.title, "Maya and Lev are here · PeerLearn");
  title.say("");
  assert.equal(page.title, "Home · PeerLearn");
  title.say("");
  assert.equal(page.title, "Home · PeerLearn");
});

test("a page that was opened meanwhile keeps its own title", () => {
  const page = { title: "Home · PeerLearn" };
  const title = new TabTitle(page);
  title.say("Maya is here");
  page.title = "Payments · PeerLearn";
  title.say("");
  assert.equal(page.title, "Payments · PeerLearn");
  title.say("Maya is here");
  title.say("");
  assert.equal(page.title, "Payments · PeerLearn");
});
