/**
 * What travels on the room's socket when the mentor asks somebody to leave: the twin of
 * app/live/removal_messages.py, where each message is explained. A test compares the two.
 */

// From the browser

/**
 * @typedef {object} Remove
 * @property {number} person
 */

/**
 * @typedef {object} NotNow
 * @property {number} person
 */

// From the server

/**
 * @typedef {object} Removed
 * @property {string} room
 */

/**
 * @typedef {object} Out
 * @property {number} id
 * @property {string} name
 * @property {boolean} asks
 */

/**
 * @typedef {object} Asking
 * @property {number} id
 * @property {string} name
 */
