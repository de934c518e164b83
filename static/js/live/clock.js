/**
 * Time as the room uses it: durations only, so a wrong wall clock never matters.
 * Parts take a clock as an argument; tests give them one they can turn by hand.
 */
export const browserClock = {
  /** @returns {number} milliseconds since the page was opened */
  now: () => performance.now(),

  /** @param {number} ms @param {() => void} action @returns {() => void} cancels it */
  after(ms, action) {
    const id = setTimeout(action, ms);
    return () => clearTimeout(id);
  },

  /** @param {number} ms @param {() => void} action @returns {() => void} stops it */
  every(ms, action) {
    const id = setInterval(action, ms);
    return () => clearInterval(id);
  },
};

/** An event carrying its facts in `detail`, the way every part of the room speaks. */
export function tell(target, type, detail = {}) {
  target.dispatchEvent(new CustomEvent(type, { detail }));
}

/** An arrow: what one part speaks, another hears. */
export function on(part, type, listener) {
  part.addEventListener(type, ({ detail }) => listener(detail));
}

/** As many turns as a prepared offer needs to go out; they are over before anything else is heard. */
const TURNS = 20;

/** Let promises that are kept already go on first: what others wait for leaves before what only we look at is drawn. */
export async function readyOnesFirst() {
  for (let turn = 0; turn < TURNS; turn += 1) await null;
}
