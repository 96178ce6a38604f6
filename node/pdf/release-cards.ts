/**
 * Cards with release codes, two on an A4 sheet, to be cut apart and handed out sealed. Nothing is kept: the bytes are
 * the only copy of the codes. Throws MissingGlyphsError (code `report/glyph`) before anything is drawn.
 */
import { type ReleaseCard, type ReleaseCards, textsOfCards } from '#domain/release/cards.ts';
import { drawCutGrid, pagesOf } from './cut-grid.ts';
import { FontBook } from './font-book.ts';
import { type Box, PdfDocument } from './pdf-document.ts';
import { MARGIN } from './report-sheets.ts';

const GRID = { columns: 1, rows: 2 };
const COLUMNS = 4;
/** Side of the code, points: 50 mm, for a telephone held in a hand. */
const QR_SIDE = 142;

export function drawReleaseCards(cards: ReleaseCards): { bytes: Uint8Array; pages: number } {
  const pdf = new PdfDocument(FontBook.of(textsOfCards(cards)), {
    title: `${cards.title} ${cards.lines[2] ?? ''}`,
    lang: 'zh-CN',
    madeWall: cards.madeWall,
    author: cards.author,
  });
  for (const page of pagesOf(cards.cards, GRID)) {
    pdf.addPage({ size: 'A4' });
    const { width, height } = pdf.page;
    const area = { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN, height: height - 2 * MARGIN };
    drawCutGrid(pdf, area, GRID, page, (card, box) => drawCard(pdf, cards, card, box));
  }
  return pdf.finish();
}

function drawCard(pdf: PdfDocument, words: ReleaseCards, card: ReleaseCard, box: Box): void {
  const inner = { x: box.x + 22, y: box.y + 18, width: box.width - 44, height: box.height - 36 };
  pdf.element('Sect', {}, () => {
    pdf.text(
      words.title,
      { ...inner, width: inner.width - 90, height: 24 },
      { size: 18, least: 12, weight: 'bold', tag: 'H1', valign: 'middle' },
    );
    pdf.text(
      card.number,
      { x: inner.x + inner.width - 90, y: inner.y, width: 90, height: 24 },
      { size: 18, weight: 'bold', align: 'right', valign: 'middle' },
    );
    words.lines.forEach((line, i) => {
      const at = { ...inner, y: inner.y + 26 + i * 15, height: 15 };
      pdf.text(line, at, { size: 11, least: 6.5, valign: 'middle' });
    });
    const top = inner.y + 92;
    const code = { x: inner.x, y: top, width: inner.width - QR_SIDE - 14, height: QR_SIDE };
    drawGroups(pdf, card.groups, code);
    const qr = { x: inner.x + inner.width - QR_SIDE, y: top, side: QR_SIDE };
    pdf.qr(card.qr, qr, words.qrWords, 'M');
    const below = top + QR_SIDE + 8;
    [...words.rule, ...words.keep].forEach((line, i) => {
      const at = { ...inner, y: below + i * 13, height: 13 };
      pdf.text(line, at, { size: 9.5, least: 6.5, weight: i === 0 ? 'bold' : 'regular', valign: 'middle' });
    });
    const sign = below + 4 * 13 + 4;
    drawField(pdf, words.officer, { ...inner, y: sign, height: 24 });
    drawField(pdf, words.received, { ...inner, y: sign + 27, height: 24 });
  });
}

/** Each group under its number: who mistypes one is told which. */
function drawGroups(pdf: PdfDocument, groups: readonly string[], box: Box): void {
  const rows = Math.ceil(groups.length / COLUMNS);
  const width = box.width / COLUMNS;
  const height = box.height / rows;
  groups.forEach((group, i) => {
    const cell = {
      x: box.x + (i % COLUMNS) * width,
      y: box.y + Math.floor(i / COLUMNS) * height,
      width: width - 6,
      height,
    };
    pdf.text(
      String(i + 1),
      { ...cell, height: 9 },
      { size: 7, grey: 0.4, align: 'center', valign: 'middle', artifact: true },
    );
    pdf.text(
      group,
      { ...cell, y: cell.y + 9, height: height - 9 },
      { size: 19, weight: 'bold', align: 'center', valign: 'middle' },
    );
  });
}

function drawField(pdf: PdfDocument, words: string, box: Box): void {
  const label = 150;
  pdf.text(words, { ...box, width: label }, { size: 10, least: 7, valign: 'bottom' });
  pdf.rule(box.x + label, box.y + box.height, box.x + box.width, box.y + box.height, { weight: 0.6 });
}
