/**
 * Is a value one that the item's response can hold? Looked at by kiosk, box and headquarters alike. It judges the form,
 * never the merit: what a candidate may have typed or clicked is accepted, half-finished as it is, for a refused
 * revision is a lost one. Too few choices, an empty text, "12 kg" in a number field are all accepted.
 */
import type { ErrorCode } from '#protocol/errors.ts';
import {
  type FileValue,
  type PaperItem,
  type PaperResponse,
  type ResponseValue,
  VALUE_LIMITS,
} from '#protocol/paper.ts';
import { fileTypeOf } from './import/file-types.ts';
import { extensionOf } from './import/paths.ts';
import { interactionsOf } from './walk.ts';

export type ResponseCode = Extract<ErrorCode, `response/${string}`>;

/** Half of a surrogate pair, which neither canonical JSON nor SQLite keeps. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

function checkText(value: string, response: PaperResponse): ResponseCode | null {
  if (LONE_SURROGATE.test(value)) return 'response/shape';
  return value.length > Math.min(response.maxChars ?? VALUE_LIMITS.textUnits, VALUE_LIMITS.textUnits)
    ? 'response/too-long'
    : null;
}

/** Bounds mark a number that is set, not typed (slider); a typed one is text until it is scored. */
function checkNumber(value: string, response: PaperResponse): ResponseCode | null {
  if (response.lower === undefined && response.upper === undefined) return checkText(value, response);
  if (!NUMBER.test(value)) return 'response/shape';
  const number = Number(value);
  if (response.base === 'integer' && !Number.isInteger(number)) return 'response/shape';
  const inside =
    number >= (response.lower ?? Number.NEGATIVE_INFINITY) &&
    number <= (response.upper ?? Number.POSITIVE_INFINITY);
  return inside ? null : 'response/range';
}

function checkSingle(value: string, response: PaperResponse): ResponseCode | null {
  switch (response.base) {
    case 'identifier':
      return response.allowed?.ids?.includes(value) === false ? 'response/not-allowed' : null;
    case 'boolean':
      return value === 'true' || value === 'false' ? null : 'response/not-allowed';
    case 'integer':
    case 'float':
      return checkNumber(value, response);
    case 'point':
      return /^-?\d{1,6}(\.\d{1,6})? -?\d{1,6}(\.\d{1,6})?$/.test(value) ? null : 'response/shape';
    case 'string':
      return checkText(value, response);
    default:
      return 'response/shape';
  }
}

function checkCount(count: number, response: PaperResponse): ResponseCode | null {
  const most = response.cardinality === 'single' ? 1 : (response.max ?? 0);
  if (count > VALUE_LIMITS.values || (most > 0 && count > most)) return 'response/too-many';
  return null;
}

function isPairList(value: readonly unknown[]): value is [string, string][] {
  return value.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((side) => typeof side === 'string'),
  );
}

function checkPairs(pairs: readonly [string, string][], response: PaperResponse): ResponseCode | null {
  const { ids, from, to } = response.allowed ?? {};
  const seen = new Set<string>();
  for (const [left, right] of pairs) {
    const known =
      response.base === 'pair'
        ? ids?.includes(left) !== false && ids?.includes(right) !== false
        : from?.includes(left) !== false && to?.includes(right) !== false;
    // A pair without direction is the same from both sides.
    const key = response.base === 'pair' && right < left ? `${right} ${left}` : `${left} ${right}`;
    if (!known || seen.has(key)) return 'response/not-allowed';
    seen.add(key);
  }
  return checkCount(pairs.length, response);
}

function checkList(values: readonly string[], response: PaperResponse): ResponseCode | null {
  for (const value of values) {
    const code = checkSingle(value, response);
    if (code !== null) return code;
  }
  // A choice is taken or not; only text may repeat.
  if (response.base === 'identifier' && new Set(values).size !== values.length) return 'response/not-allowed';
  return checkCount(values.length, response);
}

function typeFits(type: string, permitted: readonly string[]): boolean {
  return permitted.some((one) => one === type || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))));
}

/** Old Windows machines know no type for many files and say none; then the name's ending decides. */
function checkFile(file: FileValue, response: PaperResponse): ResponseCode | null {
  if (typeof file.name !== 'string' || typeof file.type !== 'string') return 'response/shape';
  if (!/^[0-9a-f]{64}$/.test(file.sha256) || !Number.isSafeInteger(file.bytes) || file.bytes < 0)
    return 'response/shape';
  if (file.name.length < 1 || file.name.length > 255 || LONE_SURROGATE.test(file.name))
    return 'response/shape';
  if (file.bytes > (response.maxBytes ?? VALUE_LIMITS.uploadBytes)) return 'response/file';
  const permitted = response.types ?? [];
  if (permitted.length === 0 || typeFits(file.type.toLowerCase(), permitted)) return null;
  const byName = fileTypeOf(extensionOf(file.name))?.type;
  return byName !== undefined && typeFits(byName, permitted) ? null : 'response/file';
}

/**
 * @returns the code of what is wrong, or `null`. `null` as a value clears the response and is always right.
 * Values are: a text (single), a list of texts (multiple, ordered), a list of pairs (also for a single pair), a file.
 */
export function checkResponse(response: PaperResponse, value: ResponseValue): ResponseCode | null {
  if (value === null) return null;
  const pairs = response.base === 'pair' || response.base === 'directedPair';
  if (Array.isArray(value)) {
    if (pairs) return isPairList(value) ? checkPairs(value, response) : 'response/shape';
    if (response.cardinality === 'single') return 'response/shape';
    return value.every((one) => typeof one === 'string') ? checkList(value, response) : 'response/shape';
  }
  if (typeof value === 'object')
    return response.base === 'file' ? checkFile(value, response) : 'response/shape';
  if (pairs || response.base === 'file' || response.cardinality !== 'single') return 'response/shape';
  // Types are promises; a value that came past no schema may be anything.
  if (typeof value !== 'string') return 'response/shape';
  return checkSingle(value, response);
}

function isFilled(response: PaperResponse, value: ResponseValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length >= Math.max(1, response.min ?? 0);
  return true;
}

/**
 * Has every part of the item an answer with as many choices as it asks for? Play counts are no answers. An item that
 * asks nothing is never answered; see `asksSomething`.
 */
export function isAnswered(item: PaperItem, values: Record<string, ResponseValue> | undefined): boolean {
  const asked = askedResponses(item);
  return asked.length > 0 && asked.every((response) => isFilled(response, values?.[response.id]));
}

/** Does the item take an answer at all? Texts that are only to be read do not count in "12 of 20 answered". */
export function asksSomething(item: PaperItem): boolean {
  return askedResponses(item).length > 0;
}

function askedResponses(item: PaperItem): PaperResponse[] {
  const counters = new Set<string>();
  for (const interaction of interactionsOf(item.body))
    if (interaction.type === 'media') counters.add(interaction.response);
  return item.responses.filter((response) => !counters.has(response.id));
}
