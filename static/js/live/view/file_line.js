/**
 * A file in the conversation: how large it is, how far it has come, and what can be done with it. And the ways in: the clip, and dropping
 * one onto the panel.
 *
 * Speaks (through the function given): "cancel" and "keep" with the file's id.
 */
const STATES = { waiting: "waits for the connection", resting: "waits while the link is weak", canceled: "canceled", broken: "did not arrive whole" };
const addresses = new WeakMap();

/** @param {HTMLElement} part `.line-file` @param {object} line with `transfer` (on its way) or `file` (kept on the server) */
export function drawFile(part, { client_id: id, name, text, file, transfer }) {
  part.hidden = !file && !transfer;
  if (part.hidden) return;
  const { state, progress = 0, isMine, blob, keeping } = transfer ?? {};
  const words = [bytesInWords(file?.size ?? transfer.size)];
  if (file) words.push("kept with this session");
  else if (state === "going") words.push(`${Math.floor(progress * 100)} %`);
  else if (state === "done") words.push(isMine ? "sent" : `from ${name}`);
  else if (transfer.isTooMuch && state === "canceled") words.push("too much at once: send it again in a moment");
  else words.push(STATES[state]);
  write(part.querySelector(".file-words"), words.join(" · "));
  const bar = part.querySelector("progress");
  bar.hidden = !["going", "resting"].includes(state) || Boolean(file);
  bar.value = progress;
  const save = part.querySelector("a");
  save.hidden = !file && (isMine || state !== "done");
  if (!save.hidden) Object.assign(save, { href: file ? `files/${file.key}` : addressOf(blob), download: text });
  const cancel = part.querySelector("[data-file=cancel]");
  cancel.hidden = Boolean(file) || !["going", "waiting", "resting"].includes(state);
  const keep = part.querySelector("[data-file=keep]");
  keep.hidden = Boolean(file) || !isMine || state === "canceled";
  keep.disabled = Boolean(keeping);
  for (const [button, what] of [[save, "Save"], [cancel, "Cancel"], [keep, "Keep a copy for later:"]]) button.setAttribute("aria-label", `${what} ${text}`);
  for (const button of [cancel, keep]) button.dataset.id = id;
}

/** Choose with the clip, or drop onto the panel. @param {{form: HTMLFormElement, panel: HTMLElement}} parts @param {(file: File) => void} offer */
export function takeFiles({ form, panel }, offer) {
  const input = form.querySelector("input[type=file]");
  form.querySelector(".say-file").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    for (const file of input.files) offer(file);
    input.value = "";
  });
  panel.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    panel.dataset.drop = "here";
  });
  panel.addEventListener("dragleave", (event) => panel.contains(event.relatedTarget) || delete panel.dataset.drop);
  panel.addEventListener("drop", (event) => {
    delete panel.dataset.drop;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) offer(file);
  });
}

/** @returns {string} `1.4 MB` */
export function bytesInWords(size) {
  if (size < 1000) return `${size} bytes`;
  return size < 1e6 ? `${Math.round(size / 1000)} KB` : `${(size / 1e6).toFixed(1)} MB`;
}

function addressOf(blob) {
  if (!addresses.has(blob)) addresses.set(blob, URL.createObjectURL(blob));
  return addresses.get(blob);
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
