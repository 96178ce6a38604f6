/** Functions of `mathOperator`; outside its domain a function gives NaN, which becomes NULL. */
import { ScoringError } from './score-faults.ts';

type Work = (...numbers: number[]) => number;

/** 1/f, and nothing where f is 0. */
function reciprocal(of: (number: number) => number): (number?: number) => number {
  return (number = Number.NaN) => {
    const value = of(number);
    return value === 0 ? Number.NaN : 1 / value;
  };
}

function one(work: (number: number) => number): Work {
  return (number = Number.NaN) => work(number);
}

const FUNCTIONS: Readonly<Record<string, Work>> = {
  sin: one(Math.sin),
  cos: one(Math.cos),
  tan: one(Math.tan),
  sec: reciprocal(Math.cos),
  csc: reciprocal(Math.sin),
  cot: reciprocal(Math.tan),
  asin: one(Math.asin),
  acos: one(Math.acos),
  atan: one(Math.atan),
  asec: one((number) => Math.acos(1 / number)),
  acsc: one((number) => Math.asin(1 / number)),
  // Between 0 and π, as the reciprocal of tan.
  acot: one((number) => Math.PI / 2 - Math.atan(number)),
  sinh: one(Math.sinh),
  cosh: one(Math.cosh),
  tanh: one(Math.tanh),
  sech: reciprocal(Math.cosh),
  csch: reciprocal(Math.sinh),
  coth: reciprocal(Math.tanh),
  log: one(Math.log10),
  ln: one(Math.log),
  exp: one(Math.exp),
  abs: one(Math.abs),
  signum: one(Math.sign),
  floor: one(Math.floor),
  ceil: one(Math.ceil),
  toDegrees: one((number) => (number * 180) / Math.PI),
  toRadians: one((number) => (number * Math.PI) / 180),
};

export const INTEGER_FUNCTIONS: ReadonlySet<string> = new Set(['signum', 'floor', 'ceil']);

export function functionOf(name: string): { work: Work; count: number } {
  if (name === 'atan2') return { work: (y = Number.NaN, x = Number.NaN) => Math.atan2(y, x), count: 2 };
  const work = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (work === undefined) throw new ScoringError('score/attribute', `name: ${name}`);
  return { work, count: 1 };
}
