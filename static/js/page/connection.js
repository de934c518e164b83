/**
 * Says on every page but the room what is done while the line to the server is gone. A moment without it, as between two pages or
 * while a server restarts, is not worth a word.
 */
const PATIENCE = 3000;
const WORDS = { down: "Reconnecting...", switching: "Switching servers..." };

/** @param {HTMLElement} strip */
export function sayConnection(strip = document.querySelector("#connection")) {
  let soon = 0;
  let state = "up";
  const draw = () => {
    strip.textContent = WORDS[state] ?? "";
    strip.hidden = state === "up";
  };
  document.body.addEventListener("peerlearn:connection", ({ detail }) => {
    if (detail.namespace !== "/" || (state === "switching" && detail.state === "down")) return;
    if (state === detail.state) return;
    clearTimeout(soon);
    state = detail.state;
    if (state === "down") soon = setTimeout(draw, PATIENCE);
    else draw();
  });
}
