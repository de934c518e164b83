const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How far away a moment is, in the words of the server's filters: "in 42 min", "now", "5 min ago".
 * @param {number} then milliseconds
 * @param {number} now milliseconds
 * @returns {string} "" when it is so far away that the date says more
 */
export function relativeText(then, now) {
  const away = then - now;
  const size = Math.abs(away);
  if (size < MINUTE / 2) return "now";
  if (size >= 20 * HOUR) return "";
  const text = size < 59.5 * MINUTE ? `${Math.round(size / MINUTE)} min` : hours(size);
  return away > 0 ? `in ${text}` : `${text} ago`;
}

function hours(size) {
  const minutes = Math.round(size / MINUTE);
  const rest = minutes % 60;
  return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

/** A countdown for the last hour: "9:41", "0:07"; "0:00" once it is over. */
export function clockText(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const pad = (value) => String(value).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** Milliseconds until the words of relativeText can change: never busier than needed. */
export function untilNextTick(then, now) {
  const rest = (((then - now - MINUTE / 2) % MINUTE) + MINUTE) % MINUTE;
  return Math.max(250, rest || MINUTE);
}
