/**
 * The mentor's part of removing somebody: a line behind More for each learner who is here, one for each who was asked to leave, and the
 * bar that says who would like to come back. On the mentor's page alone. What it missed while the line was down stands in the next
 * welcome.
 */
/** Milliseconds: within these a word about who is here has come that is newer than any removal that was answered. */
const STAYS = 12_000;
const LOST = "The connection is gone for a moment. Please try again.";

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./view.js").View} parts.view
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {{id: number}} parts.me
 * @param {(part: EventTarget, type: string, listener: (detail: object) => void) => void} parts.on
 * @param {import("./clock.js").browserClock} parts.clock
 * @param {Document} parts.page
 */
export function layRemoving({ signaling, view, mesh, on, clock, page }) {
  const panel = new RemovingPanel({ page });
  const out = new Map();
  const draw = () => panel.draw(mesh.people.filter(({ id }) => !out.has(id)), [...out.values()]);
  const nameOf = (id) => (mesh.people.find((person) => person.id === id) ?? out.get(id))?.name ?? "Somebody";

  const tell = teller({ signaling, view, draw });
  function isBack(id) {
    out.delete(id);
    view.unnote("let-back", id);
    draw();
  }
  /** Is somebody back whom we did not let in here? Word from before the removal may come after it: only whoever stays is. */
  function watch(person) {
    const look = () => (signaling.isIn ? mesh.people.includes(person) && isBack(person.id) : watch(person));
    if (out.has(person.id)) clock.after(STAYS, look); // without a line there is no word at all: once more
  }
  function hear(welcome) {
    out.clear();
    for (const { id, name, asks } of welcome.out) out.set(id, { id, name, asks });
    mesh.people.forEach(watch); // let back meanwhile, maybe
    draw();
  }
  const doings = {
    remove(person) {
      const name = nameOf(person);
      tell("remove", person, () => {
        out.set(person, { id: person, name, asks: false });
        view.note(`${name} is out of this session.`, "info", { name: "Undo", what: "let-back", person });
      });
    },
    "let-back": (person) => tell("admit", person, () => isBack(person)),
    "not-now": (person) => tell("not_now", person, () => Object.assign(out.get(person) ?? {}, { asks: false })),
  };
  on(view, "do", ({ what, person }) => doings[what]?.(person));
  on(signaling, "asking", ({ id, name }) => {
    out.set(id, { id, name, asks: true });
    view.unnote("let-back", id); // the bar says it
    draw();
  });
  on(mesh, "joined", ({ person }) => {
    draw();
    watch(person);
  });
  on(mesh, "left", draw);
  on(signaling, "entered", ({ welcome }) => hear(welcome));
  if (signaling.isIn) hear(signaling.welcome);
}

/** Asks the server for something about somebody; what follows from its yes is done, or its no is said. */
function teller({ signaling, view, draw }) {
  return async (event, person, then) => {
    try {
      await signaling.ask(event, { person });
      then();
    } catch (problem) {
      view.note(problem.code ? problem.message : LOST, "warn");
    }
    draw();
  };
}

class RemovingPanel {
  /** By what they say. @type {Map<string, HTMLElement>} */
  #lines = new Map();

  constructor({ page }) {
    this.page = page;
    this.bar = page.querySelector(".asking");
    this.more = page.querySelector("#more-button");
    this.last = page.querySelector("#more .more-last");
    this.template = page.querySelector("#more-person");
    this.title = page.querySelector(".waiting-title");
    this.waiting = this.title.textContent;
    this.learners = Number(this.bar.dataset.learners);
  }

  /** @param {{id: number, name: string}[]} here @param {{id: number, name: string, asks: boolean}[]} out */
  draw(here, out) {
    const focused = this.page.activeElement;
    const isOurs = [this.bar, ...this.#lines.values()].some((part) => part.contains(focused));
    this.#list([
      ...here.map((person) => ["remove", person, `Remove ${person.name}`]),
      ...out.map((person) => ["let-back", person, `Let ${person.name} back in`]),
    ]);
    this.title.textContent = out.length === this.learners ? "Nobody is here now" : this.waiting;
    this.#ask(out.find(({ asks }) => asks));
    if (isOurs && !focused.checkVisibility()) this.more.focus();
  }

  /** A line that says the same as before stays where it is: it may have the focus. */
  #list(wanted) {
    const old = this.#lines;
    this.#lines = new Map(wanted.map(([what, { id }, words]) => [`${id} ${words}`, old.get(`${id} ${words}`) ?? this.#line(what, id, words)]));
    for (const [key, line] of old) if (!this.#lines.has(key)) line.remove();
    let next = this.last;
    for (const line of [...this.#lines.values()].reverse()) {
      if (line.nextElementSibling !== next) next.before(line);
      next = line;
    }
  }

  #ask(person) {
    this.bar.hidden = !person;
    if (!person) return;
    const words = `${person.name} asks to come back`;
    const said = this.bar.querySelector(".asking-words");
    if (said.textContent !== words) said.textContent = words;
    for (const button of this.bar.querySelectorAll("button")) button.dataset.person = String(person.id);
  }

  #line(what, id, words) {
    const line = this.template.content.cloneNode(true).querySelector(`[data-do=${what}]`).closest("li");
    const button = line.querySelector("button");
    button.dataset.person = String(id);
    button.querySelector("span").textContent = words;
    return line;
  }
}
