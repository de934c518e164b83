/**
 * What to say when the server answered a fragment's request with something that cannot be shown in place.
 * @param {number} status HTTP status; 0 when there was no answer at all
 */
export function problemText(status) {
  if (status === 0) return "We could not reach PeerLearn. Nothing is lost; please try again in a moment.";
  if (status === 401) return "You have been signed out. Please sign in again.";
  if (status === 403) return "This is not open to you.";
  if (status === 404) return "This is not there any more.";
  if (status === 413) return "That is too large to send.";
  if (status === 429) return "That was a lot at once. Please wait a minute and try again.";
  return "Something went wrong on our side. Nothing is lost; please try again.";
}

/** True when an answer is a whole document rather than a fragment. */
export function isDocument(text) {
  return /^\s*<(!doctype|html)/i.test(text);
}
