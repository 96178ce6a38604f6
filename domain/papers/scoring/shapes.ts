/** Areas of area mappings and `inside`, as in HTML image maps; the edge belongs to the area. */
import { ScoringError } from './score-faults.ts';

/** @param point "x y" in pixels. @throws ScoringError for a shape that cannot be. */
export function isInside(point: string, shape: string, coords: readonly number[]): boolean {
  const [x = Number.NaN, y = Number.NaN] = point.split(' ').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = coords;
  if (!coords.every(Number.isFinite)) throw new ScoringError('score/attribute', 'coords');
  const need = (count: boolean) => {
    if (!count) throw new ScoringError('score/attribute', `coords: ${shape}`);
  };
  switch (shape) {
    case 'default':
      return true;
    case 'rect':
      need(coords.length === 4);
      return x >= Math.min(a, c) && x <= Math.max(a, c) && y >= Math.min(b, d) && y <= Math.max(b, d);
    case 'circle':
      need(coords.length === 3);
      return (x - a) ** 2 + (y - b) ** 2 <= c ** 2;
    case 'ellipse':
      need(coords.length === 4 && c > 0 && d > 0);
      return ((x - a) / c) ** 2 + ((y - b) / d) ** 2 <= 1;
    case 'poly':
      need(coords.length >= 6 && coords.length % 2 === 0);
      return isInsidePolygon(x, y, coords);
    default:
      throw new ScoringError('score/attribute', `shape: ${shape}`);
  }
}

/** Even-odd rule; a point on an edge is inside. */
function isInsidePolygon(x: number, y: number, coords: readonly number[]): boolean {
  let inside = false;
  for (let at = 0; at < coords.length; at += 2) {
    const before = (at + coords.length - 2) % coords.length;
    const [x1 = 0, y1 = 0] = coords.slice(before, before + 2);
    const [x2 = 0, y2 = 0] = coords.slice(at, at + 2);
    const cross = (x - x1) * (y2 - y1) - (y - y1) * (x2 - x1);
    const between = (x - x1) * (x - x2) <= 0 && (y - y1) * (y - y2) <= 0;
    if (cross === 0 && between) return true;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
