/**
 * The endpoint after the one in use, round and round.
 * @param {string[]} endpoints at least one
 * @param {string} current an address on one of them
 */
export function nextEndpoint(endpoints, current) {
  const at = endpoints.findIndex((endpoint) => current === endpoint || current.startsWith(`${endpoint}/`));
  return endpoints[(at + 1) % endpoints.length];
}
