/**
 * Session packages (protocol/package.ts): the file's head, and reading a file that came over the line or on a stick.
 * Parts are streamed: a package may be larger than memory; only the head and one part at a time are held.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import { Compile } from 'typebox/compile';
import { type BoxKey, sign, verify } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { PackageHeaderSchema } from '#protocol/hq.schema.ts';
import {
  PACKAGE_FORMAT,
  PACKAGE_PURPOSE,
  type PackageHeader,
  type PackagePart,
  PLAN_PART,
} from '#protocol/package.ts';

const headerShape = Compile(PackageHeaderSchema);
const LF = 0x0a;
/** 20,000 parts of about 150 bytes each are 3 MB. */
const HEAD_MOST = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;

export interface PackageHead {
  /** The canonical header: the bytes that were signed. */
  text: string;
  signature: string;
  /** Format line, header and signature with their line feeds: the file up to its first part. */
  head: Uint8Array;
  /** Of the whole file. */
  bytes: number;
}

/** Throws `TypeError` for a header out of form: a programmer's fault. */
export function packageHead(header: PackageHeader, key: BoxKey): PackageHead {
  const text = canonicalize(header);
  const fault = text === undefined || !headerShape.Check(header) ? 'shape' : partsFault(header.parts);
  if (text === undefined || fault !== null) throw new TypeError(`package header: ${fault}`);
  const signature = sign(key, PACKAGE_PURPOSE, Buffer.from(text));
  const head = headBytes(text, signature);
  return { text, signature, head, bytes: head.length + partBytes(header.parts) };
}

/** The head again, of a header and signature that were kept. */
export function headBytes(text: string, signature: string): Uint8Array {
  return Buffer.from(`${PACKAGE_FORMAT}\n${text}\n${signature}\n`);
}

export interface ReadPackage {
  header: PackageHeader;
  headerText: string;
  signature: string;
  /** SHA-256 (hex) and length of the whole file. */
  sha256: string;
  bytes: number;
  /**
   * A part's bytes, read and compared with the header anew: the file may have changed since. Throws `package/tampered`;
   * `TypeError` for a name that is not in the header.
   */
  readPart: (name: string) => Promise<Uint8Array>;
}

/**
 * Reads a whole file and proves it: form, canonical header, headquarters' signature, exact length, SHA-256 of each part.
 * Whose package it is, whether it is new and what is in it is for the caller. Throws `package/form`,
 * `package/signature`, `package/tampered`; system errors as they are.
 * @param hqKey headquarters' Ed25519 key, raw, base64url
 */
export async function readPackageFile(path: string, hqKey: string): Promise<ReadPackage> {
  const file = await open(path, 'r');
  try {
    const { text, signature, length } = await readHead(file);
    const header = checkHeader(text, signature, hqKey);
    const { size } = await file.stat();
    const bytes = length + partBytes(header.parts);
    if (size !== bytes) throw new MachineryError('package/tampered', { bytes: size, expected: bytes });
    const whole = createHash('sha256').update(headBytes(text, signature));
    const starts = new Map<string, { part: PackagePart; start: number }>();
    let start = length;
    for (const part of header.parts) {
      await hashPart(file, part, start, whole);
      starts.set(part.name, { part, start });
      start += part.bytes;
    }
    const readPart = async (name: string) => {
      const found = starts.get(name);
      if (!found) throw new TypeError(`no part ${name}`);
      return readOnePart(path, found.part, found.start);
    };
    return { header, headerText: text, signature, sha256: whole.digest('hex'), bytes, readPart };
  } finally {
    await file.close();
  }
}

async function readHead(file: FileHandle): Promise<{ text: string; signature: string; length: number }> {
  const expected = Buffer.from(`${PACKAGE_FORMAT}\n`);
  let head = Buffer.alloc(0);
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, head.length);
    head = Buffer.concat([head, buffer.subarray(0, bytesRead)]);
    if (!head.subarray(0, expected.length).equals(expected)) throw formFault('format line');
    const second = head.indexOf(LF, expected.length);
    const third = second < 0 ? -1 : head.indexOf(LF, second + 1);
    if (third >= 0)
      return {
        text: utf8(head.subarray(expected.length, second)),
        signature: head.toString('latin1', second + 1, third),
        length: third + 1,
      };
    if (bytesRead === 0 || head.length > HEAD_MOST) throw formFault('three lines at the head');
  }
}

function checkHeader(text: string, signature: string, hqKey: string): PackageHeader {
  // The signature first: nothing that a stranger wrote is looked at any further.
  if (!verify(hqKey, PACKAGE_PURPOSE, Buffer.from(text), signature))
    throw new MachineryError('package/signature', {});
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw formFault('header is not JSON');
  }
  if (!headerShape.Check(value)) throw formFault('header');
  if (canonicalize(value) !== text) throw formFault('header is not canonical JSON');
  if (value.hq !== hqKey) throw formFault('header names another key');
  const fault = partsFault(value.parts);
  if (fault !== null) throw formFault(fault);
  return value;
}

/** What the schema cannot say. */
function partsFault(parts: readonly PackagePart[]): string | null {
  if (parts[0]?.name !== PLAN_PART) return 'the plan is not the first part';
  if (new Set(parts.map(({ name }) => name)).size !== parts.length) return 'a part twice';
  return Number.isSafeInteger(partBytes(parts)) ? null : 'size';
}

function partBytes(parts: readonly PackagePart[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

async function hashPart(file: FileHandle, part: PackagePart, start: number, whole: Hash): Promise<void> {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(Math.min(CHUNK, Math.max(1, part.bytes)));
  for (let done = 0; done < part.bytes; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, part.bytes - done), start + done);
    if (bytesRead === 0) throw tampered(part);
    hash.update(chunk.subarray(0, bytesRead));
    whole.update(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
  if (hash.digest('hex') !== part.sha256) throw tampered(part);
}

async function readOnePart(path: string, part: PackagePart, start: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(part.bytes);
    for (let done = 0; done < part.bytes; ) {
      const { bytesRead } = await file.read(bytes, done, part.bytes - done, start + done);
      if (bytesRead === 0) throw tampered(part);
      done += bytesRead;
    }
    if (createHash('sha256').update(bytes).digest('hex') !== part.sha256) throw tampered(part);
    return bytes;
  } finally {
    await file.close();
  }
}

function tampered(part: PackagePart): MachineryError {
  return new MachineryError('package/tampered', { part: part.name });
}

function formFault(reason: string): MachineryError {
  return new MachineryError('package/form', { reason });
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw formFault('not UTF-8');
  }
}
