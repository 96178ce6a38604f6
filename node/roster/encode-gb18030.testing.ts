/** GB18030 encoder for tests: the platform decodes it but does not encode it, so its decoder is turned round. */

let table: Map<string, Uint8Array> | undefined;

function reverseTable(): Map<string, Uint8Array> {
  const decoder = new TextDecoder('gb18030');
  const encoded = new Map<string, Uint8Array>();
  const learn = (...bytes: number[]): void => {
    const code = Uint8Array.from(bytes);
    const character = decoder.decode(code);
    if ([...character].length === 1 && character !== '\uFFFD' && !encoded.has(character))
      encoded.set(character, code);
  };
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) learn(lead, trail);
  }
  // Four bytes: the rest of the first plane is 81308130 to 8431A439.
  for (let index = 0; index < 39420; index++) learn(...fourBytes(index));
  return encoded;
}

function fourBytes(index: number): [number, number, number, number] {
  return [
    0x81 + Math.floor(index / 12600),
    0x30 + (Math.floor(index / 1260) % 10),
    0x81 + (Math.floor(index / 10) % 126),
    0x30 + (index % 10),
  ];
}

/** @throws Error for a character that GB18030 does not have (lone surrogates) */
export function encodeGb18030(text: string): Uint8Array {
  table ??= reverseTable();
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code =
      point < 0x80 ? [point] : point > 0xffff ? fourBytes(189000 + point - 0x10000) : table.get(character);
    if (code === undefined) throw new Error(`no GB18030 code for U+${point.toString(16)}`);
    bytes.push(...code);
  }
  return Uint8Array.from(bytes);
}

/** What a GBK program writes: characters of two bytes, a question mark for all others. */
export function encodeGbk(text: string): Uint8Array {
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = [...encodeGb18030(character)];
      return code.length > 2 ? [0x3f] : code;
    }),
  );
}
