/** How tus-js-client reads files and speaks to headquarters: with the limits that hold for everything else. */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { FileReader, FileSource, HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';
import type { HqAnswer, HqHttp, HqRequest } from './hq-http.ts';

/** One part of a file at a time in memory. */
export class PartReader implements FileReader {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async openFile(): Promise<FileSource> {
    const file = await open(this.#path, 'r');
    const { size } = await file.stat();
    return new PartSource(file, size);
  }
}

class PartSource implements FileSource {
  readonly size: number;
  readonly #file: FileHandle;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  async slice(start: number, end: number): Promise<{ value: Buffer; done: boolean }> {
    const to = Math.min(end, this.size);
    const bytes = Buffer.alloc(Math.max(0, to - start));
    let held = 0;
    while (held < bytes.length) {
      const { bytesRead } = await this.#file.read(bytes, held, bytes.length - held, start + held);
      if (bytesRead === 0) throw new Error('the file became shorter');
      held += bytesRead;
    }
    // tus reads the length of a part from `size`, as blobs have it.
    return { value: Object.assign(bytes, { size: bytes.length }), done: to >= this.size };
  }

  close(): void {
    void this.#file.close();
  }
}

export class HqStack implements HttpStack {
  readonly #http: HqHttp;
  readonly #signal: AbortSignal;

  constructor(http: HqHttp, signal: AbortSignal) {
    this.#http = http;
    this.#signal = signal;
  }

  createRequest(method: string, url: string): HttpRequest {
    return new StackRequest(this.#http, this.#signal, method, url);
  }

  getName(): string {
    return 'HqStack';
  }
}

class StackRequest implements HttpRequest {
  readonly #http: HqHttp;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #method: string;
  readonly #url: string;
  readonly #headers: Record<string, string> = {};
  #progress: (bytes: number) => void = () => {};

  constructor(http: HqHttp, signal: AbortSignal, method: string, url: string) {
    this.#http = http;
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
    this.#method = method;
    this.#url = url;
  }

  getMethod(): string {
    return this.#method;
  }

  getURL(): string {
    return this.#url;
  }

  setHeader(header: string, value: string): void {
    this.#headers[header.toLowerCase()] = value;
  }

  getHeader(header: string): string | undefined {
    return this.#headers[header.toLowerCase()];
  }

  setProgressHandler(handler: (bytes: number) => void): void {
    this.#progress = handler;
  }

  async send(body?: unknown): Promise<HttpResponse> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const answer = await this.#http.request({
      method: this.#method as HqRequest['method'], // tus asks with POST, HEAD and PATCH
      path: this.#http.pathOf(this.#url),
      headers: this.#headers,
      body: bytes,
      signal: this.#signal,
    });
    this.#progress(bytes.length);
    return responseOf(answer);
  }

  async abort(): Promise<void> {
    this.#ended.abort();
  }

  getUnderlyingObject(): unknown {
    return null;
  }
}

function responseOf(answer: HqAnswer): HttpResponse {
  return {
    getStatus: () => answer.status,
    getHeader(header: string): string {
      const value = answer.headers[header.toLowerCase()];
      // tus asks for headers that may be missing; its types do not say so.
      return (Array.isArray(value) ? value[0] : value) as string;
    },
    getBody: () => answer.body.toString('utf8'),
    getUnderlyingObject: () => null,
  };
}
