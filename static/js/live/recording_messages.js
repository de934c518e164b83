/**
 * What travels on the room's socket for the recording: the twin of
 * app/live/recording_messages.py, where each message is explained. A test compares the two.
 */

// From the browser

/**
 * @typedef {object} Record
 * @property {boolean} on
 */

/**
 * @typedef {object} Consent
 * @property {boolean} agrees
 */

/**
 * @typedef {object} Segment
 * @property {string} client_id
 * @property {string} kind
 * @property {number} ago
 */

/**
 * @typedef {object} CannotRecord
 * @property {"unable"|"full"} reason
 */

// From the server

/**
 * @typedef {object} RecordingState
 * @property {boolean} is_allowed
 * @property {boolean} is_wanted
 * @property {boolean} is_on
 * @property {number[]} agreed
 * @property {number[]} asked
 * @property {number|null} recorder
 * @property {number|null} stopped_by
 * @property {boolean} is_declined
 * @property {boolean} has_film
 * @property {boolean} none_can
 */
