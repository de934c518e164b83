/** Trying the devices: what a camera shows, how loud a microphone is, three seconds of it, and the speakers. */

const LOOK_EVERY = 100;

/**
 * Count the pictures that really arrive, and how bright the last one is.
 * @param {HTMLVideoElement} video @param {MediaStreamTrack} track @param {number} forMs
 * @returns {Promise<{frames: number, brightness: number}>} brightness 0 to 255
 */
export async function look(video, track, forMs) {
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => {}); // what does not play shows no frames
  let frames = 0;
  let isOver = false;
  const count = () => {
    frames += 1;
    if (!isOver) video.requestVideoFrameCallback?.(count);
  };
  let lastTime = 0;
  video.requestVideoFrameCallback?.(count);
  const stop = video.requestVideoFrameCallback ? () => {} : every(LOOK_EVERY, () => {
    if (video.currentTime > lastTime) frames += 1;
    lastTime = video.currentTime;
  });
  await pause(forMs);
  isOver = true;
  stop();
  return { frames, brightness: frames ? brightness(video) : 0 };
}

function brightness(video) {
  const canvas = new OffscreenCanvas(16, 12);
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 16, 12);
  const { data } = pen.getImageData(0, 0, 16, 12);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += (data[at] + data[at + 1] + data[at + 2]) / 3;
  return sum / (data.length / 4);
}

/**
 * Listen without ever playing it back: the loudest moment, and a word each time it is looked.
 * @param {AudioContext} context @param {MediaStreamTrack} track @param {(level: number) => void} onlevel 0 to 1
 * @returns {{stop: () => number}} stop gives the peak
 */
export function listen(context, track, onlevel) {
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  const stop = every(50, () => {
    analyser.getFloatTimeDomainData(samples);
    const level = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    peak = Math.max(peak, level);
    onlevel(level);
  });
  return {
    stop() {
      stop();
      source.disconnect();
      return peak;
    },
  };
}

/** @returns {Promise<Blob|null>} null where the browser cannot record */
export async function record(track, forMs) {
  try {
    const recorder = new MediaRecorder(new MediaStream([track]));
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const ended = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    await pause(forMs);
    if (recorder.state !== "inactive") recorder.stop();
    await Promise.race([ended, pause(1000)]);
    return parts.length ? new Blob(parts, { type: recorder.mimeType }) : null;
  } catch {
    return null;
  }
}

/**
 * Play a recording to its end, or to a stop; without one, two soft notes.
 * @param {AudioContext} context @param {Blob|null} recording @param {AbortSignal} [stopping]
 * @returns {Promise<boolean>} whether it was played
 */
export async function play(context, recording, stopping) {
  try {
    await Promise.race([context.resume(), pause(500)]);
    return recording ? await playBlob(recording, stopping) : await playNotes(context, stopping);
  } catch {
    return false;
  }
}

async function playBlob(recording, stopping) {
  const address = URL.createObjectURL(recording);
  const audio = new Audio(address);
  try {
    const ended = new Promise((resolve) => audio.addEventListener("ended", resolve, { once: true }));
    stopping?.addEventListener("abort", () => audio.pause());
    await audio.play();
    if (stopping?.aborted) audio.pause();
    await Promise.race([ended, pause(4000)]);
    return true;
  } finally {
    audio.pause();
    URL.revokeObjectURL(address);
  }
}

async function playNotes(context, stopping) {
  if (stopping?.aborted) return false;
  const loudness = new GainNode(context, { gain: 0.2 });
  loudness.connect(context.destination);
  for (const [at, frequency] of [[0, 523], [0.4, 659]]) {
    const note = new OscillatorNode(context, { frequency });
    note.connect(loudness);
    note.start(context.currentTime + at);
    note.stop(context.currentTime + at + 0.35);
  }
  const stopped = new Promise((resolve) => stopping?.addEventListener("abort", resolve, { once: true }));
  await Promise.race([stopped, pause(900)]);
  loudness.disconnect();
  return context.state === "running";
}

export function pause(forMs) {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

function every(ms, action) {
  const id = setInterval(action, ms);
  return () => clearInterval(id);
}
