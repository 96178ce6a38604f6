/**
 * Where lines may break. Pure; widths come from the caller in em, so that one measuring serves every size.
 *
 *   breakLines('考场报告单', 3, widthOf) → { lines: ['考场报', '告单'], split: false }
 *
 * Chinese breaks anywhere but not before closing punctuation nor after opening punctuation; Latin breaks at blanks and
 * after hyphens and slashes. A name breaks after `·` and at blanks alone, as long as the line is wide enough for that.
 */
export type BreakMode = 'text' | 'name';

export interface BrokenLines {
  lines: string[];
  /** A word or a part of a name was wider than the line and had to be broken inside. */
  split: boolean;
}

/** Width of a text in em: at size 10, a width of 3 is 30 points. */
export type WidthOf = (text: string) => number;

const NEVER_FIRST = /^[、。，．：；！？）】》」』〉〕〗〞’”…·—～％℃,.:;!?)\]}%]$/u;
const NEVER_LAST = /^[（【《「『〈〔〖“‘([{¥￥$]$/u;
/** Characters of scripts that are written without blanks; everything else stays together as a word. */
const FREE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const BLANK = /^[ \t\u3000]$/u;

/** What a reader takes for one character. Making a segmenter costs more than a page of segmenting. */
const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const clusters = (text: string) => [...SEGMENTER.segment(text)];

/** The pieces between which a line may break, blanks at the end of the piece before; put together they are the text. */
export function pieces(text: string, mode: BreakMode = 'text'): string[] {
  const found: string[] = [];
  let piece = '';
  let last = '';
  for (const { segment } of clusters(text)) {
    if (piece !== '' && mayBreak(last, segment, mode)) {
      found.push(piece);
      piece = '';
    }
    piece += segment;
    last = segment;
  }
  if (piece !== '') found.push(piece);
  return found;
}

function mayBreak(last: string, next: string, mode: BreakMode): boolean {
  if (BLANK.test(next)) return false;
  // Not even after a blank: a dot between two parts stays with the first.
  if (mode === 'text' && next === '·') return false;
  if (BLANK.test(last)) return true;
  if (mode === 'name') return last === '·';
  if (NEVER_FIRST.test(next) || NEVER_LAST.test(last)) return false;
  if (FREE.test(last) || FREE.test(next)) return true;
  return /^[-/–—·…]$/u.test(last);
}

/** Fills lines of a width in em from the first piece on. A line end in the text is kept as one. */
export function breakLines(
  text: string,
  width: number,
  widthOf: WidthOf,
  mode: BreakMode = 'text',
): BrokenLines {
  const lines: string[] = [];
  let split = false;
  for (const paragraph of text.split('\n')) {
    let line = '';
    // Added up piece by piece: measuring every beginning of a line anew would be quadratic.
    let filled = 0;
    const end = () => {
      lines.push(line.trimEnd());
      line = '';
      filled = 0;
    };
    const add = (part: string) => {
      line += part;
      filled += widthOf(part);
    };
    for (const piece of pieces(paragraph, mode)) {
      const needed = widthOf(piece.trimEnd());
      if (line !== '' && filled + needed > width) end();
      if (needed <= width) {
        add(piece);
        continue;
      }
      split = true;
      for (const { segment } of clusters(piece)) {
        if (line !== '' && filled + widthOf(segment) > width) end();
        add(segment);
      }
    }
    end();
  }
  return { lines, split };
}
