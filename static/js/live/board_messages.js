/**
 * What travels on the room's socket for the whiteboard: the twin of
 * app/live/board_messages.py, where each message is explained. A test compares the two.
 */

/** The whiteboard's own space, and what fits on it; each is explained in the twin. */
export const BOARD_WIDTH = 1600;
export const BOARD_HEIGHT = 1000;
export const BOARD_PAGES = 30;
export const BOARD_UNDO = 50;
export const BOARD_NUMBERS = 2000;
export const BOARD_TEXT = 300;
export const BOARD_NOTE_WIDTH = 320;
export const BOARD_NOTE_HEIGHT = 240;
export const BOARD_NOTE_LINES = 12;
export const BOARD_TARGETS = 100;

// From the browser

/**
 * @typedef {object} Mark
 * @property {"ink"|"red"|"orange"|"green"|"blue"|"purple"} colour
 * @property {number} width
 * @property {number[]} points
 * @property {string} text
 */

/**
 * @typedef {object} Draw
 * @property {string} client_id
 * @property {number} page
 * @property {"stroke"|"line"|"rectangle"|"ellipse"|"text"|"note"|"edit"|"erase"|"clear"|"page"|"undo"|"redo"|"paper"} kind
 * @property {Mark|null} mark
 * @property {string[]|null} targets
 * @property {"plain"|"lines"|"squares"|"axes"|null} [paper]
 */

/**
 * @typedef {object} Drawing
 * @property {string} client_id
 * @property {number} page
 * @property {"stroke"|"line"|"rectangle"|"ellipse"} kind
 * @property {Mark} mark
 */

/**
 * @typedef {object} Look
 * @property {number} since
 * @property {number} most
 */

/**
 * @typedef {object} LockBoard
 * @property {boolean} on
 */

// From the server

/**
 * @typedef {object} BoardLock
 * @property {boolean} on
 */

/**
 * @typedef {object} Deed
 * @property {number} number
 * @property {number} sender
 * @property {string} client_id
 * @property {number} page
 * @property {string} kind
 * @property {Mark|null} mark
 * @property {string[]|null} targets
 * @property {string|null} paper
 */

/**
 * @typedef {object} DrawingOf
 * @property {number} sender
 * @property {string} client_id
 * @property {number} page
 * @property {string} kind
 * @property {Mark} mark
 */

/**
 * @typedef {object} Board
 * @property {number} version
 * @property {number} upto
 * @property {number} pages
 * @property {Deed[]} deeds
 */
