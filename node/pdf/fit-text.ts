/** How a text is set in a box: the largest size at which it fits. Pure, like line-breaks.ts; widths come from the caller. */
import type { FontWeight } from '#node/fonts/font-sources.ts';
import { type BreakMode, breakLines, type WidthOf } from './line-breaks.ts';

/** Elements of the tag tree that hold text by themselves; inside another one a text becomes a `P` of its own. */
export type TextTag = 'P' | 'H1' | 'H2' | 'TH' | 'TD' | 'Caption' | 'Lbl' | 'LBody';

export interface TextStyle {
  /** Largest size; without `least` it is the size. */
  size: number;
  /** Shrinks down to this to fit the box. A text is never cut: one that does not even fit so gets smaller still. */
  least?: number;
  weight?: FontWeight;
  align?: 'left' | 'center' | 'right';
  valign?: 'top' | 'middle' | 'bottom';
  /** 0 black … 1 white. */
  grey?: number;
  /** Distance of baselines as a multiple of the size. */
  leading?: number;
  /** A name breaks at `·` and blanks alone, where there is room for that. */
  breaks?: BreakMode;
  tag?: TextTag;
  /** Not part of the document's text: heads repeated on a later page, foot lines. */
  artifact?: boolean;
}

export interface SetText {
  size: number;
  lines: string[];
  /** From the top of the first line to the bottom of the last. */
  height: number;
}

/** Distance of baselines where a style says nothing: Chinese needs a little more than Latin. */
export const LEADING = 1.32;
const SMALLEST = 4;

/** A box without height only wraps. */
export function fitText(
  text: string,
  { width, height }: { width: number; height?: number },
  { size, least = size, breaks = 'text', leading = LEADING }: TextStyle,
  widthOf: WidthOf,
): SetText {
  const at = (points: number) => {
    const { lines, split } = breakLines(text, width / points, widthOf, breaks);
    const total = points * (1 + (lines.length - 1) * leading);
    const fits = height === undefined || total <= height + 0.01;
    return { split, fits, set: { size: points, lines, height: total } };
  };
  // First whole words and name parts, then breaks inside them, then below the least size: names are never cut.
  for (const whole of [true, false])
    for (let points = size; points >= least - 0.01; points -= 0.5) {
      const tried = at(points);
      if (tried.fits && !(whole && tried.split)) return tried.set;
    }
  for (let points = least - 0.5; points > SMALLEST; points -= 0.5) {
    const tried = at(points);
    if (tried.fits) return tried.set;
  }
  return at(SMALLEST).set;
}
