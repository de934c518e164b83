import htmx from "htmx.org";
import { preference } from "../helpers/cookie.js";

/**
 * Tell the server this browser's time zone, so that every time it writes is the person's own. A visitor's very first page was
 * written before we knew: it is read once more and only its times change.
 */
export function remember() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = /(?:^|; )tz=([^;]*)/.exec(document.cookie)?.[1];
  if (!zone || known === zone) return;
  setPreference("tz", zone);
  const here = document.getElementById("page-state");
  if (known || !here || here.dataset.user || new Date().getTimezoneOffset() === 0) return;
  htmx.ajax("GET", location.pathname + location.search, {
    target: "#main", select: "#main", swap: "outerMorph ignoreTitle:true show:none", headers: { "HX-Boosted": "true" }, quiet: true,
  });
}

export function setPreference(name, value) {
  document.cookie = preference(name, value, location.protocol === "https:");
}
