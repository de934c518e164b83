/**
 * The whiteboard as a file: one page as a picture, or all of them as a PDF, whose
 * pages are pictures too; the few lines such a file needs are written here.
 */
import { BOARD_HEIGHT, BOARD_WIDTH } from "../board_messages.js";

const SHARP = 2;
const PAPER_WIDTH = 842; // points: A4, across
const PAPER_HEIGHT = (PAPER_WIDTH * BOARD_HEIGHT) / BOARD_WIDTH;

/** @param {import("./board_canvas.js").BoardCanvas} canvas @param {import("../board.js").Board} board */
export async function savePicture(canvas, { page }) {
  offer(await blobOf(canvas.picture(page, SHARP), "image/png"), `whiteboard-${page}.png`);
}

/** @param {import("./board_canvas.js").BoardCanvas} canvas @param {import("../board.js").Board} board */
export async function saveDocument(canvas, { pages }) {
  const pictures = [];
  for (let page = 1; page <= pages; page += 1) {
    const blob = await blobOf(canvas.picture(page, SHARP), "image/jpeg");
    pictures.push(new Uint8Array(await blob.arrayBuffer()));
  }
  const size = [BOARD_WIDTH * SHARP, BOARD_HEIGHT * SHARP];
  offer(new Blob(pdfOf(pictures, size), { type: "application/pdf" }), "whiteboard.pdf");
}

/** A PDF with one JPEG a page, as parts of a blob. @param {Uint8Array[]} pictures @param {[number, number]} size in pixels */
export function pdfOf(pictures, [width, height]) {
  const parts = [];
  const places = [];
  let length = 0;
  const add = (part) => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (number, words, stream) => {
    places[number] = length;
    add(`${number} 0 obj\n${words}\n`);
    if (stream) {
      add("stream\n");
      add(stream);
      add("\nendstream\n");
    }
    add("endobj\n");
  };
  const pageNumbers = pictures.map((_, at) => 3 + at * 3);
  add("%PDF-1.4\n");
  object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  object(2, `<< /Type /Pages /Count ${pictures.length} /Kids [${pageNumbers.map((number) => `${number} 0 R`).join(" ")}] >>`);
  pictures.forEach((picture, at) => {
    const number = pageNumbers[at];
    const painting = new TextEncoder().encode(`${PAPER_WIDTH} 0 0 ${PAPER_HEIGHT} 0 0 cm /P Do`);
    object(number, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAPER_WIDTH} ${PAPER_HEIGHT}] /Contents ${number + 1} 0 R `
      + `/Resources << /XObject << /P ${number + 2} 0 R >> >> >>`);
    object(number + 1, `<< /Length ${painting.length} >>`, painting);
    object(number + 2, `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB `
      + `/BitsPerComponent 8 /Filter /DCTDecode /Length ${picture.length} >>`, picture);
  });
  const start = length;
  const rows = places.slice(1).map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
  add(`xref\n0 ${places.length}\n0000000000 65535 f \n${rows.join("")}`);
  add(`trailer\n<< /Size ${places.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return parts;
}

function blobOf(canvas, type) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.92));
}

function offer(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
