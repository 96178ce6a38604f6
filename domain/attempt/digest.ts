/** The answers digest of a receipt, and the texts that keys sign: what both sides hash must be the same to the byte. */
import canonicalize from 'canonicalize';
import type { Answers } from '#protocol/paper.ts';
import { ANSWERS_PURPOSE, PURPOSE, type StreamHead, type StreamId } from '#protocol/revision.ts';
import type { Receipt } from '#protocol/socket.ts';
import { hasAnswer } from './merge.ts';

/** Canonical JSON (RFC 8785) of a plain value. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no JSON form');
  return text;
}

/**
 * Text whose SHA-256 (base64url) is the answers digest: purpose, line feed, canonical JSON of attempt, answers
 * (responses that are null, empty or blank left out) and the heads of its streams in ascending epoch, those without a
 * revision left out.
 */
export function answersText(of: {
  attempt: string;
  answers: Answers;
  streams: readonly StreamHead[];
}): string {
  const answers: [string, [string, unknown][]][] = [];
  for (const [item, responses] of Object.entries(of.answers)) {
    const kept = Object.entries(responses).filter(([, value]) => hasAnswer(value));
    if (kept.length > 0) answers.push([item, kept]);
  }
  const streams = of.streams.filter((s) => s.rev > 0).sort((a, b) => a.epoch - b.epoch);
  const plain = Object.fromEntries(answers.map(([item, kept]) => [item, Object.fromEntries(kept)]));
  return `${ANSWERS_PURPOSE}\n${canonical({
    answers: plain,
    attempt: of.attempt,
    streams: streams.map(({ epoch, rev, hash }) => ({ epoch, hash, rev })),
  })}`;
}

/** Number of items with at least one answer. */
export function answeredItems(answers: Answers): number {
  return Object.values(answers).filter((responses) => Object.values(responses).some(hasAnswer)).length;
}

export function socketText(of: { box: string; boxEpoch: number; nonce: string; origin: string }): string {
  const { box, boxEpoch, nonce, origin } = of;
  return `${PURPOSE.socket}\n${canonical({ box, boxEpoch, nonce, origin })}`;
}

export function headText(of: { stream: StreamId; rev: number; hash: string }): string {
  const { stream, rev, hash } = of;
  return `${PURPOSE.head}\n${canonical({ hash, rev, stream })}`;
}

export function submitText(of: {
  stream: StreamId;
  rev: number;
  hash: string;
  digest: string;
  at: number;
}): string {
  const { stream, rev, hash, digest, at } = of;
  return `${PURPOSE.submit}\n${canonical({ at, digest, hash, rev, stream })}`;
}

export function receiptText(receipt: Receipt): string {
  return `${PURPOSE.receipt}\n${canonical(receipt)}`;
}

/** Text whose SHA-256 the short code of a receipt is made from: a receipt of other answers has another code. */
export function receiptCodeText(of: { attempt: string; digest: string }): string {
  return `gongyuan/receipt-code/v1\n${of.attempt}\n${of.digest}`;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The receipt's short code: 14 characters of Crockford base32 from the first 70 bits of `hash` and two check characters
 * (the 14 values weighted 1…14 and summed, modulo 1021 — a prime — in base 32), in groups of four.
 */
export function shortCode(hash: Uint8Array): string {
  let bits = 0n;
  for (const byte of hash.slice(0, 9)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 2n;
  const values: number[] = [];
  for (let i = 13; i >= 0; i--) values.push(Number((bits >> BigInt(5 * i)) & 31n));
  const text = [...values, ...check(values)].map((v) => ALPHABET[v]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

function check(values: readonly number[]): number[] {
  const sum = values.reduce((total, value, i) => total + (i + 1) * (value + 1), 0) % 1021;
  return [sum >> 5, sum & 31];
}

/** A typed code in its printed form (blanks, case, I L O U forgiven as Crockford has it), or null if a character is wrong. */
export function parseShortCode(typed: string): string | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  if (text.length !== 16) return null;
  const values = [...text].map((c) => ALPHABET.indexOf(c));
  if (values.some((v) => v < 0)) return null;
  const [a, b] = check(values.slice(0, 14));
  return a === values[14] && b === values[15] ? text.replace(/(.{4})(?=.)/g, '$1-') : null;
}
