// The session's page once it is over: the whiteboard drawn again, the film with its chapters, and notes saved as they are typed.

import "./elements/own-notes.js";
import "./elements/session-board.js";
import "./elements/session-recording.js";
import { keepFocusAtRecording } from "./live/recording_focus.js";

keepFocusAtRecording(document);
