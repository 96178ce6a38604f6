/** Shapes of spots on a picture, in the picture's own pixels. Pure. */
import type { Spot } from '#protocol/paper.ts';

export interface Point {
  x: number;
  y: number;
}

/** SVG path of a spot; `default` is the whole picture. */
export function pathOf(
  spot: Pick<Spot, 'shape' | 'coords'>,
  picture: { width: number; height: number },
): string {
  const [a = 0, b = 0, c = 0, d = 0] = spot.coords;
  switch (spot.shape) {
    case 'circle':
      return ellipse(a, b, c, c);
    case 'ellipse':
      return ellipse(a, b, c, d);
    case 'rect':
      return `M${a} ${b}H${c}V${d}H${a}Z`;
    case 'poly': {
      const points: string[] = [];
      for (let at = 0; at + 1 < spot.coords.length; at += 2)
        points.push(`${spot.coords[at]} ${spot.coords[at + 1]}`);
      return `M${points.join('L')}Z`;
    }
    case 'default':
      return `M0 0H${picture.width}V${picture.height}H0Z`;
  }
}

function ellipse(x: number, y: number, rx: number, ry: number): string {
  return `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0Z`;
}

/** Where a sign for the spot stands. */
export function centreOf(
  spot: Pick<Spot, 'shape' | 'coords'>,
  picture: { width: number; height: number },
): Point {
  const [a = 0, b = 0, c = 0, d = 0] = spot.coords;
  switch (spot.shape) {
    case 'circle':
    case 'ellipse':
      return { x: a, y: b };
    case 'rect':
      return { x: (a + c) / 2, y: (b + d) / 2 };
    case 'poly': {
      const xs = spot.coords.filter((_, at) => at % 2 === 0);
      const ys = spot.coords.filter((_, at) => at % 2 === 1);
      const mean = (of: number[]) => of.reduce((sum, one) => sum + one, 0) / Math.max(1, of.length);
      return { x: mean(xs), y: mean(ys) };
    }
    case 'default':
      return { x: picture.width / 2, y: picture.height / 2 };
  }
}
