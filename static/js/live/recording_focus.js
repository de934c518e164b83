// When a recording is deleted, what had the focus beside it goes with it: the focus stays with the section, at its title.

/** @param {Document} page */
export function keepFocusAtRecording(page) {
  let wasInside = false;

  page.addEventListener("htmx:before:swap", () => {
    wasInside = Boolean(page.getElementById("recording")?.contains(page.activeElement));
  });
  page.addEventListener("htmx:after:swap", () => {
    if (wasInside) focusTitle(page);
    wasInside = false;
  });
  // Somebody else was quicker while the dialog stood open: what opened it is not there to take the focus back.
  page.addEventListener("close", ({ target }) => target.id === "delete-recording-dialog" && focusTitle(page), true);
}

function focusTitle(page) {
  const isLost = page.activeElement === page.body || page.activeElement?.closest("dialog:not([open])");
  if (isLost) page.getElementById("recording-title")?.focus({ preventScroll: true });
}
