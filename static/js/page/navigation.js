// Moving between pages without a new document: htmx boosts links and forms (layouts/base.html), #main fades,
// the bars stay. Here: what a browser does for a real navigation and a script has to do by hand.

/** Focus and the reader's attention go to the new heading. */
export function smoothNavigation() {
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const target = ctx.target instanceof Element ? ctx.target.id : ctx.target;
    if (target !== "main" && target !== "page" && target !== "#main") return;
    arrive();
  });

  // An answer to a form that was wrong is not a place to come back to.
  document.addEventListener("htmx:before:history:update", (event) => {
    if (event.detail.response?.status >= 400) event.preventDefault();
  });
}

function arrive() {
  document.body.dispatchEvent(new CustomEvent("peerlearn:arrived"));
  if (location.hash || document.querySelector("#main [autofocus]")) return;
  const heading = document.querySelector("#main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
