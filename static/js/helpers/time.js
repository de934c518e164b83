const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How far away a moment is, in the words of the server (app/web/filters.py): "in 42 min", "now", "5 min ago", "in 2 days".
 * Rounded down, so that it never promises more time than there is.
 * @param {number} then milliseconds
 * @param {number} now milliseconds
 * @returns {string}
 */
export function relativeText(then, now) {
  const away = then - now;
  const size = Math.abs(away);
  if (size < MINUTE) return "now";
  const text = size < HOUR ? `${Math.floor(size / MINUTE)} min` : size < DAY ? `${Math.floor(size / HOUR)} h` : days(size);
  return away > 0 ? `in ${text}` : `${text} ago`;
}

function days(size) {
  const count = Math.floor(size / DAY);
  return `${count} ${count === 1 ? "day" : "days"}`;
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
  const rest = (((then - now) % MINUTE) + MINUTE) % MINUTE;
  return rest + 50;
}
