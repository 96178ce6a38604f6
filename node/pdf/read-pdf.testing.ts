/**
 * What a reader of a PDF has: its texts in reading order, its tags, its pages as pictures, the codes on them. With pdfjs, so
 * that tests say the same on every machine.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import jsqr from 'jsqr';
import type { PDFPageProxy } from 'pdfjs-dist';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface ReadPage {
  /** All text in the order of the page without blanks between runs, line ends kept out: a name over two lines is whole. */
  text: string;
  /** Runs as they come, with their size in points. */
  runs: { text: string; size: number; x: number; y: number }[];
  width: number;
  height: number;
  /** Tags of the structure tree in its order, e.g. `H1`, `P`, `Figure`. */
  tags: string[];
  /** Words for those who do not see a figure. */
  alts: string[];
}

async function open(bytes: Uint8Array) {
  // pdfjs takes the bytes away; the caller keeps theirs.
  return getDocument({ data: bytes.slice(), verbosity: VerbosityLevel.ERRORS }).promise;
}

export async function readPdf(bytes: Uint8Array): Promise<ReadPage[]> {
  const pdf = await open(bytes);
  const pages: ReadPage[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1)
    pages.push(await readPage(await pdf.getPage(number)));
  await pdf.loadingTask.destroy();
  return pages;
}

async function readPage(page: PDFPageProxy): Promise<ReadPage> {
  const { items } = await page.getTextContent();
  const runs = items.flatMap((item) => {
    if (!('str' in item) || item.str.trim() === '') return [];
    const [a = 0, b = 0, , , x = 0, y = 0] = item.transform as number[];
    return [{ text: item.str, size: Math.round(Math.hypot(a, b) * 10) / 10, x, y }];
  });
  const tags: string[] = [];
  const alts: string[] = [];
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    if ('role' in node && typeof node.role === 'string') tags.push(node.role);
    if ('alt' in node && typeof node.alt === 'string') alts.push(node.alt);
    if ('children' in node && Array.isArray(node.children)) node.children.forEach(walk);
  };
  walk(await page.getStructTree());
  const { width, height } = page.getViewport({ scale: 1 });
  return { text: runs.map(({ text }) => text).join(''), runs, width, height, tags, alts };
}

/** A page as a picture; scale 1 is 72 pixels an inch. */
export async function drawPdfPage(bytes: Uint8Array, number: number, scale: number): Promise<Canvas> {
  const pdf = await open(bytes);
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  // The canvas of Node has what pdfjs uses of a browser's.
  await page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport }).promise;
  await pdf.loadingTask.destroy();
  return canvas;
}

/** The code in a part of a picture (all in pixels; default: the whole); null where none is read. */
export function readQr(
  canvas: Canvas,
  x = 0,
  y = 0,
  width = canvas.width,
  height = canvas.height,
): string | null {
  const { data } = canvas.getContext('2d').getImageData(x, y, width, height);
  return jsqr(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

/** Darkness (0 white … 1 black) of a picture in a coarse grid, to be compared with another's. */
export function coarse(canvas: Canvas, columns: number, rows: number): number[] {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const sums = new Array<number>(columns * rows).fill(0);
  const counts = new Array<number>(columns * rows).fill(0);
  for (let y = 0; y < canvas.height; y += 1)
    for (let x = 0; x < canvas.width; x += 1) {
      const cell =
        Math.floor((y * rows) / canvas.height) * columns + Math.floor((x * columns) / canvas.width);
      sums[cell] = (sums[cell] ?? 0) + 1 - (data[(y * canvas.width + x) * 4] ?? 255) / 255;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  return sums.map((sum, index) => sum / (counts[index] ?? 1));
}
