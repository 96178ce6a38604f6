/**
 * Batch files (protocol/batch.ts): made by a box, opened and proved by headquarters. In memory: a batch is at most a few
 * megabytes.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';
import canonicalize from 'canonicalize';
import { Compile } from 'typebox/compile';
import { parseCheckpoint } from '#domain/ledger/checkpoint.ts';
import { appendToRange, type CompactRange, rangeLength, rootOfRange } from '#domain/ledger/compact-range.ts';
import { leafHash } from '#domain/ledger/merkle.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { type BoxKey, sign, verify } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { verifyNote } from '#node/signing/note.ts';
import {
  BATCH_FORMAT,
  BATCH_LIMITS,
  BATCH_PURPOSE,
  BATCH_RECEIPT_PURPOSE,
  type BatchHeader,
  type BatchKey,
  type BatchReceipt,
  type SignedReceipt,
} from '#protocol/batch.ts';
import { BatchHeaderSchema, BatchReceiptSchema } from '#protocol/hq.schema.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);
const headerShape = Compile(BatchHeaderSchema);
const receiptShape = Compile(BatchReceiptSchema);
const LF = 0x0a;
const WITHHELD = 0x23;
const HASH_LINE = /^#[A-Za-z0-9+/]{43}=$/;

/** What stays out of the header that `makeBatch` works out itself. */
export type BatchFacts = Omit<BatchHeader, 'format' | 'key' | 'root' | 'before' | 'last' | 'withheld'>;

export interface MadeBatch {
  header: BatchHeader;
  /** SHA-256 (hex) of the canonical key: names the batch in addresses. */
  batch: string;
  file: Uint8Array;
  /** SHA-256 (hex) of the file. */
  sha256: string;
  /** The range over everything up to the last event. */
  after: CompactRange;
}

/** An event to send: its stored bytes, or only its leaf hash. */
export type BatchLine = { bytes: Uint8Array } | { leaf: Uint8Array };

/**
 * Packs events `facts.first…` into a file. `before` is the range over the events before. Throws `batch/too-large` for
 * more than headquarters takes, `TypeError` for no events or a range of another size.
 */
export async function makeBatch(
  facts: BatchFacts,
  before: CompactRange,
  lines: readonly BatchLine[],
  key: BoxKey,
): Promise<MadeBatch> {
  if (lines.length === 0) throw new TypeError('a batch has at least one event');
  if (before.size !== facts.first) throw new TypeError('the range before is not of the first event');
  const after: CompactRange = { size: before.size, hashes: [...before.hashes] };
  const body: Uint8Array[] = [];
  let withheld = 0;
  for (const line of lines) {
    const leaf = 'leaf' in line ? line.leaf : leafHash(sha256, line.bytes);
    appendToRange(sha256, after, leaf);
    if ('leaf' in line) withheld += 1;
    body.push('leaf' in line ? Buffer.from(`#${base64(leaf)}`) : line.bytes, Buffer.of(LF));
  }
  const header: BatchHeader = {
    ...facts,
    format: BATCH_FORMAT,
    key: key.publicKey,
    last: facts.first + lines.length - 1,
    root: base64(rootOfRange(sha256, after)),
    before: before.hashes.map(base64),
    withheld,
  };
  const text = canonical(header);
  const head = `${text}\n${sign(key, BATCH_PURPOSE, Buffer.from(text))}\n`;
  const plain = Buffer.concat([Buffer.from(head), ...body]);
  if (plain.length > BATCH_LIMITS.plainMost)
    throw new MachineryError('batch/too-large', { bytes: plain.length });
  const encrypter = new Encrypter();
  for (const recipient of header.to) encrypter.addRecipient(recipient);
  const file = await encrypter.encrypt(await compress(plain));
  return {
    header,
    batch: batchId(header),
    file,
    sha256: createHash('sha256').update(file).digest('hex'),
    after,
  };
}

/** SHA-256 (hex) of canonical JSON of the five fields that name a batch. */
export function batchId({ site, ledger, first, last, root }: BatchKey): string {
  return createHash('sha256').update(canonical({ site, ledger, first, last, root })).digest('hex');
}

export interface OpenedBatch {
  header: BatchHeader;
  headerText: string;
  signature: string;
  lines: BatchLine[];
  /** The leaf hash of each line, and the range over everything up to the last: worked out here, equal to `root`. */
  leaves: Uint8Array[];
  after: CompactRange;
}

/**
 * Opens a file and proves it: deciphered, in form, signed by the key it names, made for `hq`, its leaves leading from
 * `before` to `root`, its checkpoints the box's. Whether that key may speak for that site is the caller's question.
 * Throws `MachineryError`: `batch/sealed`, `batch/form`, `batch/too-large`, `batch/signature`, `batch/other-hq`,
 * `batch/root`, `batch/checkpoint`.
 * @param identities headquarters' age identities, `AGE-SECRET-KEY-1…`
 * @param hq headquarters' Ed25519 key, base64url
 */
