/**
 * Numbers: reading what candidates typed, and arithmetic that does what a person with pencil and paper gets. Sums,
 * tolerances and rounding go through exact decimals, so that 0.7 + 0.1 is 0.8 and an answer on the edge of a tolerance
 * is inside it; the result is the nearest float, as QTI has it.
 */

/**
 * @returns the number, or `null` where the text is none. Full width, a leading plus, the Chinese full stop and all
 * kinds of minus are understood, as the kiosk does; no comma, which is a decimal sign here and a separator there.
 */
export function typedNumber(text: string): number | null {
  const bare = text
    .normalize('NFKC')
    .trim()
    .replace(/^[−–﹣－]/u, '-')
    .replace(/。/g, '.');
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/.test(bare)) return null;
  const number = Number(bare);
  return Number.isFinite(number) ? number : null;
}

/** `units` × 10^-`scale`. */
export interface Decimal {
  units: bigint;
  scale: number;
}

/** The shortest decimal that reads back as the number: what was written. The number must be finite. */
export function decimalOf(number: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(number).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

export function numberOf({ units, scale }: Decimal): number {
  return Number(`${units}e${-scale}`);
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = aligned(a, b);
  return { units: left + right, scale };
}

export function timesDecimals(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** Less than, equal or greater: -1, 0, 1. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function negative({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

const ZERO: Decimal = { units: 0n, scale: 0 };
const ONE: Decimal = { units: 1n, scale: 0 };

/** NaN or an infinity takes part as floats do. */
export function exactSum(numbers: readonly number[]): number {
  if (!numbers.every(Number.isFinite)) return numbers.reduce((sum, one) => sum + one, 0);
  return numberOf(numbers.map(decimalOf).reduce(addDecimals, ZERO));
}

export function exactProduct(numbers: readonly number[]): number {
  if (!numbers.every(Number.isFinite)) return numbers.reduce((product, one) => product * one, 1);
  return numberOf(numbers.map(decimalOf).reduce(timesDecimals, ONE));
}

/** Drops all digits after `scale` decimal places; the deciding digit 5 or greater rounds away from zero. */
function cutAt({ units, scale }: Decimal, places: number): Decimal {
  if (scale <= places) return { units, scale };
  const step = 10n ** BigInt(scale - places);
  const magnitude = units < 0n ? -units : units;
  const kept = (magnitude + step / 2n) / step;
  const rounded = units < 0n ? -kept : kept;
  return places >= 0
    ? { units: rounded, scale: places }
    : { units: rounded * 10n ** BigInt(-places), scale: 0 };
}

/** QTI `roundTo`: to significant figures (at least 1) or decimal places (at least 0), by the deciding digit. */
export function roundTo(
  number: number,
  mode: 'significantFigures' | 'decimalPlaces',
  figures: number,
): number {
  if (!Number.isFinite(number) || number === 0) return number;
  const decimal = decimalOf(number);
  if (mode === 'decimalPlaces') return numberOf(cutAt(decimal, figures));
  const digits = String(decimal.units < 0n ? -decimal.units : decimal.units).replace(/^0+/, '').length;
  return numberOf(cutAt(decimal, figures - (digits - decimal.scale)));
}
