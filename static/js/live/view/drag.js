/**
 * A small picture can be moved out of the way on a phone: it follows the finger and
 * settles in the nearest corner. A tap without a move stays a tap.
 */
const THRESHOLD = 8;

/** @param {HTMLElement} tile @param {HTMLElement} frame it stays inside of */
export function makeDraggable(tile, frame) {
  let start = null;
  let hasMoved = false;

  tile.addEventListener("pointerdown", (event) => {
    if (tile.dataset.size !== "small" || getComputedStyle(tile).touchAction !== "none") return; // only where CSS lays it over the large one
    start = { x: event.clientX, y: event.clientY };
    hasMoved = false;
  });

  tile.addEventListener("pointermove", (event) => {
    if (!start) return;
    const [x, y] = [event.clientX - start.x, event.clientY - start.y];
    if (!hasMoved && Math.hypot(x, y) < THRESHOLD) return;
    if (!hasMoved) tile.setPointerCapture(event.pointerId);
    hasMoved = true;
    tile.style.translate = `${x}px ${y}px`;
  });

  const drop = (event) => {
    if (start && hasMoved) {
      tile.dataset.corner = nearestCorner(event, frame.getBoundingClientRect());
      tile.dataset.moved = "true";
    }
    tile.style.translate = "";
    start = null;
  };
  tile.addEventListener("pointerup", drop);
  tile.addEventListener("pointercancel", drop);
  tile.addEventListener("click", (event) => hasMoved && event.stopPropagation(), { capture: true });
}

/** @returns {"top-left"|"top-right"|"bottom-left"|"bottom-right"} */
export function nearestCorner({ clientX, clientY }, { left, top, width, height }) {
  const across = clientX < left + width / 2 ? "left" : "right";
  return `${clientY < top + height / 2 ? "top" : "bottom"}-${across}`;
}
