import assert from "node:assert/strict";
import test from "node:test";
import { Memory } from "./fakes.js";

globalThis.matchMedia = () => ({ matches: true });
const { SidePanel } = await import("../../../static/js/live/view/side_panel.js");

/** As much of an element as the panel asks for. */
class Part extends EventTarget {
  dataset = {};
  #attributes = new Map();
  #named = new Map();

  querySelector(name) {
    if (!this.#named.has(name)) this.#named.set(name, new Part());
    return this.#named.get(name);
  }

  querySelectorAll = () => [];
  contains = () => false;
  ownerDocument = {};
  getAttribute = (name) => this.#attributes.get(name);
  setAttribute = (name, value) => this.#attributes.set(name, value);
  toggleAttribute() {}
}

function press(panel, key, how = {}) {
  panel.dispatchEvent(Object.assign(new Event("keydown"), { key, ...how }));
}

test("Escape closes the panel, but not while it takes back a word that is being composed", () => {
  const room = new Part();
  const panel = room.querySelector("#side");
  const chat = Object.assign(new Part(), { dataset: { tab: "chat" } });
  panel.querySelectorAll = () => [chat];
  new SidePanel({ room, memory: new Memory() });
  press(panel, "Escape", { isComposing: true });
  assert.equal(panel.hidden, false);
  press(panel, "Escape");
  assert.equal(panel.hidden, true);
});
