/** What packages and releases ask of headquarters, by the client of the exchange. */

import { Check } from 'typebox/value';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import { SignedDocumentSchema } from '#protocol/hq.schema.ts';
import type { SignedDocument } from '#protocol/hq.ts';
import { BoxError } from '#server/platform/box-error.ts';
import { codedError } from '#server/platform/http.ts';
import type { HqClient } from '#server/sync/hq-client.ts';
import type { Coming } from './package-files.ts';

/** The client of the headquarters this box is connected to. Throws `sync/no-connection`. */
export type ClientOf = () => HqClient;

const NOT_THERE = [403, 404, 410];

/** Throws `package/not-offered`, `package/cut`, `sync/*`. */
export async function askPackage(client: ClientOf, id: string, offset: number): Promise<Coming> {
  const path = `/api/v1/site/packages/${id}`;
  try {
    const { status, headers, body } = await client().download(path, offset);
    if (status === 200) return { from: 0, bytes: body };
    const from = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
    if (status !== 206 || from === undefined) throw new BoxError('package/cut', { status });
    return { from: Number(from), bytes: body };
  } catch (error) {
    const { code, detail } = codedError(error);
    const status = Number(detail?.['status']);
    if (code === 'sync/refused' && NOT_THERE.includes(status))
      throw new BoxError('package/not-offered', { package: id }, error);
    throw error;
  }
}

/** Throws `sync/*`, or the `release/*` code that headquarters refuses with. */
export async function askRelease(client: ClientOf, session: string): Promise<SignedDocument> {
  const path = `/api/v1/site/releases/${session}`;
  const { status, body } = await client().ask({ method: 'GET', path });
  const value = parsed(body);
  if (status === 200) {
    if (!Check(SignedDocumentSchema, value))
      throw new BoxError('sync/lying', { path, problem: 'not in its form' });
    return value;
  }
  const code = typeof value === 'object' && value !== null && 'code' in value ? String(value.code) : '';
  if (code.startsWith('release/') && code in ERRORS) throw new BoxError(code as ErrorCode); // it is in the catalogue
  throw new BoxError(status >= 500 || status === 429 ? 'sync/full' : 'sync/refused', { path, status });
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
