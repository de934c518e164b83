// Public module `peerlearn/toast`: say one short thing at the edge of the page.

/**
 * @param {{text: string, detail?: string, tone?: "ok"|"bad"|"info"|"mark", link?: string, linkText?: string}} message
 */
export function toast(message) {
  document.dispatchEvent(new CustomEvent("toast", { detail: message }));
}
