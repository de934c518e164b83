/**
 * One picture and one sound of everybody who agreed: draws the videos on a canvas and mixes the voices. Driven by a worker's clock,
 * so that a hidden tab goes on. Our own voice is mixed in but never played.
 */
import { fit, HEIGHT, layout, WIDTH } from "./layout.js";

const EVERY = 50;
const LABEL = { height: 26, pad: 10 };

export class Composer {
  #lines = new Map();
  #voices = new Map();
  #people = [];

  /**
   * @param {object} parts
   * @param {Document} parts.page
   * @param {Worker} parts.ticker
   * @param {AudioContext} parts.context
   */
  constructor({ page, ticker, context }) {
    Object.assign(this, { page, ticker, context });
    this.canvas = page.createElement("canvas");
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.mix = context.createMediaStreamDestination();
    this.colours = coloursOf(page, ["paper", "raised", "ink", "mark"]);
    ticker.onmessage = () => this.draw();
  }

  /** @returns {MediaStream} for the recorder */
  start() {
    this.context.resume();
    this.draw();
    this.ticker.postMessage(EVERY);
    return new MediaStream([...this.canvas.captureStream(1000 / EVERY).getVideoTracks(), ...this.mix.stream.getAudioTracks()]);
  }

  stop() {
    this.ticker.postMessage(0);
  }

  /** @param {{id: number, name: string, isMentor: boolean, camera: boolean, sharing: boolean}[]} people only those who agreed */
  people(people) {
    this.#people = people;
    const agreed = new Set(people.map(({ id }) => id));
    for (const [id, voice] of this.#voices) voice.gain.gain.value = agreed.has(id) ? 1 : 0;
  }

  /** A line of somebody's, or none any more. @param {"audio"|"camera"|"screen"} kind */
  line(id, kind, track) {
    if (kind === "audio") return this.#voice(id, track);
    const key = `${kind}-${id}`;
    const old = this.#lines.get(key);
    if (old) old.srcObject = null;
    this.#lines.delete(key);
    if (!track) return undefined;
    const video = Object.assign(this.page.createElement("video"), { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
    video.play().catch(() => {}); // another line came meanwhile
    this.#lines.set(key, video);
    return undefined;
  }

  draw() {
    const sources = this.#people.flatMap((person) => [
      ...(person.sharing && this.#lines.has(`screen-${person.id}`) ? [{ id: person.id, kind: "screen", isMentor: false, person }] : []),
      { id: person.id, kind: "face", isMentor: person.isMentor, person },
    ]);
    this.pen.fillStyle = this.colours.paper;
    this.pen.fillRect(0, 0, WIDTH, HEIGHT);
    for (const place of layout(sources)) this.#drawOne(place);
  }

  #drawOne(place) {
    const { source: { id, kind, person }, x, y, width, height } = place;
    const video = this.#lines.get(kind === "screen" ? `screen-${id}` : `camera-${id}`);
    const shows = video?.videoWidth && (kind === "screen" || person.camera);
    if (shows) {
      const { from, to } = fit({ width: video.videoWidth, height: video.videoHeight }, place);
      this.pen.drawImage(video, ...from, ...to);
    } else this.#drawName(place, person.name);
    if (width < WIDTH) this.#drawEdge(place);
    if (kind === "face") this.#drawLabel(x, y + height, width, person.name);
  }

  /** Two cameras in one light look alike: a small picture stands apart from the large one. */
  #drawEdge({ x, y, width, height }) {
    Object.assign(this.pen, { strokeStyle: this.colours.paper, lineWidth: 3 });
    this.pen.strokeRect(x, y, width, height);
  }

  #drawName({ x, y, width, height }, name) {
    this.pen.fillStyle = this.colours.raised;
    this.pen.fillRect(x, y, width, height);
    const radius = height / 5;
    this.pen.beginPath();
    this.pen.arc(x + width / 2, y + height / 2, radius, 0, 2 * Math.PI);
    this.pen.fillStyle = this.colours.mark;
    this.pen.fill();
    this.#words(name.slice(0, 1).toUpperCase(), x + width / 2, y + height / 2, radius, this.colours.paper, "center");
  }

  #drawLabel(x, bottom, width, name) {
    this.pen.font = "600 15px Inter, sans-serif";
    const wide = Math.min(width, this.pen.measureText(name).width + 2 * LABEL.pad);
    this.pen.fillStyle = this.colours.paper;
    this.pen.globalAlpha = 0.7;
    this.pen.fillRect(x, bottom - LABEL.height, wide, LABEL.height);
    this.pen.globalAlpha = 1;
    this.#words(name, x + LABEL.pad, bottom - LABEL.height / 2, 15, this.colours.ink, "left", width - 2 * LABEL.pad);
  }

  #words(words, x, y, size, colour, align, most) {
    Object.assign(this.pen, { font: `600 ${size}px Inter, sans-serif`, fillStyle: colour, textAlign: align, textBaseline: "middle" });
    this.pen.fillText(words, x, y, most);
  }

  #voice(id, track) {
    this.#voices.get(id)?.source.disconnect();
    this.#voices.delete(id);
    if (!track) return;
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    const gain = this.context.createGain();
    gain.gain.value = this.#people.some((person) => person.id === id) ? 1 : 0;
    source.connect(gain).connect(this.mix);
    this.#voices.set(id, { source, gain });
  }
}

/** What the page's colours come to just now: a canvas knows no variables. */
function coloursOf(page, names) {
  const probe = page.body.appendChild(page.createElement("i"));
  probe.hidden = true;
  const found = names.map((name) => {
    probe.style.color = `var(--color-${name})`;
    return [name, page.defaultView.getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(found);
}
