import { preference } from "../helpers/cookie.js";

/** Tell the server this browser's time zone, so that every time it writes is the person's own. */
export function remember() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`tz=${encodeURIComponent(zone)}`)) setPreference("tz", zone);
}

export function setPreference(name, value) {
  document.cookie = preference(name, value, location.protocol === "https:");
}
