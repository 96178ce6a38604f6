/** Addresses inside the console: the base path is added in one place. */
import { resolve } from '$app/paths';

const BASE = resolve('').replace(/\/$/, '');

/** `/exams` → `/console/exams`, with the query where one is given; empty values are left out. */
export function to(path: `/${string}`, query: Record<string, string | null | undefined> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const text = new URLSearchParams(given).toString();
  return BASE + path + (text ? `?${text}` : '');
}

/** The path inside the console of a whole pathname. */
export const inside = (pathname: string): string => pathname.slice(BASE.length) || '/';
