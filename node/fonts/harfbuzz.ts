/**
 * HarfBuzz's subsetter as WebAssembly. One instance cuts one font and is then forgotten, so that neither an 8 MB font
 * nor the 64 MB of the instance stay in memory.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What is used of the exports; hb-subset.h and hb-blob.h. All numbers are addresses, counts or flags. */
interface Subsetter {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number;
  hb_blob_get_data(blob: number, length: number): number;
  hb_blob_get_length(blob: number): number;
  hb_face_create(blob: number, index: number): number;
  hb_face_reference_blob(face: number): number;
  hb_set_add(set: number, codePoint: number): void;
  hb_subset_input_create_or_fail(): number;
  hb_subset_input_unicode_set(input: number): number;
  hb_subset_input_set_flags(input: number, flags: number): void;
  hb_subset_or_fail(face: number, input: number): number;
}

const MEMORY_MODE_WRITABLE = 2;
/** HB_SUBSET_FLAGS_DESUBROUTINIZE: shared pieces of outlines written out pack better, and pdf writers like them. */
const DESUBROUTINIZE = 0x04;
/** HB_SUBSET_FLAGS_NOTDEF_OUTLINE: what is missing shows as a box. */
const NOTDEF_OUTLINE = 0x40;

/** Compiled once for several fonts; it holds no font. */
export function loadHarfbuzz(): WebAssembly.Module {
  const path = fileURLToPath(import.meta.resolve('harfbuzzjs/dist/harfbuzz-subset.wasm'));
  return new WebAssembly.Module(new Uint8Array(readFileSync(path)));
}

/** The font cut to these characters, with the glyphs that its layout rules reach from them. */
export function cutFont(
  harfbuzz: WebAssembly.Module,
  font: Uint8Array,
  characters: Iterable<number>,
): Uint8Array {
  // The module is pinned by the lock file and exports these functions by the names of HarfBuzz's C interface.
  const hb = new WebAssembly.Instance(harfbuzz, {}).exports as unknown as Subsetter;
  hb._initialize();
  const address = requireSome(hb.malloc(font.length), 'memory for the font');
  new Uint8Array(hb.memory.buffer).set(font, address);
  const face = hb.hb_face_create(hb.hb_blob_create(address, font.length, MEMORY_MODE_WRITABLE, 0, 0), 0);
  const input = requireSome(hb.hb_subset_input_create_or_fail(), 'a subset plan');
  const set = hb.hb_subset_input_unicode_set(input);
  for (const codePoint of characters) hb.hb_set_add(set, codePoint);
  hb.hb_subset_input_set_flags(input, DESUBROUTINIZE | NOTDEF_OUTLINE);
  const blob = hb.hb_face_reference_blob(requireSome(hb.hb_subset_or_fail(face, input), 'a subset'));
  const start = hb.hb_blob_get_data(blob, 0);
  const length = requireSome(hb.hb_blob_get_length(blob), 'a subset with content');
  return new Uint8Array(hb.memory.buffer).slice(start, start + length);
}

function requireSome(value: number, what: string): number {
  if (value === 0) throw new Error(`HarfBuzz gave no ${what.replace(/^an? /, '')}`);
  return value;
}
