/**
 * What the importing process says over its standard output: frames of JSON, each behind its length in four
 * bytes (big-endian); a `file` frame is followed by the ciphertext itself.
 */
import type { PaperProblem } from '#domain/papers/faults.ts';

export type ImportFrame =
  /** First, always. With an error among them nothing else follows. */
  | { t: 'problems'; problems: PaperProblem[]; missingGlyphs: string[] }
  | { t: 'file'; name: string; bytes: number }
  /**
   * After all files. `identity` is secret; it opens them. For headquarters it is empty, and `kept` holds it and the
   * correct responses (PaperKeys as JSON), each as an age file (base64) for headquarters' recipients.
   */
  | {
      t: 'sealed';
      manifestText: string;
      signature: string;
      identity: string;
      kept: { identity: string; keys: string } | null;
      items: number;
      sourceSha256: string;
    }
  /** Something else than the package was wrong: its code, or the error's name. Never its words, which may quote the paper. */
  | { t: 'failed'; reason: string };

/** Names the uploaded file to the process: its ending tells a spreadsheet from a package. */
export const FILE_VARIABLE = 'GONGYUAN_IMPORT_FILE';

/** Headquarters' recipients, with blanks between; empty on the box. */
export const RECIPIENTS_VARIABLE = 'GONGYUAN_IMPORT_RECIPIENTS';

const LENGTH_BYTES = 4;
/** A manifest of ten thousand files and every fault of a bad package fit in. */
const FRAME_MOST_BYTES = 16 * 1024 * 1024;

export function encodeFrame(frame: ImportFrame): Buffer {
  const text = Buffer.from(JSON.stringify(frame), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/** Reads frames and the bytes behind them from a stream of chunks, whatever their borders. */
export class FrameReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next frame; null at the end. Throws where the stream ends inside one, or a length is absurd. */
  async next(): Promise<ImportFrame | null> {
    const head = await this.#exactly(LENGTH_BYTES, true);
    if (head === null) return null;
    const length = head.readUInt32BE();
    if (length > FRAME_MOST_BYTES) throw new Error(`a frame of ${length} bytes`);
    const text = await this.#exactly(length, false);
    // Our own child process wrote it with encodeFrame.
    return JSON.parse(text?.toString('utf8') ?? '') as ImportFrame;
  }

  /** The bytes behind a `file` frame; must be read to the end before the next frame. */
  async *bytes(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) throw new Error('the stream ends inside a file');
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async #exactly(length: number, mayEnd: boolean): Promise<Buffer | null> {
    while (this.#rest.length < length) {
      const empty = this.#rest.length === 0;
      if (await this.#more()) continue;
      if (mayEnd && empty) return null;
      throw new Error('the stream ends inside a frame');
    }
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done) return false;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return true;
  }
}
