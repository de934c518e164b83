import assert from "node:assert/strict";
import test from "node:test";
import { Notes } from "../../../static/js/live/view/notes.js";
import { FakeClock } from "./fakes.js";

/** As much of an element as a note needs. */
class Part extends EventTarget {
  dataset = {};
  children = [];
  textContent = "";
  isHeld = false;
  #named = new Map();

  querySelector(name) {
    if (!this.#named.has(name)) this.#named.set(name, Object.assign(new Part(), { parent: this }));
    return this.#named.get(name);
  }

  cloneNode() {
    return new Part();
  }

  append(child) {
    child.parent = this;
    this.children.push(child);
  }

  before(child) {
    this.parent.append(child);
  }

  remove() {
    this.isRemoved = true;
    const siblings = this.parent?.children ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
  }

  matches() {
    return this.isHeld;
  }

  click() {
    this.dispatchEvent(new Event("click"));
  }
}

function notes() {
  const clock = new FakeClock();
  const list = new Part();
  const template = { content: { firstElementChild: new Part() } };
  const part = new Notes({ list, template, clock, makeButton: () => new Part() });
  const words = () => list.children.map((note) => note.querySelector(".note-words").textContent);
  return { clock, list, part, words };
}

test("a note goes by itself, but not from under somebody's hand", async () => {
  const { clock, list, part, words } = notes();
  part.add("Lev is here");
  list.children[0].isHeld = true;
  await clock.pass(8000);
  assert.deepEqual(words(), ["Lev is here"]);
  list.children[0].isHeld = false;
  await clock.pass(8000);
  assert.deepEqual(words(), []);
});

test("what is new about a thing takes the place of what was said before, and can be closed", async () => {
  const { clock, list, part, words } = notes();
  part.add("Buffering...", "info", [], { about: "link-7", closes: true });
  part.add("Buffering...", "info", [], { about: "link-8", closes: true });
  await clock.pass(5000);
  part.add("Optimizing...", "info", [], { about: "link-7", closes: true });
  assert.deepEqual(words(), ["Buffering...", "Optimizing..."]);
  await clock.pass(3000);
  assert.deepEqual(words(), ["Optimizing..."], "its time begins anew");
  list.children[0].querySelector(".note-close").click();
  assert.deepEqual(words(), []);
});

test("a note that asks stays until it is answered, or until there is nothing to ask any more", async () => {
  const { clock, list, part, words } = notes();
  const ask = () => part.add("Time is up.", "mark", [{ name: "End", what: "end" }, { name: "Go on until 18:45", what: "" }], { about: "over", asks: true });
  ask();
  await clock.pass(600_000);
  assert.deepEqual([words(), list.children[0].children.map(({ textContent, dataset }) => [textContent, dataset.do])], [["Time is up."], [["End", "end"], ["Go on until 18:45", ""]]]);
  list.children[0].children[1].click();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(words(), []);
  ask();
  part.drop("over");
  assert.deepEqual(words(), []);
});
