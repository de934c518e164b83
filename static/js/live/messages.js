/**
 * Everything that travels on the room's socket, both ways: the twin of
 * app/live/messages.py, where each message is explained. A test compares the two.
 */

/** Characters in one chat line. */
export const CHAT_LIMIT = 2000;

/** @typedef {"on"|"muted"|"off"} Microphone */

// From the browser

/**
 * @typedef {object} Enter
 * @property {string} room
 * @property {string} tab
 * @property {boolean} [take]
 */

/**
 * @typedef {object} Knock
 * @property {string} room
 */

/**
 * @typedef {object} Admit
 * @property {number} person
 */

/**
 * @typedef {object} Beat
 * @property {"good"|"lowered"|"sound"|"stalled"|null} [link]
 */

/**
 * @typedef {object} Received
 * @property {number} person
 * @property {number} seconds
 */

/**
 * @typedef {object} Testimony
 * @property {Received[]} received
 */

/** @typedef {object} Echo */

/** @typedef {object} Renew */

/** @typedef {object} Leave */

/**
 * @typedef {object} Description
 * @property {"offer"|"answer"} type
 * @property {string} sdp
 */

/**
 * @typedef {object} Candidate
 * @property {string} candidate
 * @property {string|null} mid
 * @property {number|null} line
 * @property {string|null} fragment
 */

/**
 * @typedef {object} Signal
 * @property {number} to
 * @property {number} epoch
 * @property {Description|null} description
 * @property {Candidate|null} candidate
 */

/**
 * @typedef {object} Say
 * @property {string} client_id
 * @property {string} text
 */

/**
 * @typedef {object} Status
 * @property {Microphone} microphone
 * @property {boolean} camera
 * @property {boolean} sharing
 * @property {boolean} hand
 * @property {number} heard
 */

/**
 * @typedef {object} Lower
 * @property {number} person
 */

/** @typedef {object} End */

/** @typedef {object} UndoEnd */

/** @typedef {object} WaitLonger */

/**
 * @typedef {object} Cover
 * @property {number} topic
 * @property {boolean} covered
 */

// From the server

/**
 * @typedef {object} Person
 * @property {number} id
 * @property {string} name
 * @property {"mentor"|"learner"} role
 * @property {boolean} is_here
 */

/**
 * @typedef {object} Waiting
 * @property {number} seconds
 */

/**
 * @typedef {object} Knocking
 * @property {number} id
 * @property {string} name
 */

/**
 * @typedef {object} Admitted
 * @property {string} room
 */

/**
 * @typedef {object} TimerState
 * @property {number} seconds
 * @property {number} runs_for
 * @property {number} ends_in
 */

/**
 * @typedef {object} KeptFile
 * @property {string} key
 * @property {number} size
 */

/**
 * @typedef {object} ChatLine
 * @property {number} number
 * @property {string} client_id
 * @property {number} sender
 * @property {string} name
 * @property {string} text
 * @property {string} sent_at
 * @property {KeptFile|null} file
 */

/**
 * @typedef {object} TopicMark
 * @property {number} id
 * @property {string} name
 * @property {string|null} covered_at
 */

/**
 * @typedef {object} Topics
 * @property {TopicMark[]} topics
 */

/**
 * @typedef {object} Thanks
 * @property {string} name
 * @property {string} amount
 */

/**
 * @typedef {object} IceServer
 * @property {string[]} urls
 * @property {string} username
 * @property {string} credential
 */

/**
 * @typedef {object} Pulse
 * @property {Person[]} people
 * @property {TimerState} timer
 * @property {number|null} ending_in
 * @property {number|null} decides_in
 * @property {number|null} stops_in
 */

/**
 * @typedef {object} Welcome
 * @property {number} me
 * @property {number} entry
 * @property {Pulse} pulse
 * @property {ChatLine[]} chat
 * @property {TopicMark[]} topics
 * @property {number} board
 * @property {boolean} locked
 * @property {RecordingState} recording
 * @property {Out[]} out
 * @property {IceServer[]} ice
 * @property {string} renewal
 */

/**
 * @typedef {object} Kept
 * @property {Pulse} pulse
 * @property {string} renewal
 */

/**
 * @typedef {object} Renewed
 * @property {string} renewal
 */

/**
 * @typedef {object} Signalled
 * @property {number} sender
 * @property {number} epoch
 * @property {Description|null} description
 * @property {Candidate|null} candidate
 */

/**
 * @typedef {object} StatusOf
 * @property {number} sender
 * @property {Microphone} microphone
 * @property {boolean} camera
 * @property {boolean} sharing
 * @property {boolean} hand
 * @property {number} heard
 */

/**
 * @typedef {object} Lowered
 * @property {string} by
 */

/**
 * @typedef {object} Problem
 * @property {string} code
 * @property {string} message
 */
