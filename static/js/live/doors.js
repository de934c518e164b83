/** The room's page before and after its time, and the way back in from a tab that lost its seat. */
import { openGift } from "./gift.js";
import { sendLeftovers } from "./recorder/leftovers.js";
import { RecordingSheet } from "./view/recording_sheet.js";

/**
 * Before: the page opens by itself, once what is going on there is done.
 * @param {{opensIn: string}} data seconds @param {() => Promise<void>|null} busy
 */
export function waitForOpening({ opensIn }, busy = () => null) {
  setTimeout(async () => {
    await busy();
    location.reload();
  }, Math.min(Number(opensIn) * 1000, 2 ** 31 - 1));
}

/** After: the feedback dialog, as a dialog should be, a tip without leaving it, and what an earlier page captured is sent. */
export function askForFeedback() {
  const sheet = new RecordingSheet({ page: document, room: location.pathname.split("/")[2] });
  sendLeftovers(Number(document.body.dataset.user), (what, detail) => sheet.hear(what, detail));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=gift]");
    if (button) openGift(button.dataset.url).catch(() => location.assign(button.dataset.url));
  });
  const dialog = document.querySelector("#feedback");
  dialog.close();
  dialog.showModal();
}

/** Come in anew and take the seat from the other tab without being asked. */
export function comeBackAndTake() {
  history.replaceState({ take: true }, "");
  location.reload();
}

/** Was that asked for? Only once: the next reload asks again. */
export function isComingBack() {
  const take = Boolean(history.state?.take);
  history.replaceState(null, "");
  return take;
}
