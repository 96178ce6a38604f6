/** Values of a slider: steps counted in whole numbers, so that 0.1 + 0.2 stays 0.3. Pure. */
export interface Scale {
  lower: number;
  upper: number;
  step: number;
}

function decimals(value: number): number {
  const text = String(value);
  const exponent = /e-(\d+)$/.exec(text)?.[1];
  return exponent ? Number(exponent) : (text.split('.')[1]?.length ?? 0);
}

/** The value nearest to `wanted` that the scale has, in plain figures. */
export function onScale(wanted: number, { lower, upper, step }: Scale): string {
  const steps = Math.round((Math.min(Math.max(wanted, lower), upper) - lower) / step);
  const digits = Math.min(15, Math.max(decimals(lower), decimals(step)));
  const most = Math.floor((upper - lower) / step + 1e-9);
  return String(Number((lower + Math.min(steps, most) * step).toFixed(digits)));
}

/** At most eleven marks from end to end. */
export function marksOf(scale: Scale): string[] {
  const { lower, upper, step } = scale;
  const steps = Math.floor((upper - lower) / step + 1e-9);
  const every = Math.max(1, Math.ceil(steps / 10));
  const marks: string[] = [];
  for (let at = 0; at <= steps; at += every) marks.push(onScale(lower + at * step, scale));
  return marks;
}
