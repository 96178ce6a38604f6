/** Stamps a picture: rings around the candidates concerned, and a band below with where, when, who and which file. */
import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { TEXT_SOURCES } from '#node/fonts/font-sources.ts';
import { drawUpright, fitInto, type Size, type Upright } from './decode.ts';
import { type Band, layOutBand, type Measure, type StampText } from './stamp.layout.ts';

/** Where a candidate is in the picture, in thousandths of its width and height. */
export interface Mark {
  /** As in the list below the picture. */
  number: number;
  x: number;
  y: number;
}

/** Narrower, the band would be all lines; a small picture stands in the middle above it. */
const NARROWEST = 960;
/** Of the longest side: above it, letters are made smaller. */
const MOST_BAND = 0.5;
const LEAST_PICTURE = 0.3;
const INK = { strong: '#111111', soft: '#5c5c5c', ring: '#c40018' } as const;
const FAMILY = TEXT_SOURCES.map(({ family }) => `"${family}"`).join(', ');

/** Makes the box's own fonts known to the canvas; once a process, before the first stamp. */
export function registerFonts(): void {
  for (const { family, regular, bold } of TEXT_SOURCES) {
    GlobalFonts.registerFromPath(regular, family);
    if (bold !== undefined) GlobalFonts.registerFromPath(bold, family);
  }
}

/** The stamped picture: no side longer than `side`, rings and band included, unless names alone fill it. */
export function stamp(picture: Upright, text: StampText, marks: readonly Mark[], side: number): Canvas {
  const measure = measurer();
  const { size, width, band } = arrange(picture, text, measure, side);
  const canvas = createCanvas(width, size.height + band.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const left = Math.floor((width - size.width) / 2);
  context.drawImage(drawUpright(picture, size), left, 0);
  for (const mark of marks) drawRing(context, mark, left, size);
  context.fillStyle = INK.strong;
  context.fillRect(0, size.height, width, 2);
  for (const word of band.words) {
    context.font = fontOf(word.px, word.bold);
    context.fillStyle = INK[word.tone];
    context.fillText(word.text, word.x, size.height + word.y);
  }
  return canvas;
}

/** A long list of people takes height from the picture: sizes are tried until band and picture fit together. */
function arrange(
  picture: Size,
  text: StampText,
  measure: Measure,
  side: number,
): { size: Size; width: number; band: Band } {
  let size = fitInto(picture, { width: side, height: side });
  let width = 0;
  let band: Band = { height: 0, words: [] };
  for (let round = 0; round < 4; round++) {
    width = Math.min(side, Math.max(NARROWEST, size.width));
    for (const scale of [1, 0.85, 0.7, 0.6]) {
      band = layOutBand(text, width, measure, scale);
      if (band.height <= side * MOST_BAND) break;
    }
    // The picture is what it is about: beside a hundred long names it is small, but it is there.
    size = fitInto(picture, { width, height: Math.max(side * LEAST_PICTURE, side - band.height) });
    // A margin at both sides is better than a smaller picture with smaller letters.
    if (size.width > width * 0.8) break;
  }
  return { size, width, band };
}

function drawRing(context: SKRSContext2D, { number, x, y }: Mark, left: number, size: Size): void {
  const radius = Math.max(14, Math.round(Math.max(size.width, size.height) * 0.028));
  const line = Math.max(3, Math.round(radius / 7));
  const cx = left + (x / 1000) * size.width;
  const cy = (y / 1000) * size.height;
  // White below red: it is seen on a dark wall and on a white shirt.
  for (const [style, width] of [
    ['#ffffff', line * 2],
    [INK.ring, line],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(cx, cy, radius, 0, Math.PI * 2);
    context.stroke();
  }
  const disc = Math.round(radius * 0.55);
  const away = radius * 0.72;
  // The number stands outside the ring, towards the middle where the picture ends.
  const bx = Math.min(Math.max(cx + away, left + disc), left + size.width - disc);
  const by = Math.min(Math.max(cy - away, disc), size.height - disc);
  context.fillStyle = INK.ring;
  context.beginPath();
  context.arc(bx, by, disc, 0, Math.PI * 2);
  context.fill();
  context.fillStyle = '#ffffff';
  context.font = fontOf(Math.round(disc * 1.3), true);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(String(number), bx, by);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
}

function measurer(): Measure {
  const context = createCanvas(8, 8).getContext('2d');
  return (text, px, bold) => {
    context.font = fontOf(px, bold);
    return context.measureText(text).width;
  };
}

const fontOf = (px: number, bold: boolean) => `${bold ? 'bold ' : ''}${px}px ${FAMILY}`;
