import fc from 'fast-check';
import t from 'tap';
import { encodeFrame, FrameReader, type ImportFrame } from './import-frames.ts';

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const borders = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...borders, bytes.length]) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

t.test('frames and files come out as they went in, wherever the stream is cut', async () => {
  const files = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(files, fc.array(fc.nat()), async (contents, cuts) => {
      const sent: ImportFrame[] = [{ t: 'problems', problems: [], missingGlyphs: ['𡋾'] }];
      const parts = [encodeFrame(sent[0] as ImportFrame)];
      contents.forEach((content, i) => {
        const frame: ImportFrame = { t: 'file', name: `f${i}.age`, bytes: content.length };
        sent.push(frame);
        parts.push(encodeFrame(frame), Buffer.from(content));
      });
      const reader = new FrameReader(inPieces(Buffer.concat(parts), cuts));
      const seen: ImportFrame[] = [];
      const bytes: Buffer[] = [];
      for (let frame = await reader.next(); frame !== null; frame = await reader.next()) {
        seen.push(frame);
        if (frame.t === 'file') bytes.push(await all(reader.bytes(frame.bytes)));
      }
      return (
        JSON.stringify(seen) === JSON.stringify(sent) &&
        contents.every((content, i) => bytes[i]?.equals(content))
      );
    }),
  );
});

t.test('a stream that ends early, or claims too much, is no import', async (t) => {
  const whole = encodeFrame({ t: 'file', name: 'f0.age', bytes: 10 });
  for (const cut of [1, 3, 5, whole.length - 1])
    await t.rejects(new FrameReader(inPieces(whole.subarray(0, cut), [])).next(), /ends inside a frame/);
  const reader = new FrameReader(inPieces(Buffer.concat([whole, Buffer.alloc(4)]), []));
  await reader.next();
  await t.rejects(all(reader.bytes(10)), /ends inside a file/);
  await t.rejects(new FrameReader(inPieces(Buffer.alloc(8, 0xff), [])).next(), /a frame of/);
});
