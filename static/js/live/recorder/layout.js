/**
 * Where each picture lies on the film, pure: a shared screen or the mentor fills it, the others are small along the right edge.
 *
 * @typedef {{id: number, kind: "face"|"screen", isMentor: boolean}} Source
 * @typedef {{source: Source, x: number, y: number, width: number, height: number, isWhole: boolean}} Place `isWhole`: nothing may be cut off
 */
export const WIDTH = 1280;
export const HEIGHT = 720;
const SMALL = { width: 256, height: 144, gap: 16 };

/** @param {Source[]} sources @returns {Place[]} the large one first */
export function layout(sources) {
  const large = sources.find(({ kind }) => kind === "screen") ?? sources.find(({ isMentor }) => isMentor) ?? sources[0];
  if (!large) return [];
  const small = sources.filter((source) => source !== large && source.kind === "face");
  return [
    { source: large, x: 0, y: 0, width: WIDTH, height: HEIGHT, isWhole: large.kind === "screen" },
    ...small.map((source, place) => ({
      source,
      x: WIDTH - SMALL.width - SMALL.gap,
      y: HEIGHT - (place + 1) * (SMALL.height + SMALL.gap),
      width: SMALL.width,
      height: SMALL.height,
      isWhole: false,
    })),
  ];
}

/**
 * Which part of a picture goes where, so that it keeps its shape.
 * @returns {{from: [number, number, number, number], to: [number, number, number, number]}} x, y, width, height
 */
export function fit({ width, height }, place) {
  const isWider = width * place.height > height * place.width;
  if (place.isWhole) {
    const scale = isWider ? place.width / width : place.height / height;
    const [w, h] = [width * scale, height * scale];
    return { from: [0, 0, width, height], to: [place.x + (place.width - w) / 2, place.y + (place.height - h) / 2, w, h] };
  }
  const [w, h] = isWider ? [(height * place.width) / place.height, height] : [width, (width * place.height) / place.width];
  return { from: [(width - w) / 2, (height - h) / 2, w, h], to: [place.x, place.y, place.width, place.height] };
}
