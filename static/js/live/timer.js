/**
 * The session's timer. The server counts, from the rows of who was there; the
 * browser only carries the figure forward until the next word from the server.
 *
 * @typedef {import("./messages.js").TimerState} TimerState
 */

/**
 * Seconds both sides have been together.
 * The count never runs past what the server has vouched for, so it cannot jump back.
 *
 * @param {TimerState} state as the server told it
 * @param {number} age seconds since it was told
 */
export function secondsTogether(state, age) {
  return state.seconds + Math.min(Math.max(age, 0), state.runs_for);
}

/** Is the count moving at this moment? */
export function isRunning(state, age) {
  return age < state.runs_for;
}

/** Seconds until the planned end; negative once the session runs over. */
export function secondsLeft(state, age) {
  return state.ends_in - age;
}

/** 65 → "01:05"; an hour and a half → "90:00". */
export function minutesAndSeconds(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}

/** The words beside the timer: "32 min left", "50 s left", "3 min over". */
export function timeLeftWords(seconds) {
  if (seconds <= -60) return `${Math.floor(-seconds / 60)} min over`;
  if (seconds <= 0) return "Time is up";
  if (seconds < 60) return `${Math.ceil(seconds)} s left`;
  return `${Math.ceil(seconds / 60)} min left`;
}

/** "18:45", on the reader's own clock. @param {number|string} moment */
export function hourAndMinute(moment) {
  return new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
