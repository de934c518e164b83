// Moving between pages without a new document: htmx boosts links and forms (layouts/base.html), #main fades and the bars
// stay. Here is what a browser does at a real navigation and a script has to do by hand.

import htmx from "htmx.org";

const PAGES = ["main", "page"];
const arriving = new WeakMap();

/** Focus goes to the new heading; a refused form is no place to come back to; redirects stay inside the document. */
export function smoothNavigation() {
  // As soon as the new page stands, not when its fade is over.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const page = tasks.find((task) => task.type === "main" && PAGES.includes(task.target?.id));
    if (page && !ctx.quiet) arriving.set(page, ctx.title);
  });
  document.addEventListener("htmx:after:settle", ({ detail: { task } }) => {
    if (!arriving.has(task)) return;
    if (arriving.get(task)) document.title = arriving.get(task);
    queueMicrotask(arrive);
  });

  document.addEventListener("htmx:before:history:update", (event) => {
    if (event.detail.response?.status >= 400) event.preventDefault();
  });

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const { redirect } = ctx.hx;
    if (!redirect || new URL(redirect, location.href).origin !== location.origin) return;
    delete ctx.hx.redirect;
    ctx.swap = "none";
    visit(redirect);
  });
}

/** Go to a page of this site as a boosted link does. */
export function visit(path) {
  const boost = document.body.getAttribute("hx-boost:inherited");
  if (!boost) return location.assign(path);
  return htmx.ajax("GET", path, { push: "true", visit: true, headers: { "HX-Boosted": "true" }, ...parsed(boost) });
}

/** htmx's short notation, as base.html writes it: key:value or key:"a value". */
function parsed(boost) {
  const options = {};
  for (const [, key, quoted, bare] of boost.matchAll(/(\w+):(?:"([^"]*)"|(\S+))/g)) options[key] = quoted ?? bare;
  return { ...options, transition: options.transition === "true" };
}

function arrive() {
  document.body.dispatchEvent(new CustomEvent("peerlearn:arrived"));
  if (location.hash || document.querySelector("#main [autofocus], #main form-errors")) return;
  const heading = document.querySelector("#main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
