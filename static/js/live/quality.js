/**
 * How good a picture a link can carry. Pure: figures of one second in, decision out.
 *
 * Three levels of our own picture, then sound alone; sound is never given up. The browser lowers the picture by itself too, and the
 * two multiply: hence never below half the size. What the browser believes it could send is not asked on the way up, since our
 * own ceiling limits that very figure: after four good seconds a step up is tried, and taken back if it hurts.
 */

/** Ceilings in bit/s and by what the picture's sides are divided; the last level sends no picture. */
export const LEVELS = [
  { bitrate: 1_200_000, scale: 1 },
  { bitrate: 350_000, scale: 1.5 },
  { bitrate: 150_000, scale: 2 },
  { bitrate: 0, scale: 2 },
];
export const SOUND_ALONE = LEVELS.length - 1;
const LOWERED = 1;
/** With more people in the room each of them gets less of our line: ceilings in bit/s by how many we send to. */
const CEILINGS = [1_200_000, 1_200_000, 700_000, 400_000];

const LOSS = 0.08;
const ROUND_TRIP = 0.5;
const LIMITED = 0.5;
const GOOD_SECONDS = 4;
/** A step up that hurt within so many seconds is not tried again for twice as long as before, up to a minute. */
const HURT_WITHIN = 5;
const LONGEST_WAIT = 60;
/** A step down needs this long to show: judging sooner would fall through all levels at once. */
const SETTLING = 3;

/**
 * @typedef {object} Figures what one second was like, seen from the sender
 * @property {number} loss share of packets that the other side missed, 0 to 1
 * @property {number} roundTrip seconds
 * @property {number} limited share of the second in which the browser held the picture back for want of bandwidth
 * @property {number} frames pictures sent per second
 * @property {number} wanted pictures per second that the camera gives
 *
 * @typedef {object} State
 * @property {number} level index into LEVELS
 * @property {number} good good seconds in a row
 * @property {number} since seconds at this level
 * @property {number} wait good seconds that the next step up needs
 * @property {boolean} isTrial the last step was a step up
 */

/** @returns {State} */
export function begin() {
  return { level: 0, good: 0, since: 0, wait: GOOD_SECONDS, isTrial: false };
}

/**
 * For a fresh connection: a picture again, though not the best where the one before it was bad, and none of the waiting that it earned.
 *
 * @param {State} state @returns {State}
 */
export function beginAgain({ level }) {
  return { ...begin(), level: Math.min(level, LOWERED) };
}

/** @param {State} state @param {Figures} figures @returns {State} */
export function decide(state, figures) {
  const since = state.since + 1;
  if (since <= SETTLING && !state.isTrial) return { ...state, since };
  if (isBad(figures)) return stepDown(state, since);
  const good = state.good + 1;
  if (state.level === 0 || good < state.wait) return { ...state, since, good, isTrial: state.isTrial && since < HURT_WITHIN };
  return { ...state, level: state.level - 1, good: 0, since: 0, isTrial: true };
}

function stepDown(state, since) {
  const hurt = state.isTrial && since <= HURT_WITHIN;
  const wait = hurt ? Math.min(state.wait * 2, LONGEST_WAIT) : GOOD_SECONDS;
  return { level: Math.min(state.level + 1, SOUND_ALONE), good: 0, since: 0, wait, isTrial: false };
}

function isBad({ loss, roundTrip, limited, frames, wanted }) {
  return loss > LOSS || roundTrip > ROUND_TRIP || (limited > LIMITED && frames < wanted / 2);
}

/** @param {number} level @param {number} others how many people we send to @returns {{maxBitrate: number, scale: number, isActive: boolean}} */
export function limits(level, others) {
  const ceiling = CEILINGS[Math.min(others, CEILINGS.length - 1)];
  const { bitrate, scale } = LEVELS[level];
  return { maxBitrate: Math.min(bitrate, ceiling) || LEVELS[SOUND_ALONE - 1].bitrate, scale, isActive: level < SOUND_ALONE };
}

/**
 * What the time between two looks was like; null when nothing was sent, so that nothing can be said.
 *
 * @param {Map<string, object>} before an RTCStatsReport of the camera's sender
 * @param {Map<string, object>} after
 * @returns {Figures|null}
 */
export function figuresBetween(before, after) {
  const [was, is] = [find(before, "outbound-rtp"), find(after, "outbound-rtp")];
  if (!was || !is || is.timestamp <= was.timestamp) return null;
  const seconds = (is.timestamp - was.timestamp) / 1000;
  const theirs = find(after, "remote-inbound-rtp");
  const bandwidth = (entry) => entry.qualityLimitationDurations?.bandwidth ?? 0;
  return {
    loss: theirs?.fractionLost ?? 0,
    roundTrip: theirs?.roundTripTime ?? 0,
    limited: (bandwidth(is) - bandwidth(was)) / seconds,
    frames: ((is.framesEncoded ?? 0) - (was.framesEncoded ?? 0)) / seconds,
    wanted: find(after, "media-source")?.framesPerSecond ?? 0,
  };
}

/**
 * The same while the sound goes out alone: the picture's own figures stand still then, and would stay as bad as they were last.
 *
 * @param {Map<string, object>} report an RTCStatsReport of the microphone's sender
 * @returns {Figures}
 */
export function figuresOfSound(report) {
  const theirs = find(report, "remote-inbound-rtp");
  return { loss: theirs?.fractionLost ?? 0, roundTrip: theirs?.roundTripTime ?? 0, limited: 0, frames: 0, wanted: 0 };
}

/** Pictures that were decoded of theirs so far, or null when none can be expected. @param {Map<string, object>} report of a receiver */
export function framesDecoded(report) {
  return find(report, "inbound-rtp")?.framesDecoded ?? null;
}

function find(report, type) {
  for (const entry of report.values()) if (entry.type === type) return entry;
  return null;
}
