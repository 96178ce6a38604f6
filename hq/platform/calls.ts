/** Registers a call of an officer from the contract's table: what comes in is checked by it, what goes out is described by it. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { OFFICER_CALLS, type OfficerCallKey } from '#protocol/hq.calls.ts';
import { type OfficerCaller, officerOf } from './guard.ts';
import { HqError } from './hq-error.ts';
import { BYTES } from './http.ts';

type Table = typeof OFFICER_CALLS;
type Part<K extends OfficerCallKey, P extends string> =
  Table[K] extends Record<P, infer S>
    ? S extends 'bytes'
      ? Readable
      : S extends TSchema
        ? Static<S>
        : undefined
    : undefined;

export interface CallInput<K extends OfficerCallKey> {
  params: Part<K, 'params'>;
  query: Part<K, 'query'>;
  /** A stream where the body is a file. */
  body: Part<K, 'body'>;
  request: FastifyRequest;
  reply: FastifyReply;
  /** Who calls. Throws `auth/required` on the few public calls. */
  caller(): OfficerCaller;
}

/** The answer as the contract has it; a download (`file`) may be bytes, a stream, or the reply itself. */
export type CallAnswer<K extends OfficerCallKey> = Table[K] extends { answer: infer S extends TSchema }
  ? Static<S>
  : Uint8Array | Readable | FastifyReply;

export function officerCall<K extends OfficerCallKey>(
  app: FastifyInstance,
  key: K,
  summary: string,
  handle: (input: CallInput<K>) => Promise<CallAnswer<K>>,
): void {
  const [method = '', url = ''] = key.split(' ');
  const { params, query, body, answer, file } = OFFICER_CALLS[key] as {
    params?: TSchema;
    query?: TSchema;
    body?: TSchema | 'bytes';
    answer?: TSchema;
    file?: string;
  };
  const response = answer ?? {
    description: 'The file',
    content: { [file ?? 'application/octet-stream']: { schema: BYTES } },
  };
  app.route({
    method,
    url,
    schema: {
      summary,
      ...(params ? { params } : {}),
      ...(query ? { querystring: query } : {}),
      ...(body === 'bytes' ? { body: BYTES, consumes: ['application/octet-stream'] } : body ? { body } : {}),
      response: { 200: response },
    } as RouteOptions['schema'],
    handler: async (request, reply) => {
      if (body === 'bytes' && !(request.body instanceof Readable))
        throw new HqError('request/invalid', { where: 'body', problem: 'no file' });
      return handle({
        // The validators compiled from the same table stand before this.
        params: request.params as Part<K, 'params'>,
        query: request.query as Part<K, 'query'>,
        body: request.body as Part<K, 'body'>,
        request,
        reply,
        caller: () => officerOf(request),
      });
    },
  });
}

/** A file sent as the body, in memory. Throws `request/too-large`. */
export async function readBody(body: Readable, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new HqError('request/too-large', { mostBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Any answer of a site's or the public's, with a sentence for the description. */
export const describe = (summary: string, response: TSchema, rest: object = {}) =>
  ({ schema: { summary, response: { 200: response }, ...rest } }) as {
    schema: RouteOptions['schema'] & object;
  };
