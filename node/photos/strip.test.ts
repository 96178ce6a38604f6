import { createCanvas, type Image, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import t from 'tap';
import { decode, drawUpright } from './decode.ts';
import { materialType, pictureType } from './file-type.ts';
import { PhotoFault } from './photo-fault.ts';
import {
  asEditor,
  asPhone,
  asWebpPhone,
  CANARY,
  fields,
  hugePng,
  jpegSegment,
  nearest,
} from './pictures.testing.ts';
import { stripPhoto } from './strip.ts';

const codeOf = async (bytes: Buffer) => {
  try {
    await stripPhoto(bytes);
    return 'taken';
  } catch (error) {
    if (error instanceof PhotoFault) return error.code;
    throw error;
  }
};

function pixels(image: Image): Buffer {
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return Buffer.from(context.getImageData(0, 0, image.width, image.height).data);
}

t.test('what a phone says beside the picture is gone, the picture is the same to the bit', async (t) => {
  const plain = {
    'image/jpeg': await fields('jpeg', 64, 48),
    'image/png': await fields('png', 64, 48),
    'image/webp': await fields('webp', 64, 48),
  };
  const words = { taken: '2026:11:21 09:30:05' };
  const full = {
    'image/jpeg': asPhone(plain['image/jpeg'], words),
    'image/png': asEditor(plain['image/png'], words),
    'image/webp': asWebpPhone(plain['image/webp'], words, 64, 48),
  };
  for (const type of ['image/jpeg', 'image/png', 'image/webp'] as const) {
    t.ok(full[type].includes(CANARY), `${type}: it was there`);
    const photo = await stripPhoto(full[type]);
    t.match(photo, { type, width: 64, height: 48, orientation: 1, taken: '2026-11-21T09:30:05' });
    t.notOk(photo.original.includes(CANARY), `${type}: nothing of it is kept`);
    t.notOk(photo.original.includes('Exif') || photo.original.includes('xmp'), `${type}: no block is left`);
    t.same(pixels(await loadImage(photo.original)), pixels(await loadImage(plain[type])), `${type}: pixels`);
    t.same(
      (await stripPhoto(photo.original)).original,
      photo.original,
      `${type}: a second time changes nothing`,
    );
  }
});

t.test('how it is turned stays in what is kept, in each format', async (t) => {
  const made = {
    jpeg: asPhone(await fields('jpeg', 64, 48), { orientation: 6 }),
    png: asEditor(await fields('png', 64, 48), { orientation: 6 }),
    webp: asWebpPhone(await fields('webp', 64, 48), { orientation: 6 }, 64, 48),
  };
  for (const [type, bytes] of Object.entries(made)) {
    const photo = await stripPhoto(bytes);
    t.equal(photo.orientation, 6, type);
    t.notOk(photo.original.includes(CANARY), `${type}: and the place does not`);
    const again = await stripPhoto(photo.original);
    t.match(again, { orientation: 6, width: 64, height: 48, taken: null }, `${type}: it can be read again`);
    await loadImage(photo.original);
  }
});

t.test('every orientation stands upright, seen by its corners', async (t) => {
  // Upright: red green / blue yellow. As stored, the corners where each orientation puts them.
  const [r, g, b, y] = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'] as const;
  const stored: Record<number, [string, string, string, string]> = {
    1: [r, g, b, y],
    2: [g, r, y, b],
    3: [y, b, g, r],
    4: [b, y, r, g],
    5: [r, b, g, y],
    6: [g, y, r, b],
    7: [y, g, b, r],
    8: [b, r, y, g],
  };
  for (const [orientation, colors] of Object.entries(stored)) {
    const lies = Number(orientation) >= 5;
    const bytes = asPhone(await fields('jpeg', lies ? 80 : 120, lies ? 120 : 80, colors), {
      orientation: Number(orientation),
    });
    const picture = await decode(await stripPhoto(bytes));
    t.match(picture, { width: 120, height: 80 }, `orientation ${orientation}`);
    for (const scale of [1, 0.25]) {
      const width = 120 * scale;
      const height = 80 * scale;
      const context = drawUpright(picture, { width, height }).getContext('2d');
      const at = (x: number, y: number) => {
        const [red = 0, green = 0, blue = 0] = context.getImageData(x * width, y * height, 1, 1).data;
        return nearest({ r: red, g: green, b: blue });
      };
      t.same([at(0.2, 0.2), at(0.8, 0.2), at(0.2, 0.8), at(0.8, 0.8)], [r, g, b, y], `scale ${scale}`);
    }
  }
});

t.test('fine lines become grey, not noise, when a picture is made small', async (t) => {
  const canvas = createCanvas(1600, 1200);
  const context = canvas.getContext('2d');
  const data = context.createImageData(1600, 1200);
  for (let i = 0; i < 1600 * 1200; i++) {
    const shade = (i + Math.floor(i / 1600)) % 2 === 0 ? 0 : 255;
    data.data.set([shade, shade, shade, 255], i * 4);
  }
  context.putImageData(data, 0, 0);
  const picture = await decode(await stripPhoto(await canvas.encode('png')));
  const small = drawUpright(picture, { width: 150, height: 112 }).getContext('2d');
  const shades = [...small.getImageData(10, 10, 100, 80).data].filter((_, i) => i % 4 === 0);
  t.ok(
    shades.every((shade) => shade > 96 && shade < 160),
    `from ${Math.min(...shades)} to ${Math.max(...shades)}`,
  );
});

t.test('too many pixels are refused by the head of the file alone', async (t) => {
  const bytes = hugePng(10_000, 10_000);
  t.ok(bytes.length < 100);
  t.equal(await codeOf(bytes), 'photo/too-large');
  t.equal(await codeOf(hugePng(0xffffffff, 0xffffffff)), 'photo/too-large');
  const jpeg = await fields('jpeg', 16, 16);
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const lying = Buffer.from(jpeg);
  lying.writeUInt16BE(10_000, frame + 5);
  lying.writeUInt16BE(10_000, frame + 7);
  t.equal(await codeOf(lying), 'photo/too-large');
  t.equal(await codeOf(Buffer.alloc(30 * 1024 * 1024 + 1)), 'photo/too-large', 'and too many bytes');
});

t.test('no photo, cut short, damaged', async (t) => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('hello'),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    Buffer.from('GIF89a'),
    Buffer.from([0xff, 0xd8, 0xff]),
    Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
  ])
    t.equal(await codeOf(bytes), 'photo/unreadable', bytes.subarray(0, 6).toString('latin1'));
  for (const type of ['jpeg', 'png', 'webp'] as const) {
    const whole = await fields(type, 40, 30);
    t.equal(await codeOf(whole), 'taken');
    for (let length = 0; length < whole.length; length += 5)
      if ((await codeOf(whole.subarray(0, length))) !== 'photo/unreadable')
        t.fail(`${type} cut at ${length}`);
  }
  const png = await fields('png', 40, 30);
  png[png.indexOf('IDAT') + 8]! ^= 0xff;
  t.equal(await codeOf(png), 'photo/unreadable', 'a damaged chunk');
  const jpeg = await fields('jpeg', 16, 16);
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  const twice = Buffer.concat([
    jpeg.subarray(0, frame),
    jpeg.subarray(frame, frame + 19),
    jpeg.subarray(frame),
  ]);
  t.equal(await codeOf(twice), 'photo/unreadable', 'two sizes');
  const plain = await fields('webp', 40, 30);
  t.equal(await codeOf(asWebpPhone(plain, {}, 4_000, 3_000)), 'photo/unreadable', 'a canvas of another size');
});

