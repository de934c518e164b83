/** The two dialogs about devices: small, so they are fetched in one piece, when either is first wanted. */
export { showHowToAllow } from "./allow_dialog.js";
export { DevicesDialog } from "./devices_dialog.js";
