import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import t from 'tap';
import { PAPER_FORMAT } from '#protocol/paper.ts';
import { sha256Hex } from '../../test/kiosk-world.ts';
import { MemoryStore } from '../../test/memory-store.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { openSealed } from './open.worker.ts';
import { OpenedPaper } from './opened-paper.ts';
import { SealedFiles } from './sealed-files.ts';

const PAPER = {
  format: PAPER_FORMAT,
  id: 'p',
  title: '卷',
  language: 'zh',
  sections: [],
  items: {},
  stimuli: {},
  media: { m1: { id: 'm1', kind: 'audio', file: 'f1.age', name: 'x.ogg', type: 'audio/ogg', bytes: 4 } },
  styles: '',
  fonts: [{ family: 'F', weight: 400, file: 'f2.age', format: 'woff2' }],
};

async function seal(): Promise<{ identity: string; files: Map<string, Uint8Array<ArrayBuffer>> }> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const plain = { 'f0.age': JSON.stringify(PAPER), 'f1.age': 'beep', 'f2.age': 'font' };
  for (const [name, text] of Object.entries(plain)) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    files.set(name, new Uint8Array(await encrypter.encrypt(text)));
  }
  return { identity, files };
}

async function setUp(store = new MemoryStore()) {
  const { identity, files } = await seal();
  const time = new VirtualTime();
  const fetched: string[] = [];
  const box = { up: true, spoil: '', status: 200 };
  const sealed = new SealedFiles({
    store,
    http: async (path) => {
      fetched.push(path);
      if (!box.up) throw new TypeError('Failed to fetch');
      const name = path.split('/').at(-1) ?? '';
      const bytes = new Uint8Array(files.get(name) ?? []);
      if (box.spoil === name) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return new Response(bytes, { status: box.status });
    },
    sha256: (bytes) => Promise.resolve(sha256Hex(new Uint8Array(bytes))),
    timers: time,
    random: () => 0.5,
    changed: () => undefined,
  });
  const paper = {
    id: 'pa_1',
    files: [...files].map(([name, bytes]) => ({
      name,
      role: 'media' as const,
      bytes: bytes.length,
      sha256: sha256Hex(bytes),
    })),
  };
  const revoked: string[] = [];
  const opened = new OpenedPaper(sealed, openSealed, {
    create: (blob) => `blob:${blob.type}/${blob.size}/${Math.random()}`,
    revoke: (url) => revoked.push(url),
  });
  return { identity, time, store, sealed, paper, opened, fetched, box, revoked };
}

t.test('files are fetched after a moment, proved, kept, and there again after a reload', async (t) => {
  const { time, sealed, paper, fetched, store } = await setUp();
  t.equal(sealed.progress, null);
  sealed.want(paper, 4_000);
  await time.pass(1_900);
  t.same(fetched, [], 'machines do not all begin at once');
  await time.until(() => sealed.progress?.complete === true, 10_000);
  t.same(fetched.sort(), ['/sealed/pa_1/f0.age', '/sealed/pa_1/f1.age', '/sealed/pa_1/f2.age']);
  t.equal(sealed.progress?.bytes, sealed.progress?.ofBytes);
  const { sealed: again, fetched: none } = await setUp(store);
  again.want(paper, 0);
  await time.until(() => again.progress?.complete === true, 1_000);
  t.equal(again.progress?.complete, true);
  t.same(none, []);
});

t.test('a damaged or missing file is asked for until it is right', async (t) => {
  const { time, sealed, paper, fetched, box } = await setUp();
  box.spoil = 'f1.age';
  sealed.want(paper, 0);
  await time.pass(5_000);
  t.equal(sealed.progress?.files, 2);
  box.spoil = '';
  box.status = 503;
  await time.pass(10_000);
  t.equal(sealed.progress?.files, 2);
  box.status = 200;
  await time.until(() => sealed.progress?.complete === true, 30_000);
  t.equal(sealed.progress?.complete, true);
  t.ok(fetched.length >= 5);
});

t.test('another paper’s files make room', async (t) => {
  const { time, sealed, paper, store } = await setUp();
  await store.write([
    { in: 'files', key: ['pa_old', 'f0.age'], put: { sha256: 'x', blob: new Blob(['old']) } },
  ]);
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  t.equal(await store.get('files', ['pa_old', 'f0.age']), undefined);
  t.equal((await store.under('files', [])).length, 3);
});

t.test('a full disk is no hindrance: the files are held in memory', async (t) => {
  const { time, sealed, paper, store } = await setUp();
  store.fault = 'quota';
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  t.equal(sealed.progress?.complete, true);
});

t.test('the released identity opens the paper, and each medium when it is asked for, once', async (t) => {
  const { time, sealed, paper, opened, identity, revoked } = await setUp();
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  await opened.open({ sitting: 's', paper: 'pa_1', identity });
  t.equal(opened.paper?.title, '卷');
  const url = await opened.url('m1');
  t.match(url, /^blob:audio\/ogg\/4\//);
  t.equal(await opened.url('m1'), url);
  t.match(await opened.url('f2.age'), /^blob:font\/woff2\/4\//);
  await t.rejects(opened.url('__proto__'));
  opened.close();
  await time.pass(1);
  t.equal(opened.paper, null);
  t.equal(revoked.length, 2);
});

t.test('another identity opens nothing', async (t) => {
  const { time, sealed, paper, opened } = await setUp();
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  await t.rejects(opened.open({ sitting: 's', paper: 'pa_1', identity: await generateX25519Identity() }));
  t.equal(opened.paper, null);
});

t.test('a file that went bad on the disk is fetched again when it is opened', async (t) => {
  const { time, sealed, paper, store, identity, fetched } = await setUp();
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  const kept = (await store.get('files', ['pa_1', 'f0.age'])) as { sha256: string; blob: Blob };
  const rotten = new Uint8Array(await kept.blob.arrayBuffer());
  rotten[rotten.length - 3] = (rotten.at(-3) ?? 0) ^ 255;
  await store.write([{ in: 'files', key: ['pa_1', 'f0.age'], put: { ...kept, blob: new Blob([rotten]) } }]);
  // The same sealed files in a new page: another box would have sealed them anew.
  const page = new SealedFiles({
    store,
    http: (path) => {
      fetched.push(`again ${path}`);
      return Promise.resolve(new Response(kept.blob));
    },
    sha256: (bytes) => Promise.resolve(sha256Hex(new Uint8Array(bytes))),
    timers: time,
    random: () => 0,
    changed: () => undefined,
  });
  const opened = new OpenedPaper(page, openSealed, { create: () => 'blob:', revoke: () => undefined });
  page.want(paper, 0);
  await time.until(() => page.progress?.complete === true, 1_000);
  await opened.open({ sitting: 's', paper: 'pa_1', identity });
  t.equal(opened.paper?.title, '卷');
  t.same(fetched.at(-1), 'again /sealed/pa_1/f0.age');
});

t.test('repair fetches everything anew and gives nothing up when it can’t', async (t) => {
  const { time, sealed, paper, fetched, box } = await setUp();
  sealed.want(paper, 0);
  await time.until(() => sealed.progress?.complete === true, 10_000);
  const before = fetched.length;
  await sealed.refetch();
  t.equal(fetched.length, before + 3);
  box.up = false;
  await t.rejects(sealed.refetch());
  t.equal(sealed.progress?.complete, true);
});
