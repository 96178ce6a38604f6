/** Story: the candidate's PC takes a portrait at sign-in (docs/flows/login.md); nobody waits for it, and none is lost. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fields } from '#node/photos/pictures.testing.ts';
import type { EventBody } from '#protocol/events.schema.ts';
import { EVIDENCE_LIMITS } from '#protocol/evidence.ts';
import { blobPath } from '#server/platform/blobs.ts';
import { startBox, type TestBox, TestTime } from '#server/test/box.testing.ts';
import { Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite, type TestSite } from '#server/test/site.testing.ts';

const BY = { staff: 'st_0000000000000000' };
const ASKED = { portrait: true };

async function seated(box: TestBox, site: TestSite, i: number, device = new Device()): Promise<KioskClient> {
  const client = await KioskClient.connect(box.origin, device);
  const greeted = client.next('welcome');
  await box.candidates.machines.seat(
    client.nonce.slice(0, 12),
    site.room,
    site.candidates[i]?.seat ?? '',
    BY,
  );
  await greeted;
  return client;
}

const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function send(box: TestBox, client: KioskClient, bytes: Uint8Array): Promise<number | null> {
  const answer = await client.ask({ t: 'portrait', bytes: bytes.length, sha256: hex(bytes) });
  if (answer.t === 'error') throw new Error(answer.code);
  if (!answer.upload) return null;
  const { url, token } = answer.upload;
  const put = await box.http.inject({
    method: 'PUT',
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/jpeg' },
    payload: Buffer.from(bytes),
  });
  return put.statusCode;
}

function stored(box: TestBox): { body: EventBody<'PHOTO_STORED'>; by: { machine?: string } }[] {
  const rows = box.deps.db
    .prepare("SELECT bytes FROM ledger_event WHERE kind = 'PHOTO_STORED' ORDER BY seq")
    .all();
  return (rows as { bytes: string }[]).map(({ bytes }) => JSON.parse(bytes) as ReturnType<typeof stored>[0]);
}

t.test('a picture is put aside at once, stamped later, and asked for once', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps, { policy: ASKED });
  const client = await seated(box, site, 0);
  const [own] = site.candidates as [TestSite['candidates'][0]];
  const login = await client.ask({ t: 'login', number: own.ticket });
  t.match(login, { t: 'ok', attempt: { portrait: true } });
  const jpeg = await fields('jpeg', 320, 240);
  t.equal(await send(box, client, jpeg), 204);
  t.match(await client.ask({ t: 'confirm' }), { t: 'ok', attempt: { portrait: false } }, 'it is on its way');
  t.equal(await send(box, client, jpeg), null, 'a second one is not wanted');
  await box.evidence.portraits.idle();
  const [event, more] = stored(box);
  t.equal(more, undefined);
  t.match(event, {
    body: {
      purpose: 'portrait',
      way: 'camera',
      room: site.room,
      people: [{ entry: own.entry }],
      width: 320,
      height: 240,
    },
    by: { machine: /^ma_/ },
  });
  for (const kept of [event?.body.original, event?.body.stamped, event?.body.small])
    t.equal(hex(readFileSync(blobPath(box.deps.folder.blobs, kept?.sha256 ?? ''))), kept?.sha256);
  t.same(readdirSync(box.deps.folder.portraits), [], 'nothing is left lying');
  t.same(readdirSync(box.deps.folder.uploads), [], 'and it is no answer');
});

t.test('what cannot be a portrait is refused or dropped, and keeps nobody out', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps, { policy: ASKED });
  const client = await seated(box, site, 0);
  const number = site.candidates[0]?.ticket ?? '';
  const early = await client.ask({ t: 'portrait', bytes: 10, sha256: '0'.repeat(64) });
  t.match(early, { t: 'error', code: 'attempt/none' }, 'nobody sits here yet');
  await client.ask({ t: 'login', number });
  const large = { t: 'portrait', bytes: EVIDENCE_LIMITS.portraitBytes + 1, sha256: '0'.repeat(64) };
  t.match(await client.ask(large), { t: 'error', code: 'upload/too-large' });
  const no = Buffer.from('this is no picture');
  t.equal(await send(box, client, no), 204, 'it is only looked at later');
  await box.evidence.portraits.idle();
  t.same(stored(box), []);
  t.same(readdirSync(box.deps.folder.portraits), []);
  t.match(await client.ask({ t: 'confirm' }), { t: 'ok', attempt: { portrait: true } }, 'asked for again');
});

t.test('a session that does not ask gets none', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const client = await seated(box, site, 0);
  const login = await client.ask({ t: 'login', number: site.candidates[0]?.ticket ?? '' });
  t.ok(login.t === 'ok' && login.attempt && !('portrait' in login.attempt));
  t.equal(await send(box, client, await fields('jpeg', 64, 64)), null);
});

t.test('a picture that waited when the box was stopped is stamped after the start', async (t) => {
  const [folder, time] = [t.testdir(), new TestTime()];
  const box = await startBox(t, folder, time);
  const site = await makeSite(box.deps, { policy: ASKED });
  const device = new Device();
  const client = await seated(box, site, 0, device);
  await client.ask({ t: 'login', number: site.candidates[0]?.ticket ?? '' });
  // The box goes before the picture process has come to it.
  box.evidence.stop();
  t.equal(await send(box, client, await fields('jpeg', 200, 260)), 204);
  await box.evidence.portraits.idle();
  t.equal(readdirSync(box.deps.folder.portraits).length, 1);
  t.same(stored(box), []);
  const port = Number(new URL(box.origin).port);
  await box.stop();

  const again = await startBox(t, folder, time, port);
  await again.evidence.portraits.start();
  await again.evidence.portraits.idle();
  t.match(stored(again), [{ body: { purpose: 'portrait', width: 200, height: 260 } }]);
  t.same(readdirSync(join(folder, 'portraits')), []);
  const back = await KioskClient.connect(again.origin, device);
  t.match(back.last('welcome').attempt, { portrait: false }, 'the machine is not asked again');
});