t.test('a picture of which nothing can be decoded is none', async (t) => {
  for (const bytes of [hugePng(40, 30), hugePng(2_000, 1_500)])
    await t.rejects(stripPhoto(bytes).then(decode), { code: 'photo/unreadable' });
});

t.test('an archive behind or inside the picture is not kept', async (t) => {
  const jpeg = await fields('jpeg', 32, 32);
  const archive = Buffer.from('PK\x03\x04evil.html', 'latin1');
  const polyglot = Buffer.concat([
    jpeg.subarray(0, 2),
    jpegSegment(0xfe, Buffer.concat([Buffer.from('<script>'), archive])),
    jpeg.subarray(2),
    archive,
  ]);
  const { original } = await stripPhoto(polyglot);
  t.notOk(original.includes('PK\x03\x04') || original.includes('<script>'));
  t.same(original.subarray(-2), Buffer.from([0xff, 0xd9]));
});

t.test('whatever comes in is taken or refused by a code, never anything else', async () => {
  const whole = [
    asPhone(await fields('jpeg', 40, 30), { orientation: 3 }),
    asEditor(await fields('png', 40, 30), { orientation: 3 }),
    asWebpPhone(await fields('webp', 40, 30), { orientation: 3 }, 40, 30),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole),
      fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
      async (bytes, changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        return ['taken', 'photo/unreadable', 'photo/too-large'].includes(await codeOf(damaged));
      },
    ),
    { numRuns: 400 },
  );
});

t.test('types by content', async (t) => {
  t.equal(pictureType(await fields('webp', 8, 8)), 'image/webp');
  t.equal(materialType(await fields('jpeg', 8, 8)), 'image/jpeg');
  t.equal(materialType(await fields('webp', 8, 8)), null);
  const starts: [string, string | null][] = [
    ['%PDF-1.7', 'application/pdf'],
    ['\0\0\0\x18ftypmp42', 'video/mp4'],
    ['\0\0\0\x18ftypM4A ', 'audio/mp4'],
    ['\0\0\0\x18ftypheic', null],
    ['ID3\x04', 'audio/mpeg'],
    ['\xff\xfb\x90\x64', 'audio/mpeg'],
    ['\xff\xff\xff\xff', null],
    ['MZ\x90\0', null],
    ['<html>', null],
    ['', null],
  ];
  for (const [text, type] of starts)
    t.equal(materialType(Buffer.from(text, 'latin1')), type, JSON.stringify(text));
});
