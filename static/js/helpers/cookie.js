/** The text that sets a small preference for a year. Nothing secret: scripts can read it. */
export function preference(name, value, secure) {
  return `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax${secure ? "; secure" : ""}`;
}