export async function openBatch(
  file: Uint8Array,
  identities: readonly string[],
  hq: string,
): Promise<OpenedBatch> {
  if (file.length > BATCH_LIMITS.cipherMost)
    throw new MachineryError('batch/too-large', { bytes: file.length });
  const plain = await unseal(file, identities);
  const { headerText, signature, rest } = split(plain);
  const header = readHeader(headerText);
  if (header.hq !== hq) throw new MachineryError('batch/other-hq', { hq: header.hq });
  if (!verify(header.key, BATCH_PURPOSE, Buffer.from(headerText), signature))
    throw new MachineryError('batch/signature', { key: header.key });
  const lines = readLines(rest, header);
  const leaves = lines.map((line) => ('leaf' in line ? line.leaf : leafHash(sha256, line.bytes)));
  const after: CompactRange = {
    size: header.first,
    hashes: header.before.map((hash) => Buffer.from(hash, 'base64')),
  };
  for (const leaf of leaves) appendToRange(sha256, after, leaf);
  if (base64(rootOfRange(sha256, after)) !== header.root) throw new MachineryError('batch/root', {});
  checkCheckpoints(header);
  return { header, headerText, signature, lines, leaves, after };
}

/** Headquarters' receipt over a batch that is safe. */
export function signReceipt(receipt: BatchReceipt, key: BoxKey): SignedReceipt {
  const text = canonical(receipt);
  return { text, signature: sign(key, BATCH_RECEIPT_PURPOSE, Buffer.from(text)) };
}

/** The receipt, when `hq` (base64url) signed it and it is in form; else null. */
export function readReceipt({ text, signature }: SignedReceipt, hq: string): BatchReceipt | null {
  if (!verify(hq, BATCH_RECEIPT_PURPOSE, Buffer.from(text), signature)) return null;
  const value = parse(text);
  return receiptShape.Check(value) && value.hq === hq && canonical(value) === text ? value : null;
}

async function unseal(file: Uint8Array, identities: readonly string[]): Promise<Buffer> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  let packed: Uint8Array;
  try {
    packed = await decrypter.decrypt(file);
  } catch (cause) {
    throw new MachineryError('batch/sealed', { reason: 'damaged, or sealed for somebody else' }, { cause });
  }
  try {
    return await decompress(packed, { maxOutputLength: BATCH_LIMITS.plainMost });
  } catch (cause) {
    const large = cause instanceof RangeError;
    throw new MachineryError(large ? 'batch/too-large' : 'batch/form', { reason: 'gzip' }, { cause });
  }
}

function split(plain: Buffer): { headerText: string; signature: string; rest: Buffer } {
  const first = plain.indexOf(LF);
  const second = first < 0 ? -1 : plain.indexOf(LF, first + 1);
  if (second < 0) throw formFault('two lines at the head');
  return {
    headerText: utf8(plain.subarray(0, first)),
    signature: plain.toString('latin1', first + 1, second),
    rest: plain.subarray(second + 1),
  };
}

function readHeader(text: string): BatchHeader {
  const value = parse(text);
  if (!headerShape.Check(value)) throw formFault('header');
  if (canonical(value) !== text) throw formFault('header is not canonical JSON');
  const header: BatchHeader = value;
  if (header.last < header.first) throw formFault('last before first');
  if (header.before.length !== rangeLength(header.first)) throw formFault('range before');
  return header;
}

function readLines(rest: Buffer, header: BatchHeader): BatchLine[] {
  const lines: BatchLine[] = [];
  let withheld = 0;
  for (let from = 0; from < rest.length; ) {
    const end = rest.indexOf(LF, from);
    if (end < 0) throw formFault('the last line has no end');
    const bytes = rest.subarray(from, end);
    from = end + 1;
    if (bytes[0] === WITHHELD) {
      const text = bytes.toString('latin1');
      const leaf = Buffer.from(text.slice(1), 'base64');
      if (!HASH_LINE.test(text) || base64(leaf) !== text.slice(1)) throw formFault('leaf hash');
      lines.push({ leaf });
      withheld += 1;
    } else lines.push({ bytes });
  }
  if (lines.length !== header.last - header.first + 1) throw formFault('number of events');
  if (withheld !== header.withheld) throw formFault('number of withheld events');
  return lines;
}

/** The header's checkpoints are signed by its key, of its ledger, and lie in its range; the last may be its very root. */
function checkCheckpoints(header: BatchHeader): void {
  for (const note of header.checkpoints) {
    const parsed = parseCheckpoint(note);
    const fits =
      parsed !== null &&
      parsed.origin === header.ledger &&
      parsed.size > header.first &&
      parsed.size <= header.last + 1 &&
      (parsed.size !== header.last + 1 || parsed.root === header.root) &&
      verifyNote(note, [{ name: header.ledger, publicKey: header.key }]) !== null;
    if (!fits) throw new MachineryError('batch/checkpoint', { size: parsed?.size ?? null });
  }
}

function formFault(reason: string): MachineryError {
  return new MachineryError('batch/form', { reason });
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw formFault('not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('no JSON form');
  return text;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
