// What every htmx request carries, and what happens when its answer is not the fragment that was hoped for.

import { isDocument, problemText } from "../helpers/problems.js";
import { toast } from "../toast.js";

const SAFE = ["GET", "HEAD"];

/** The token that forms and requests carry; page-state keeps it fresh. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function keepRequestsHonest() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (!SAFE.includes(ctx.request.method)) ctx.request.headers["X-CSRFToken"] = csrfToken();
    else dropEmptyFields(ctx.request.body);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (ctx.visit || ctx.sourceElement?._htmx?.boosted) return leaveForOtherDocument(event, ctx);
    if (ctx.response.status < 400 || ctx.response.status === 422) return undefined;
    if (!isDocument(ctx.text) && ctx.text.trim()) return undefined; // a fragment that explains itself
    ctx.swap = "none";
    if (!ctx.hx?.trigger) toast({ text: problemText(ctx.response.status), tone: "bad" });
    return undefined;
  });

  document.addEventListener("htmx:error", ({ detail: { ctx, error } }) => {
    if (ctx && !ctx.response && error?.name !== "AbortError") toast({ text: problemText(0), tone: "bad" });
  });
}

/** A search says only what was asked: /explore?q=guitar, not /explore?q=guitar&price=&topic= */
function dropEmptyFields(fields) {
  for (const [name, value] of [...fields]) if (value === "") fields.delete(name);
}

/** The room and the admin panel are documents of their own: go there for real. */
function leaveForOtherDocument(event, ctx) {
  if (ctx.text.includes('id="page"') || ctx.hx.redirect || ctx.hx.location) return;
  event.preventDefault();
  location.assign(ctx.response.raw.url);
}
