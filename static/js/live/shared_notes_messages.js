/**
 * What travels on the room's socket for the shared notes: the twin of
 * app/live/shared_notes_messages.py, where each message is explained. A test compares the two.
 */

// From the browser

/**
 * @typedef {object} LookNotes
 */

/**
 * @typedef {object} WriteNotes
 * @property {number} version
 * @property {string} text
 */

// From the server

/**
 * @typedef {object} SharedText
 * @property {number} version
 * @property {string} text
 */

/**
 * @typedef {object} Written
 * @property {boolean} is_taken
 * @property {number} version
 * @property {string} text
 */
