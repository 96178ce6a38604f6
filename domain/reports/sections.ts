/**
 * Reports that are told section by section (room report, minutes, handover, evidence, answers): one shape for all, so that
 * one drawing serves them. Every text is in the asked language already.
 */
export interface SectionColumn {
  title: string;
  /** Share of the width. */
  width: number;
  align?: 'left' | 'center' | 'right';
  /** A name breaks at `·` and blanks alone. */
  name?: true;
}

export interface SectionPhoto {
  /** SHA-256 of the file that is shown; a frame with the words alone is left where it is missing. */
  sha256: string;
  /** Width by height, for the place it takes. */
  ratio: number;
  caption: string;
}

export type Section =
  | { t: 'heading'; text: string }
  | { t: 'text'; text: string; small?: true }
  /** Something a person wrote: in a frame of its own, line ends kept. */
  | { t: 'quote'; text: string }
  | { t: 'fields'; columns: number; pairs: [string, string][] }
  /** `empty` stands in its place where there is no row. */
  | { t: 'table'; columns: SectionColumn[]; rows: string[][]; empty: string; small?: true }
  | { t: 'photos'; photos: SectionPhoto[] }
  | { t: 'code'; code: string; words: string; text: string }
  /** Empty lines to write on. */
  | { t: 'lines'; title: string; count: number }
  | { t: 'signatures'; words: string[] };

/** Begins on a page of its own. */
export interface Part {
  title: string;
  lines: string[];
  sections: Section[];
}

/** A heading with a table below; the table's own words where there is nothing. */
export function titledTable(
  title: string,
  columns: SectionColumn[],
  rows: string[][],
  empty: string,
): Section[] {
  return [
    { t: 'heading', text: title },
    { t: 'table', columns, rows, empty },
  ];
}
