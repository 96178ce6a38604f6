/**
 * Parts that many sheets share: pairs of words and values, boxes for signatures, lines to write on.
 *
 *   const y = drawFields(sheets.pdf, area, [['考场', '第01考场'], ['人数', '30']], { columns: 3 });
 *   drawSignatures(sheets.pdf, { x, y, width, height: 40 }, ['监考员签名', '主考签名']);
 */
import type { Box, PdfDocument } from './pdf-document.ts';

export interface FieldsStyle {
  /** Pairs side by side. */
  columns?: number;
  size?: number;
  /** Share of a pair's width that its word takes. */
  label?: number;
  rowHeight?: number;
}

/** Pairs in a frame, row by row; a value may be empty, to be written by hand. Answers the y below. */
export function drawFields(
  pdf: PdfDocument,
  area: Pick<Box, 'x' | 'y' | 'width'>,
  pairs: readonly (readonly [label: string, value: string])[],
  { columns = 2, size = 10, label = 0.32, rowHeight = 20 }: FieldsStyle = {},
): number {
  const width = area.width / columns;
  let y = area.y;
  for (let first = 0; first < pairs.length; first += columns) {
    const row = pairs.slice(first, first + columns);
    const height = row.reduce((highest, [, value]) => {
      const set = pdf.setText(value, { width: width * (1 - label) - 8 }, { size, breaks: 'name' });
      return Math.max(highest, set.height + 8);
    }, rowHeight);
    row.forEach(([word, value], index) => {
      // The last pair of a row that is not full takes what is left.
      const pairWidth = index === row.length - 1 ? area.width - index * width : width;
      const x = area.x + index * width;
      const wordBox = { x, y, width: width * label, height };
      const valueBox = { x: x + wordBox.width, y, width: pairWidth - wordBox.width, height };
      pdf.box(wordBox, { fill: 0.93 });
      pdf.box(valueBox);
      pdf.element('P', {}, () => {
        const inner = { x: x + 4, y: y + 3, width: wordBox.width - 8, height: height - 6 };
        pdf.text(word, inner, { size: size - 0.5, least: 6.5, valign: 'middle', weight: 'bold' });
        const rest = { x: valueBox.x + 4, y: y + 3, width: valueBox.width - 8, height: height - 6 };
        pdf.text(value, rest, { size, least: 6, valign: 'middle', breaks: 'name' });
      });
    });
    y += height;
  }
  return y;
}

/** Boxes side by side, each with its word at the top left and room to sign. */
export function drawSignatures(pdf: PdfDocument, area: Box, words: readonly string[]): void {
  const width = area.width / words.length;
  words.forEach((word, index) => {
    const box = { ...area, x: area.x + index * width, width };
    pdf.box(box);
    pdf.text(word, { x: box.x + 4, y: box.y + 3, width: width - 8 }, { size: 9, grey: 0.2 });
  });
}

/** Empty lines to write on, from the top of the area to its bottom. */
export function drawWritingLines(pdf: PdfDocument, area: Box, step = 24): void {
  for (let y = area.y + step; y <= area.y + area.height + 0.1; y += step)
    pdf.rule(area.x, y, area.x + area.width, y, { weight: 0.4, grey: 0.35 });
}

/** A box to tick with its word to the right. Answers the x behind the word. */
export function drawTick(
  pdf: PdfDocument,
  x: number,
  y: number,
  word: string,
  size = 10,
  ticked = false,
): number {
  pdf.box({ x, y: y + size * 0.12, width: size * 0.85, height: size * 0.85 }, { weight: 0.7 });
  if (ticked) {
    pdf.rule(x + size * 0.15, y + size * 0.55, x + size * 0.36, y + size * 0.82, { weight: 1.3 });
    pdf.rule(x + size * 0.36, y + size * 0.82, x + size * 0.78, y + size * 0.22, { weight: 1.3 });
  }
  const width = pdf.widthOf(word, size);
  pdf.text(word, { x: x + size * 1.1, y, width: width + 1 }, { size });
  return x + size * 1.1 + width;
}
