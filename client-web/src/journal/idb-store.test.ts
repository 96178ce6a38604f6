import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import t from 'tap';
import { browserTimers } from '../clock/timers.ts';
import { fromBase64url, toUtf8 } from './bytes.ts';
import { loadDeviceKey } from './device-key.ts';
import { openIdbStore } from './idb-store.ts';
import type { StoreKey } from './store.types.ts';

const fresh = () => ({ indexedDB: new IDBFactory(), keyRange: IDBKeyRange, timers: browserTimers() });

t.test('what was written is there after the database is opened again', async (t) => {
  const deps = fresh();
  const store = await openIdbStore(deps);
  await store.write([
    { in: 'meta', key: ['box'], put: { site: 'x' } },
    { in: 'entries', key: ['at_1', 1, 1], add: { text: 'a', hash: 'b' } },
  ]);
  store.close();
  const again = await openIdbStore(deps);
  t.same(await again.get('meta', ['box']), { site: 'x' });
  t.same(await again.get('entries', ['at_1', 1, 1]), { text: 'a', hash: 'b' });
  t.equal(await again.get('meta', ['none']), undefined);
  again.close();
});

t.test('a prefix gives its own keys alone, numbers in order', async (t) => {
  const store = await openIdbStore(fresh());
  const keys: StoreKey[] = [
    ['at_1', 1, 10],
    ['at_1', 1, 9],
    ['at_1', 1, 100],
    ['at_1', 2, 1],
    ['at_10', 1, 1],
    ['at_1', 10, 1],
  ];
  await store.write(keys.map((key) => ({ in: 'entries', key, add: key[2] })));
  t.same(
    (await store.under('entries', ['at_1', 1])).map(({ key, value }) => [key, value]),
    [
      [['at_1', 1, 9], 9],
      [['at_1', 1, 10], 10],
      [['at_1', 1, 100], 100],
    ],
  );
  t.equal((await store.under('entries', [])).length, 6);
  await store.write([{ in: 'entries', under: ['at_1', 1], drop: true }]);
  t.equal((await store.under('entries', [])).length, 3);
  store.close();
});

t.test('a transaction is whole or not at all, and says why', async (t) => {
  const store = await openIdbStore(fresh());
  await store.write([{ in: 'entries', key: ['a', 1, 2], add: 'first' }]);
  await t.rejects(
    store.write([
      { in: 'entries', key: ['a', 1, 1], add: 'new' },
      { in: 'entries', key: ['a', 1, 2], add: 'second' },
      { in: 'meta', key: ['m'], put: 1 },
    ]),
    { name: 'StoreError', reason: 'exists' },
  );
  t.equal(await store.get('entries', ['a', 1, 1]), undefined);
  t.equal(await store.get('entries', ['a', 1, 2]), 'first');
  t.equal(await store.get('meta', ['m']), undefined);
  store.close();
});

t.test('a connection that the browser closed is opened anew', async (t) => {
  const store = await openIdbStore(fresh());
  const raw = await (store as unknown as { database(): Promise<IDBDatabase> }).database();
  raw.close();
  await t.rejects(store.write([{ in: 'meta', key: ['m'], put: 1 }]), { name: 'StoreError' });
  await store.write([{ in: 'meta', key: ['m'], put: 2 }]);
  t.equal(await store.get('meta', ['m']), 2);
  store.close();
  // Closed for good.
  await t.rejects(store.get('meta', ['m']), { name: 'StoreError', reason: 'failed' });
});

t.test('the device key is made once, is not extractable, and signs as the box verifies', async (t) => {
  const deps = fresh();
  const store = await openIdbStore(deps);
  const { subtle } = globalThis.crypto;
  const first = await loadDeviceKey(store, subtle);
  const second = await loadDeviceKey(store, subtle);
  t.equal(first.publicKey, second.publicKey);
  t.match(first.publicKey, /^[A-Za-z0-9_-]{87}$/);
  const sig = await second.sign('gongyuan/socket/v1\n{}');
  t.match(sig, /^[A-Za-z0-9_-]{86}$/);
  const raw = new Uint8Array(fromBase64url(first.publicKey));
  const key = await subtle.importKey('raw', raw, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
  const verifies = (text: string) =>
    subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, new Uint8Array(fromBase64url(sig)), toUtf8(text));
  t.equal(await verifies('gongyuan/socket/v1\n{}'), true);
  t.equal(await verifies('gongyuan/head/v1\n{}'), false);
  const stored = (await store.get('key', ['device'])) as CryptoKeyPair;
  t.equal(stored.privateKey.extractable, false);
  store.close();
});
