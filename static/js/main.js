// Every page: htmx, the parts of the page that move, and the person's nudges.

import "htmx.org";
import { sendLeftovers } from "./live/recorder/leftovers.js";
import { remember } from "./page/preferences.js";
import { keepRequestsHonest } from "./page/requests.js";
import { sayConnection } from "./page/connection.js";
import { smoothNavigation } from "./page/navigation.js";
import { watchKeyboard } from "./page/keyboard.js";
import "./elements/toast-tray.js";
import "./elements/dialog-host.js";
import "./elements/lesson-popover.js";
import "./elements/page-state.js";
import "./elements/live-time.js";
import "./elements/topics-input.js";
import "./elements/drop-zone.js";
import "./elements/theme-switch.js";
import "./elements/form-errors.js";
import "./elements/reveal-password.js";
import "./elements/copy-text.js";
import "./elements/say-once.js";
import "./elements/share-link.js";
import "./elements/wake-at.js";
import "./elements/who-is-here.js";

remember();
keepRequestsHonest();
smoothNavigation();
sayConnection();
watchKeyboard();
sendLeftovers(Number(document.querySelector("page-state")?.dataset.user));
