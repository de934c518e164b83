import assert from "node:assert/strict";
import test, { beforeEach, mock } from "node:test";
import { Memory, settle } from "../live/fakes.js";
import "./page.js";

const { OwnNotes } = await import("../../../static/js/elements/own-notes.js");
const KEY = "notes:7:/live/r/notes";

let server;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = new EventTarget();
  globalThis.localStorage = new Memory();
  server = { text: "", isThere: true };
  globalThis.fetch = async (_url, { body }) => {
    if (!server.isThere) throw new TypeError("no network");
    server.text = JSON.parse(body).text;
    return { ok: true };
  };
});

/** The page is opened anew: the field holds what the server has. */
function open() {
  const field = Object.assign(new EventTarget(), { value: server.text });
  const said = {};
  const notes = Object.assign(new OwnNotes(), { querySelector: (name) => (name === "textarea" ? field : said) });
  notes.dataset = { owner: "7", url: "/live/r/notes" };
  notes.connectedCallback();
  return {
    field,
    said,
    type(text) {
      field.value = text;
      field.dispatchEvent(new Event("input"));
    },
  };
}

async function pause(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("what could not be saved comes back over the text it was written on, also a shorter one", async () => {
  server.text = "one two";
  server.isThere = false;
  open().type("one");
  await pause(1000);
  server.isThere = true;
  const { field, said } = open();
  assert.equal(field.value, "one");
  await pause(0);
  assert.deepEqual([server.text, said.textContent, localStorage.size], ["one", "Saved", 0]);
});

test("what was saved as the page was left is never put over a later text: it stands below it, once", async () => {
  open().type("mine");
  server.text = "from the other device";
  const { field } = open();
  assert.equal(field.value, "from the other device\n\nmine");
  await pause(0);
  assert.equal(server.text, "from the other device\n\nmine");
  assert.equal(open().field.value, "from the other device\n\nmine");
  await pause(0);
  assert.equal(localStorage.size, 0);
});

test("words that the later text has already are not said twice", async () => {
  open().type("mine\n");
  server.text = "mine, and more";
  assert.equal(open().field.value, "mine, and more");
  await pause(0);
  assert.equal(localStorage.size, 0);
});

test("after a save, the text that was saved is what the next words are written on", async () => {
  const page = open();
  page.type("one");
  mock.timers.tick(1000);
  page.type("one two"); // while the first is on its way
  await settle();
  assert.equal(server.text, "one");
  assert.equal(open().field.value, "one two");
});

test("a copy from before bases were kept comes back where nothing stands, else below", () => {
  localStorage.setItem(KEY, "old words");
  assert.equal(open().field.value, "old words");
  localStorage.setItem(KEY, "17");
  server.text = "newer";
  assert.equal(open().field.value, "newer\n\n17");
});

test("in a browser whose memory is full the words are saved all the same", async () => {
  localStorage.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  open().type("mine");
  await pause(1000);
  assert.equal(server.text, "mine");
});
