/**
 * Gift: the same dialog as on the dashboards. What it needs (htmx and the dialog's own parts) is fetched when it is first
 * wanted, so that nobody waits for it on the way into the call.
 */

/** @param {string} address of the dialog */
export async function openGift(address) {
  const htmx = await parts();
  await htmx.ajax("GET", address, { target: "#dialog-host", swap: "innerHTML" });
}

let loading = null;

function parts() {
  loading ??= Promise.all([
    import("htmx.org"),
    import("../page/requests.js"),
    import("../elements/dialog-host.js"),
    import("../elements/live-time.js"),
    import("../elements/toast-tray.js"),
  ]).then(([{ default: htmx }, { keepRequestsHonest }]) => {
    keepRequestsHonest();
    return htmx;
  });
  loading.catch(() => (loading = null));
  return loading;
}
