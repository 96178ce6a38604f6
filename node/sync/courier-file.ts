/**
 * Reads a courier file (protocol/hq.ts, "Courier") from a stream, one batch file in memory at a time. Every byte is under
 * the box's signature (the head) or under a hash that the head names (the batch files).
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Compile } from 'typebox/compile';
import { verify } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { BATCH_LIMITS } from '#protocol/batch.ts';
import { CourierIndexSchema } from '#protocol/hq.schema.ts';
import { type BatchOffer, COURIER_FORMAT, COURIER_PURPOSE, type CourierIndex } from '#protocol/hq.ts';

const indexShape = Compile(CourierIndexSchema);
/** 20,000 batches at about 250 bytes each. */
const INDEX_MOST = 8 * 1024 * 1024;
const LF = 0x0a;

export interface CourierFile {
  index: CourierIndex;
  /**
   * The batch files in order, to be read once. One that does not have its hash comes as null: it is damaged, the others
   * are not. Throws `courier/form` where the file ends early or goes on behind the last.
   */
  files: AsyncGenerator<{ offer: BatchOffer; file: Uint8Array | null }>;
}

/** Throws `courier/form`, `courier/signature`, or `batch/too-large`. Whose key it is, is the caller's question. */
export async function readCourier(from: AsyncIterable<Uint8Array>): Promise<CourierFile> {
  const source = new Source(from);
  if ((await source.line(64)) !== COURIER_FORMAT) throw formFault('not a courier file');
  const text = await source.line(INDEX_MOST);
  const signature = await source.line(128);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw formFault('index');
  }
  if (!indexShape.Check(value) || canonicalize(value) !== text) throw formFault('index');
  const index: CourierIndex = value;
  if (!verify(index.key, COURIER_PURPOSE, Buffer.from(text), signature))
    throw new MachineryError('courier/signature', { site: index.site });
  const large = index.batches.find(({ bytes }) => bytes > BATCH_LIMITS.cipherMost);
  if (large) throw new MachineryError('batch/too-large', { bytes: large.bytes });
  return { index, files: filesOf(source, index) };
}

async function* filesOf(source: Source, { batches }: CourierIndex): CourierFile['files'] {
  for (const offer of batches) {
    const file = await source.take(offer.bytes);
    const sound = createHash('sha256').update(file).digest('hex') === offer.sha256;
    yield { offer, file: sound ? file : null };
  }
  if (!(await source.ended())) throw formFault('more than its index lists');
}

/** Bytes of a stream, by line or by number. */
class Source {
  readonly #from: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(from: AsyncIterable<Uint8Array>) {
    this.#from = from[Symbol.asyncIterator]();
  }

  async line(most: number): Promise<string> {
    const parts: Buffer[] = [];
    for (let bytes = 0; ; ) {
      const end = this.#held.indexOf(LF);
      if (end >= 0) {
        parts.push(this.#held.subarray(0, end));
        this.#held = this.#held.subarray(end + 1);
        return Buffer.concat(parts).toString('utf8');
      }
      bytes += this.#held.length;
      if (bytes > most) throw formFault('a line is too long');
      parts.push(this.#held);
      this.#held = Buffer.alloc(0);
      if (!(await this.#more())) throw formFault('it ends early');
    }
  }

  async take(bytes: number): Promise<Uint8Array> {
    const parts: Buffer[] = [];
    for (let wanted = bytes; wanted > 0; ) {
      if (this.#held.length === 0 && !(await this.#more())) throw formFault('it ends early');
      const part = this.#held.subarray(0, wanted);
      parts.push(part);
      wanted -= part.length;
      this.#held = this.#held.subarray(part.length);
    }
    return Buffer.concat(parts);
  }

  async ended(): Promise<boolean> {
    return this.#held.length === 0 && !(await this.#more());
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#from.next();
    if (done) return false;
    this.#held = Buffer.from(value);
    return value.length > 0 || this.#more();
  }
}

function formFault(reason: string): MachineryError {
  return new MachineryError('courier/form', { reason });
}
