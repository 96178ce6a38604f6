/** Signs and reads the mark in a paper's QR with the box's key (FEATURES R2, R4). Its form is domain/checking/mark.ts. */
import { markJson, parseMark } from '#domain/checking/mark.ts';
import { REPORT_PURPOSE, type ReportMark } from '#protocol/reports.ts';
import { encodeBase64url } from './base64url.ts';
import { type BoxKey, sign, verify } from './box-key.ts';

/**
 * `<base64url of the JSON>.<base64url signature>`; `markUrl` of domain/checking/mark.ts puts the page's address in front.
 * `mark.s` is the site's id. Throws `TypeError` for a mark out of form.
 */
export function signMark(mark: ReportMark, key: BoxKey): string {
  const message = Buffer.from(markJson(mark), 'utf8');
  return `${encodeBase64url(message)}.${sign(key, REPORT_PURPOSE, message)}`;
}

/** The mark of a QR's text (or of what stands behind its `#`), or null where `publicKey` (raw, base64url) did not sign it. */
export function readMark(text: string, publicKey: string): ReportMark | null {
  const read = parseMark(text);
  if (read === null || !verify(publicKey, REPORT_PURPOSE, read.message, read.signature)) return null;
  return read.mark;
}
