/** The dashboards' dialog beside the call: htmx and the elements it is made of. gift.js fetches it when it is first wanted. */
import htmx from "htmx.org";
import "../elements/dialog-host.js";
import "../elements/live-time.js";
import "../elements/toast-tray.js";
import { keepRequestsHonest } from "../page/requests.js";

keepRequestsHonest();

/** @param {string} address of what the dialog shows */
export function showDialog(address) {
  return htmx.ajax("GET", address, { target: "#dialog-host", swap: "innerHTML" });
}
