const GAP = 10;

/**
 * Where a pop-up goes beside its card: right of it, else left, else beneath, always inside the window.
 * @param {{left: number, right: number, top: number, bottom: number}} anchor
 * @param {{width: number, height: number}} box
 * @param {{width: number, height: number}} room
 * @returns {{left: number, top: number}}
 */
export function placeBeside(anchor, box, room) {
  const fits = (left) => left >= GAP && left + box.width <= room.width - GAP;
  const right = anchor.right + GAP;
  const left = anchor.left - GAP - box.width;
  const inside = (value, most) => Math.max(GAP, Math.min(value, most - GAP));
  const top = inside(anchor.top, room.height - box.height);
  if (fits(right)) return { left: right, top };
  if (fits(left)) return { left, top };
  return { left: inside(anchor.left, room.width - box.width), top: inside(anchor.bottom + GAP, room.height - box.height) };
}
