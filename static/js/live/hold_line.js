/**
 * Holding on to the line to the server: three tries when it breaks, then the person is asked, and the mentor when somebody wants to
 * come back; the person is asked as well where the line stands and nothing of somebody's gets through. Makes the tries and draws the arrows between them, the line and the view; room.js does the same for the call itself.
 */
import { reconnectElsewhere, reconnectNow } from "../socket.js";
import { on } from "./clock.js";
import { Knocks } from "./knocks.js";
import { Tries } from "./tries.js";

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {import("./stuck.js").Stuck} parts.stuck
 * @param {import("./view.js").View} parts.view
 * @param {import("./clock.js").browserClock} parts.clock
 * @param {(id: number) => string|null} parts.nameOf
 * @param {(problem: object) => void} parts.complain
 * @param {() => void} [parts.beginAnew] leave this page for a fresh one
 * @returns {{stop: () => void, doings: Record<string, () => void>}} what the person does about it, and to give it up
 */
export function holdLine({ signaling, mesh, stuck, view, clock, nameOf, complain, beginAnew = () => location.reload() }) {
  const tries = new Tries({ clock, reconnect: reconnectNow, reconnectElsewhere });
  const doings = layRejoining({ signaling, stuck, view, tries, nameOf, beginAnew });
  const knocks = new Knocks({ clock });

  on(signaling, "knock", (person) => knocks.add(person));
  on(knocks, "change", ({ person }) => view.knock(person));
  on(mesh, "joined", ({ person }) => knocks.settle(person.id));
  for (const sign of ["status", "signal"]) on(signaling, sign, ({ sender }) => knocks.settle(sender));

  return {
    stop() {
      tries.stop();
      view.rejoin(null);
    },
    doings: {
      ...doings,
      admit() {
        const person = knocks.first?.id ?? 0;
        knocks.settle(person);
        signaling.ask("admit", { person }).catch(complain);
      },
    },
  };
}

/** What is said about the line to the server; nothing to say leaves room for what is said about the calls. */
function layRejoining({ signaling, stuck, view, tries, nameOf, beginAnew }) {
  let said = null;
  const calls = layStuck({ stuck, view, nameOf, isFree: () => !said });
  const say = (state) => {
    said = state;
    if (state) view.rejoin(state);
    else calls.show();
  };

  on(signaling, "entered", () => {
    view.line("up");
    tries.stop();
    say(null);
  });
  on(signaling, "down", () => {
    view.line("down");
    if (said === "asked") say("lost");
    tries.begin();
  });
  on(tries, "try", ({ number, of }) => view.tries(number, of));
  on(tries, "spent", () => say("lost"));
  on(signaling, "knocking", () => {
    tries.stop(); // the line is there: what is waited for is a yes
    say("asked");
  });

  return {
    later: calls.putAway,
    rejoin() {
      if (!said) return beginAnew();
      say("trying");
      tries.stop();
      tries.begin();
      reconnectNow();
      signaling.rejoin();
      return undefined;
    },
  };
}

/** Of whom nothing gets through though both lines stand. Put away, it is not said again before all of it did. */
function layStuck({ stuck, view, nameOf, isFree }) {
  const missing = new Map();
  let isPutAway = false;
  const show = () => {
    const [name] = isPutAway ? [] : missing.values();
    view.rejoin(name ? "stuck" : null, name);
  };

  on(stuck, "stuck", ({ from, isStuck }) => {
    if (isStuck) missing.set(from, nameOf(from));
    else missing.delete(from);
    isPutAway &&= missing.size > 0;
    if (isFree()) show();
  });

  return {
    show,
    putAway() {
      isPutAway = true;
      show();
    },
  };
}
