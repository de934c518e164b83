/** How a blocked camera, microphone or screen is allowed, in the words of the browser in use (templates/live/_allow.html). */

/** @param {string} agent the browser's navigator.userAgent @returns {"chrome"|"edge"|"firefox"|"safari"} whose words fit best */
export function browserOf(agent) {
  if (/Firefox|FxiOS/.test(agent)) return "firefox";
  if (/Edg(e|A|iOS)?\//.test(agent)) return "edge";
  return /Chrom(e|ium)|CriOS/.test(agent) ? "chrome" : "safari";
}

/** @param {Document} page @param {string} agent @param {"devices"|"screen"} what is blocked */
export function showHowToAllow(page, agent, what) {
  const dialog = page.querySelector("#allow");
  for (const part of dialog.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== what;
  for (const way of dialog.querySelectorAll("[data-browser]")) way.hidden = way.dataset.browser !== browserOf(agent);
  if (!dialog.open) dialog.showModal();
}
