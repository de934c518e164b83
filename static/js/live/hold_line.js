/**
 * Holding on to the line to the server: three tries when it breaks, then the person is asked, and the mentor when somebody wants to
 * come back. Makes the tries and draws the arrows between them, the line and the view; room.js does the same for the call itself.
 */
import { reconnectElsewhere, reconnectNow } from "../socket.js";
import { on } from "./clock.js";
import { Knocks } from "./knocks.js";
import { Tries } from "./tries.js";

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./mesh.js").Mesh} parts.mesh
 * @param {import("./view.js").View} parts.view
 * @param {import("./clock.js").browserClock} parts.clock
 * @param {(problem: object) => void} parts.complain
 * @returns {{stop: () => void, doings: Record<string, () => void>}} what the person does about it, and to give it up
 */
export function holdLine({ signaling, mesh, view, clock, complain }) {
  const tries = new Tries({ clock, reconnect: reconnectNow, reconnectElsewhere });
  const doings = layRejoining({ signaling, view, tries });
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

function layRejoining({ signaling, view, tries }) {
  let said = null;
  const say = (state) => {
    said = state;
    view.rejoin(state);
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
    rejoin() {
      say("trying");
      tries.stop();
      tries.begin();
      reconnectNow();
      signaling.rejoin();
    },
  };
}
