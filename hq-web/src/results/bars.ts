/** Bars of a distribution over tenths of the maximum, in a picture 200 wide and 60 high. Pure. */
export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  count: number;
  /** Share of the maximum where it begins and ends, in percent. */
  from: number;
  to: number;
}
export const PICTURE = { width: 200, height: 60 } as const;
const GAP = 2;

export function barsOf(tenths: readonly number[]): Bar[] {
  const most = Math.max(1, ...tenths);
  const step = PICTURE.width / tenths.length;
  return tenths.map((count, index) => {
    const height = (count / most) * PICTURE.height;
    return {
      x: index * step + GAP / 2,
      y: PICTURE.height - height,
      width: step - GAP,
      height,
      count,
      from: (100 / tenths.length) * index,
      to: (100 / tenths.length) * (index + 1),
    };
  });
}
