/** Files in the conversation: from the clip to the others, and to the server when somebody wants them kept. Makes the part and its arrows. */
import { csrfToken } from "../page/requests.js";
import { Files } from "./files.js";
import { takeFiles } from "./view/file_line.js";

const REST = 1000;

/**
 * @param {{chat: import("./chat.js").Chat, mesh: import("./mesh.js").Mesh, links: import("./link_watch.js").LinkWatch, clock: import("./clock.js").browserClock, view: import("./view.js").View, me: {id: number}, room: string, nameOf: (id: number) => string|null, on: typeof import("./clock.js").on}} parts
 */
export function exchangeFiles({ chat, mesh, links, clock, view, me, room, nameOf, on }) {
  const files = new Files({
    me,
    open: (person, label) => mesh.openChannel(person, label),
    others: () => mesh.people.map(({ id }) => id),
    newId: () => crypto.randomUUID(),
    hash: hashOf,
    isWeak: () => links.isWeak,
    rest: () => new Promise((resolve) => clock.after(REST, resolve)),
  });
  const complain = (words) => words && view.note(words, "warn");
  const told = new Set();

  on(mesh, "channel", ({ from, channel }) => files.receive(from, channel));
  on(mesh, "state", ({ from, state }) => state === "connected" && files.connected(from));
  on(files, "change", ({ file }) => {
    const name = file.isMine ? "You" : nameOf(file.sender) ?? "Somebody";
    chat.transfer(file, name);
    if (file.isMine || told.has(file.id)) return;
    told.add(file.id);
    view.chat.heard();
  });
  const form = document.querySelector(".say");
  takeFiles({ form, panel: document.querySelector("#side-chat") }, (file) => files.offer(file).then(complain));
  document.querySelector(".lines").addEventListener("click", ({ target }) => {
    const button = target.closest("[data-file]");
    if (button?.dataset.file === "cancel") files.cancel(button.dataset.id);
    else if (button) keep(files.own(button.dataset.id), button);
  });

  async function keep({ id, name, bytes, hash }, button) {
    button.disabled = true;
    try {
      const answer = await fetch(`/session/${room}/files/${id}?${new URLSearchParams({ name, hash })}`, {
        method: "PUT",
        body: bytes,
        headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": csrfToken() },
      });
      if (!answer.ok) throw (await answer.json()).error?.message;
    } catch (problem) {
      button.disabled = false;
      complain(typeof problem === "string" ? problem : "The copy did not arrive. Please try again.");
    }
  }
}

async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
