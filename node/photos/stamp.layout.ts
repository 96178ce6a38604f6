/**
 * Where the words of a stamp stand: computed from widths alone, so that it is the same wherever it is drawn. All
 * lengths in pixels.
 */

/** What is written under a picture, already as text in the order shown. */
export interface StampText {
  /** Site and room, large. */
  title: string;
  /** A word for what the picture is, at the right of the title. */
  tag: string;
  facts: { label: string; value: string }[];
  /** Reason, as it was typed; may be empty. */
  note: string;
  /** Candidates concerned, by the number of their ring. */
  peopleLabel: string;
  people: string[];
}

export interface Word {
  text: string;
  x: number;
  /** Baseline. */
  y: number;
  px: number;
  bold: boolean;
  tone: 'strong' | 'soft' | 'ring';
}

export interface Band {
  height: number;
  words: Word[];
}

export type Measure = (text: string, px: number, bold: boolean) => number;

/** Letters of a stamp 2,400 wide are printed at 8 points on the width of an A4 page. */
export const letterPx = (width: number): number => Math.max(22, Math.round(width / 62));

/** The band below a picture of this width; `scale` makes its letters smaller than they should be. */
export function layOutBand(text: StampText, width: number, measure: Measure, scale = 1): Band {
  const px = Math.max(14, Math.round(letterPx(width) * scale));
  const pad = Math.round(px * 0.8);
  const line = Math.round(px * 1.45);
  const gap = Math.round(px * 1.2);
  const inner = width - 2 * pad;
  const words: Word[] = [];
  const large = Math.round(px * 1.35);
  let y = pad + large;

  const tagWidth = measure(text.tag, px, true);
  const titles = wrap(text.title, inner - tagWidth - gap, (part) => measure(part, large, true));
  words.push({ text: text.tag, x: width - pad - tagWidth, y, px, bold: true, tone: 'soft' });
  for (const [i, part] of titles.entries()) {
    if (i > 0) y += Math.round(large * 1.3);
    words.push({ text: part, x: pad, y, px: large, bold: true, tone: 'strong' });
  }
  y += line + Math.round(px * 0.2);

  let x = pad;
  for (const { label, value } of text.facts) {
    const labelWidth = measure(label, px, false) + px * 0.4;
    const valueWidth = measure(value, px, false);
    if (x > pad && x + labelWidth + valueWidth > width - pad) {
      x = pad;
      y += line;
    }
    words.push({ text: label, x, y, px, bold: false, tone: 'soft' });
    for (const [i, part] of wrap(value, width - pad - x - labelWidth, (t) =>
      measure(t, px, false),
    ).entries()) {
      if (i > 0) y += line;
      words.push({ text: part, x: x + labelWidth, y, px, bold: false, tone: 'strong' });
    }
    x += labelWidth + valueWidth + gap;
  }
  y += line;

  if (text.note !== '') {
    for (const part of wrap(text.note, inner, (t) => measure(t, px, false))) {
      words.push({ text: part, x: pad, y, px, bold: false, tone: 'strong' });
      y += line;
    }
  }

  if (text.people.length > 0) {
    x = pad;
    words.push({ text: text.peopleLabel, x, y, px, bold: false, tone: 'soft' });
    x += measure(text.peopleLabel, px, false) + gap * 0.6;
    for (const [i, person] of text.people.entries()) {
      const number = String(i + 1);
      const numberWidth = measure(number, px, true) + px * 0.3;
      const parts = wrap(person, inner - numberWidth, (t) => measure(t, px, false));
      const most = Math.max(...parts.map((part) => measure(part, px, false)));
      if (x > pad && x + numberWidth + most > width - pad) {
        x = pad;
        y += line;
      }
      words.push({ text: number, x, y, px, bold: true, tone: 'ring' });
      for (const [j, part] of parts.entries()) {
        if (j > 0) y += line;
        words.push({ text: part, x: x + numberWidth, y, px, bold: false, tone: 'strong' });
      }
      x += numberWidth + most + gap;
    }
    y += line;
  }
  return { height: y - line + pad, words };
}

/** Lines of at most `width`; broken between words where there are some, else between characters. At least one line. */
export function wrap(text: string, width: number, measure: (part: string) => number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r?\n/)) {
    let current = '';
    for (const word of pieces(paragraph, 'word')) {
      if (current === '' || measure(current + word) <= width) current += word;
      else {
        lines.push(current.trimEnd());
        current = word.trimStart();
      }
      while (measure(current) > width && pieces(current, 'grapheme').length > 1) {
        const { head, rest } = splitAt(current, width, measure);
        lines.push(head);
        current = rest;
      }
    }
    lines.push(current.trimEnd());
  }
  return lines;
}

/** As many characters as fit, one at least. */
function splitAt(
  text: string,
  width: number,
  measure: (part: string) => number,
): { head: string; rest: string } {
  const characters = pieces(text, 'grapheme');
  let low = 1;
  let high = characters.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(characters.slice(0, middle).join('')) <= width) low = middle;
    else high = middle - 1;
  }
  return { head: characters.slice(0, low).join(''), rest: characters.slice(low).join('') };
}

function pieces(text: string, granularity: 'word' | 'grapheme'): string[] {
  return [...new Intl.Segmenter('zh', { granularity }).segment(text)].map(({ segment }) => segment);
}
