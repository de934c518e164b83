// Three small sounds made by the browser itself: no files, no licence, no download. Browsers are silent until the first
// gesture on the page, so the context is woken then; before that the toast alone has to do.

const NOTES = {
  booking: [[659.25, 0], [880, 0.12], [1108.73, 0.24]],
  reminder: [[783.99, 0], [783.99, 0.22]],
  confirmed: [[523.25, 0], [659.25, 0.1], [783.99, 0.2], [1046.5, 0.32]],
};

let context = null;

function wake() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
}

for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, wake, { once: true, capture: true });

/**
 * Play the sound of a notice, in one tab only: the tab that gets the lock plays, the others stay quiet.
 * @param {string} name booking, reminder, confirmed or none
 * @param {number|string} notice its id
 */
export function play(name, notice) {
  if (!NOTES[name] || document.body.dataset.sound === "off") return;
  const ring = () => ringNotes(NOTES[name]);
  if (!navigator.locks) return ring();
  navigator.locks.request(`peerlearn-sound-${notice}`, { ifAvailable: true }, (lock) => {
    if (!lock) return undefined;
    ring();
    return new Promise((resolve) => { setTimeout(resolve, 3000); });
  });
}

function ringNotes(notes) {
  document.body.dispatchEvent(new CustomEvent("peerlearn:sound", { detail: { played: context?.state === "running" } }));
  if (context?.state !== "running") return;
  const start = context.currentTime + 0.02;
  for (const [frequency, after] of notes) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = "sine";
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start + after);
    volume.gain.linearRampToValueAtTime(0.16, start + after + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + after + 0.55);
    tone.connect(volume).connect(context.destination);
    tone.start(start + after);
    tone.stop(start + after + 0.6);
  }
}
