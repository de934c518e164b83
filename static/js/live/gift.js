/**
 * Gift: the same dialog as on the dashboards. What it needs is fetched when it is first wanted, in one piece, so that nobody waits
 * for it on the way into the call.
 */

/** @param {string} address of the dialog */
export async function openGift(address) {
  loading ??= import("./gift_dialog.js");
  loading.catch(() => (loading = null));
  const { showDialog } = await loading;
  await showDialog(address);
}

let loading = null;
