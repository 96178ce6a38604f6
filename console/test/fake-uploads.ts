/** Resumable uploads of the fake box: tus 1.0 with creation, in memory, and a place to break the line. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const AT = '/api/v1/console/uploads';
const VERSION = { 'tus-resumable': '1.0.0' };

interface Upload {
  length: number;
  bytes: Buffer;
}

export class FakeUploads {
  readonly #uploads = new Map<string, Upload>();
  /** Every chunk so far: where it began and how long it was. */
  readonly chunks: { offset: number; bytes: number }[] = [];
  /** Called after a chunk was stored, with what there is of its upload. */
  afterChunk: (stored: number, of: number) => void = () => {};

  /** A finished upload; undefined for one that is not, or is none. */
  finished(upload: string): Buffer | undefined {
    const found = this.#uploads.get(upload);
    return found && found.bytes.length === found.length ? found.bytes : undefined;
  }

  /** Answers a call below the uploads' address; false where it is none. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = request.url ?? '';
    if (!url.startsWith(AT)) return false;
    const send = (status: number, headers: Record<string, string> = {}) => {
      response.writeHead(status, { ...VERSION, 'cache-control': 'no-store', ...headers });
      response.end();
    };
    if (request.method === 'POST') {
      const id = randomBytes(16).toString('hex');
      this.#uploads.set(id, { length: Number(request.headers['upload-length']), bytes: Buffer.alloc(0) });
      send(201, { location: `${AT}/${id}` });
      return true;
    }
    const upload = this.#uploads.get(url.slice(AT.length + 1));
    if (!upload) send(404);
    else if (request.method === 'HEAD')
      send(200, { 'upload-offset': String(upload.bytes.length), 'upload-length': String(upload.length) });
    else if (request.method === 'PATCH') {
      const offset = Number(request.headers['upload-offset']);
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer); // a request without an encoding yields buffers
      const chunk = Buffer.concat(parts);
      if (offset === upload.bytes.length) {
        this.chunks.push({ offset, bytes: chunk.length });
        upload.bytes = Buffer.concat([upload.bytes, chunk]);
        send(204, { 'upload-offset': String(upload.bytes.length) });
        this.afterChunk(upload.bytes.length, upload.length);
      } else send(409);
    } else send(405);
    return true;
  }
}
