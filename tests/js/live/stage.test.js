import assert from "node:assert/strict";
import test from "node:test";
import { Stage } from "../../../static/js/live/view/stage.js";
import { Memory } from "./fakes.js";

globalThis.MediaStream ??= class {};
globalThis.Audio ??= class extends EventTarget {};

/** As much of an element as a tile needs; what is asked for within it is there. */
class Part extends EventTarget {
  dataset = {};
  style = {};
  classes = new Set();
  parts = new Map();
  attributes = {};
  textContent = "";
  classList = {
    add: (name) => this.classes.add(name),
    contains: (name) => this.classes.has(name),
    toggle: (name, isOn) => (isOn ? this.classes.add(name) : this.classes.delete(name)),
  };

  querySelector(name) {
    if (!this.parts.has(name)) this.parts.set(name, new Part());
    return this.parts.get(name);
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  cloneNode() {
    return new Part();
  }

  remove() {
    this.dataset.size = "none";
  }

  append() {}
  async play() {}
}

function stage() {
  const made = [];
  const tileTemplate = { content: { firstElementChild: { cloneNode: () => made[made.push(new Part()) - 1] } } };
  const part = new Stage({ room: new Part(), tileTemplate, memory: new Memory() });
  part.add({ id: 1, name: "Lev Hart", role: "learner" }, true);
  part.add({ id: 2, name: "Mira Holm", role: "mentor" });
  part.add({ id: 3, name: "Ana Ruiz", role: "learner" });
  const tile = (key) => made.findLast((one) => one.dataset.key === key);
  const tap = (key) => tile(key).querySelector(".tile-pin").dispatchEvent(Object.assign(new Event("click"), { detail: 0 }));
  const large = () => made.findLast((one) => one.dataset.size === "large").dataset.key;
  const isPinned = (key) => tile(key).querySelector(".tile-pin").attributes["aria-pressed"] === "true";
  return { part, tap, large, isPinned };
}

test("after a shared screen has ended one tap lets a pinned picture go", () => {
  const { part, tap, large, isPinned } = stage();
  tap("person-3");
  assert.deepEqual([large(), isPinned("person-3")], ["person-3", true]);
  part.track(2, "screen", {});
  part.status(2, { microphone: "on", camera: true, sharing: true, hand: false });
  assert.equal(large(), "screen-2");
  part.status(2, { microphone: "on", camera: true, sharing: false, hand: false });
  assert.equal(large(), "person-3");
  tap("person-3");
  assert.deepEqual([large(), isPinned("person-3")], ["person-2", false]);
});
