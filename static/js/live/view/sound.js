/** Sound that is to be heard: begun, and begun again when the system stops it (a call that came in, headphones pulled out). */

/** Stopped again so soon, it would only be stopped once more. */
const TOO_SOON = 1000;

/** Whether the browser lets it play; refused sound needs a tap first. @param {HTMLMediaElement} element */
export async function starts(element) {
  try {
    await element.play();
    return true;
  } catch (error) {
    return error.name !== "NotAllowedError";
  }
}

/** @param {HTMLAudioElement} voice @param {() => number} now @param {() => void} ask for a tap */
export function keepPlaying(voice, now, ask) {
  let begunAt = -Infinity;
  voice.addEventListener("pause", async () => {
    if (!voice.srcObject?.active) return; // it ended, or we let it go
    const isTooSoon = now() - begunAt < TOO_SOON;
    begunAt = now();
    if (isTooSoon || !(await starts(voice))) ask();
  });
}
