/** Evidence files as answers: of a type that the box found out itself, never run as a page of ours, never kept by others. */

import { once } from 'node:events';
import type { ReadStream } from 'node:fs';
import type { FastifyReply } from 'fastify';
import { BoxError } from '#server/platform/box-error.ts';

export interface FileAnswer {
  type: string;
  /** Name under which it is saved. */
  name: string;
  way: 'inline' | 'attachment';
  stream: ReadStream;
  /** Its address never means other bytes. */
  forGood: boolean;
}

/** Throws `thing/not-found` where the ledger knows the file and the disk does not. */
export async function sendFile(reply: FastifyReply, answer: FileAnswer): Promise<FastifyReply> {
  const { type, name, way, stream, forGood } = answer;
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new BoxError('thing/not-found', { file: name }, error);
  }
  return reply
    .header('content-type', type)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', `${way}; filename*=UTF-8''${encodeName(name)}`)
    .header('cache-control', forGood ? 'private, max-age=86400, immutable' : 'private, no-cache')
    .send(stream);
}

/** RFC 8187: besides what encodeURIComponent leaves alone, these are not allowed. */
const encodeName = (name: string) =>
  encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
