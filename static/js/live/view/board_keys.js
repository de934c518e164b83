/** The arrow keys on the whiteboard: how far one press goes, finer with Shift. */
const STEP = 20;
const SMALL_STEP = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {KeyboardEvent} event @returns {[number, number]|null} null for any other key */
export function arrowStep({ key, shiftKey }) {
  const size = shiftKey ? SMALL_STEP : STEP;
  return ARROWS[key]?.map((way) => way * size) ?? null;
}
