/** Candidates marked on a picture: places in thousandths of its width and height. Pure. */
export interface PersonMark {
  entry: string;
  name: string;
  seat: string;
  /** Null: concerned, but not marked in the picture. */
  x: number | null;
  y: number | null;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where in the picture somebody tapped; a tap by keyboard has no place and is taken as its middle. */
export function placeIn(
  box: Box,
  clientX: number,
  clientY: number,
  byKeyboard: boolean,
): { x: number; y: number } {
  if (byKeyboard || box.width <= 0 || box.height <= 0) return { x: 500, y: 500 };
  const share = (at: number, from: number, length: number) =>
    Math.round(Math.min(1, Math.max(0, (at - from) / length)) * 1000);
  return { x: share(clientX, box.left, box.width), y: share(clientY, box.top, box.height) };
}

/** With this mark: a person stands in a picture once, the last tap counts. */
export const withMark = (marks: readonly PersonMark[], mark: PersonMark): PersonMark[] => [
  ...marks.filter(({ entry }) => entry !== mark.entry),
  mark,
];

/** As the box is told. */
export const peopleOf = (marks: readonly PersonMark[]): { entry: string; x?: number; y?: number }[] =>
  marks.map(({ entry, x, y }) => (x === null || y === null ? { entry } : { entry, x, y }));
