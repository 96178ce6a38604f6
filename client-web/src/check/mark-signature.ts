/** Whether the box's key signed a mark. Chrome 109 has no Ed25519 of its own. */
import { ed25519 } from '@noble/curves/ed25519.js';
import type { MarkText } from '#domain/checking/mark.ts';
import { REPORT_PURPOSE, type ReportMark } from '#protocol/reports.ts';
import { fromBase64url, toUtf8 } from '../journal/bytes.ts';
import type { PaperFacts } from './checker.ts';

export function isSigned({ message, signature }: MarkText, boxKey: string): boolean {
  const head = toUtf8(`${REPORT_PURPOSE}\n`);
  const signed = new Uint8Array(head.length + message.length);
  signed.set(head);
  signed.set(message, head.length);
  try {
    return ed25519.verify(fromBase64url(signature), signed, fromBase64url(boxKey));
  } catch {
    return false;
  }
}

/** What a QR alone tells. */
export function factsOf(mark: ReportMark): PaperFacts {
  return { report: mark.r, kind: mark.k, copy: mark.c, made: mark.m, pages: null, requester: null };
}
