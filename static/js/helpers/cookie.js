/** The text that sets a small preference for a year. Nothing secret: scripts can read it, so its alphabet is small. */
export function preference(name, value, secure) {
  return `${name}=${value.replace(/[^\w+/-]/g, "")}; path=/; max-age=31536000; samesite=lax${secure ? "; secure" : ""}`;
}
