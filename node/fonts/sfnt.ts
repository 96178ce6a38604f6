/** The container of OpenType and TrueType fonts: finds tables by their tags. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface SfntTable {
  tag: string;
  /** From the start of the file, bytes. */
  offset: number;
  bytes: number;
}

const HEADER_BYTES = 12;
const ENTRY_BYTES = 16;

/** Tables in the order of the file's directory. `head` must hold at least the directory. Throws `RangeError` for what is no font. */
export function sfntTables(head: Uint8Array): SfntTable[] {
  const view = viewOf(head);
  const count = view.getUint16(4);
  const tables: SfntTable[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    const tag = Buffer.from(head.buffer, head.byteOffset + at, 4).toString('latin1');
    tables.push({ tag, offset: view.getUint32(at + 8), bytes: view.getUint32(at + 12) });
  }
  return tables;
}

/** Reads one table of a font file and nothing else: a main font has 8 MB, its table of characters a fiftieth of that. */
export function readSfntTable(path: string, tag: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const header = readAt(file, 0, HEADER_BYTES);
    const directory = readAt(file, 0, HEADER_BYTES + viewOf(header).getUint16(4) * ENTRY_BYTES);
    const table = sfntTables(directory).find((candidate) => candidate.tag === tag);
    if (table === undefined) throw new RangeError(`${path} has no table ${tag}`);
    return readAt(file, table.offset, table.bytes);
  } finally {
    closeSync(file);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readAt(file: number, offset: number, bytes: number): Uint8Array {
  const target = new Uint8Array(bytes);
  let done = 0;
  while (done < bytes) {
    const read = readSync(file, target, done, bytes - done, offset + done);
    if (read === 0) throw new RangeError('font file cut short');
    done += read;
  }
  return target;
}
