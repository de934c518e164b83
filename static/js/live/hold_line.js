/**
 * Holding on to the line to the server: three tries when it breaks, then the person is asked, and the mentor when somebody wants to
 * come back. Makes the tries and draws the arrows between them, the line and the view; room.js does the same for the call itself.
 */
import { reconnectElsewhere, reconnectNow } from "../socket.js";
import { on } from "./beside.js";
import { browserClock as clock } from "./clock.js";
import { Tries } from "./tries.js";

/**
 * @param {object} parts
 * @param {import("./signaling.js").Signaling} parts.signaling
 * @param {import("./view.js").View} parts.view
 * @param {(problem: object) => void} parts.complain
 * @returns {{stop: () => void, doings: Record<string, () => void>}} what the person does about it, and to give it up
 */
export function holdLine({ signaling, view, complain }) {
  const tries = new Tries({ clock, reconnect: reconnectNow, reconnectElsewhere });

  on(signaling, "entered", () => {
    view.line("up");
    tries.stop();
    view.rejoin(null);
  });
  on(signaling, "down", () => {
    view.line("down");
    tries.begin();
  });
  on(tries, "try", ({ number, of }) => view.tries(number, of));
  on(tries, "spent", () => view.rejoin("lost"));
  on(signaling, "knocking", () => view.rejoin("asked"));
  on(signaling, "knock", (person) => view.knock(person));

  return {
    stop: () => tries.stop(),
    doings: {
      rejoin() {
        view.rejoin("trying");
        reconnectNow();
        signaling.rejoin();
      },
      admit: () => signaling.ask("admit", { person: view.knocked() }).catch(complain),
    },
  };
}
