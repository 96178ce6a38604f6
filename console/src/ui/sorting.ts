/** Sorting of tables. Numbers inside text count as numbers (座位 9 before 座位 10), in the language's own order. */
export type SortKey = string | number | null;

export interface Column<R> {
  key: string;
  label: string;
  /** A track of CSS grid: `8rem`, `1fr`, `minmax(10rem, 2fr)`. */
  width: string;
  /** Makes it sortable. */
  by?: (row: R) => SortKey;
  /** Numbers stand at the right. */
  right?: boolean;
}

/** `ticket` or, from the end, `-ticket`; unknown columns leave the order as it is. Stable; empty cells stand last. */
export function sortRows<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  sort: string,
  language: string,
): readonly R[] {
  const down = sort.startsWith('-');
  const by = columns.find(({ key }) => key === (down ? sort.slice(1) : sort))?.by;
  if (!by) return rows;
  const collator = new Intl.Collator(language, { numeric: true });
  const keyed = rows.map((row) => ({ row, key: by(row) }));
  const empty = (key: SortKey) => key === null || key === '';
  keyed.sort((a, b) => {
    if (empty(a.key) || empty(b.key)) return Number(empty(a.key)) - Number(empty(b.key));
    const order =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : collator.compare(String(a.key), String(b.key));
    return down ? -order : order;
  });
  return keyed.map(({ row }) => row);
}
