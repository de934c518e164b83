import assert from "node:assert/strict";
import test from "node:test";
import { layRemoving } from "../../../static/js/live/removing.js";
import { FakeClock, settle } from "./fakes.js";

const on = (part, type, listener) => part.addEventListener(type, ({ detail }) => listener(detail));

/** As much of an element as the panel needs. */
class Thing {
  parent = null;
  children = [];
  dataset = {};
  textContent = "";
  hidden = false;

  constructor(page) {
    this.page = page;
  }

  before(...others) {
    for (const other of others) {
      other.remove();
      other.parent = this.parent;
      this.parent.children.splice(this.parent.children.indexOf(this), 0, other);
    }
  }

  /** What leaves its place loses the focus. */
  remove() {
    if (this.parent && this.contains(this.page.activeElement)) this.page.activeElement = this.page.body;
    if (this.parent) this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }

  add(...children) {
    for (const child of children) child.parent = this;
    this.children.push(...children);
    return this;
  }

  contains(other) {
    return this === other || this.children.some((child) => child.contains(other));
  }

  checkVisibility() {
    return !this.hidden && (this === this.page.body || Boolean(this.parent?.checkVisibility()));
  }

  focus() {
    this.page.activeElement = this;
  }

  get parentElement() {
    return this.parent;
  }

  get nextElementSibling() {
    return this.parent?.children[this.parent.children.indexOf(this) + 1] ?? null;
  }

  get all() {
    return this.children.flatMap((child) => [child, ...child.all]);
  }

  querySelectorAll(selector) {
    return this.all.filter((one) => one.is === selector);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  closest(selector) {
    return this.is === selector ? this : this.parent.closest(selector);
  }
}

function room({ out = [], people = [] } = {}) {
  const page = {};
  const make = (is, ...children) => Object.assign(new Thing(page).add(...children), { is });
  const line = () => {
    const button = make("button", make("span"));
    return { querySelector: () => Object.assign(button, { closest: () => make(".more-person", button) }) };
  };
  const [more, last, words, accept, title] = ["#more-button", "#more .more-last", ".asking-words", "button", ".waiting-title"].map((is) => make(is));
  const bar = Object.assign(make(".asking", words, accept), { dataset: { learners: "2" } });
  const template = Object.assign(make("#more-person"), { content: { cloneNode: line } });
  page.body = make("body", more, make("#more", last), bar, template, title);
  page.activeElement = page.body;
  page.querySelector = (selector) => page.body.querySelector(selector);

  const clock = new FakeClock();
  const view = Object.assign(new EventTarget(), { note() {}, unnote() {} });
  const mesh = Object.assign(new EventTarget(), { people });
  const signaling = Object.assign(new EventTarget(), { isIn: true, welcome: { out }, ask: async () => ({}) });
  layRemoving({ signaling, view, mesh, on, clock, page });
  const say = (part, type, detail = {}) => part.dispatchEvent(new CustomEvent(type, { detail }));
  return {
    page, clock, signaling, more, bar, accept,
    lines: () => last.parent.children.slice(0, -1).map((one) => one.querySelector("span").textContent),
    button: (text) => last.parent.all.find(({ textContent, is }) => is === "span" && textContent === text).parent,
    joins(id, name) {
      const person = { id, name };
      mesh.people.push(person);
      say(mesh, "joined", { person });
    },
    leaves(id) {
      const person = mesh.people.splice(mesh.people.findIndex((one) => one.id === id), 1)[0];
      say(mesh, "left", { person });
    },
    asks: (id, name) => say(signaling, "asking", { id, name }),
    enters: (people) => say(signaling, "entered", { welcome: { out: people } }),
    async taps(what, person) {
      say(view, "do", { what, person });
      await settle();
    },
  };
}

test("a line that says the same keeps the focus while others come and go", () => {
  const { page, lines, button, joins, leaves } = room();
  joins(2, "Lev");
  const mine = button("Remove Lev");
  mine.focus();
  joins(3, "Ana");
  assert.deepEqual(lines(), ["Remove Lev", "Remove Ana"]);
  leaves(3);
  assert.deepEqual(lines(), ["Remove Lev"]);
  assert.equal(page.activeElement, mine);
});

test("when the line that has the focus goes, More has it", () => {
  const { page, more, button, joins, leaves } = room();
  joins(2, "Lev");
  button("Remove Lev").focus();
  leaves(2);
  assert.equal(page.activeElement, more);
});

test("the bar that goes with an answer leaves the focus to More; a focus elsewhere stays there", async () => {
  const { page, more, bar, accept, asks, taps } = room();
  asks(2, "Lev");
  accept.focus();
  await taps("not-now", 2);
  assert.deepEqual([bar.hidden, page.activeElement === more], [true, true]);
  page.body.focus();
  asks(2, "Lev");
  await taps("let-back", 2);
  assert.deepEqual([bar.hidden, page.activeElement === page.body], [true, true]);
});

test("word from before the removal that comes after it takes the way back from nobody", async () => {
  const { clock, lines, joins, leaves, taps } = room();
  joins(2, "Lev");
  await taps("remove", 2);
  leaves(2);
  joins(2, "Lev");
  assert.deepEqual(lines(), ["Let Lev back in"]);
  await clock.pass(5000);
  leaves(2);
  await clock.pass(60_000);
  assert.deepEqual(lines(), ["Let Lev back in"]);
});

test("nor does word from before it that nothing corrects while the line is down", async () => {
  const { clock, signaling, lines, joins, leaves } = room({ out: [{ id: 2, name: "Lev", asks: false }] });
  joins(2, "Lev");
  signaling.isIn = false;
  await clock.pass(60_000);
  leaves(2);
  signaling.isIn = true;
  await clock.pass(60_000);
  assert.deepEqual(lines(), ["Let Lev back in"]);
});

test("who is let back may be asked to leave again at once, also when the answer was lost and they are simply there", async () => {
  const { clock, lines, joins, taps } = room({ out: [{ id: 2, name: "Lev", asks: false }, { id: 3, name: "Ana", asks: false }] });
  await taps("let-back", 2);
  joins(2, "Lev");
  assert.deepEqual(lines(), ["Remove Lev", "Let Ana back in"]);
  joins(3, "Ana");
  await clock.pass(13_000);
  assert.deepEqual(lines(), ["Remove Lev", "Remove Ana"]);
});

test("nor are they forgotten who were there before the mentor's part was", async () => {
  const { clock, lines } = room({ out: [{ id: 2, name: "Lev", asks: false }], people: [{ id: 2, name: "Lev" }] });
  await clock.pass(13_000);
  assert.deepEqual(lines(), ["Remove Lev"]);
});

test("what was asked, and answered elsewhere, while the line was down stands in the next welcome", () => {
  const { bar, lines, enters } = room({ out: [{ id: 2, name: "Lev", asks: false }] });
  enters([{ id: 2, name: "Lev", asks: true }]);
  assert.equal(bar.hidden, false);
  enters([]);
  assert.deepEqual([bar.hidden, lines()], [true, []]);
});
