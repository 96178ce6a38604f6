/** Story: one person, several entries and sessions a day; one machine, several candidates (P16 M5 M14). */
import t from 'tap';
import { newId } from '#server/platform/ids.ts';
import { startBox, TestTime } from '#server/test/box.testing.ts';
import { Chain, Device, KioskClient } from '#server/test/kiosk-client.testing.ts';
import { makeSite } from '#server/test/site.testing.ts';

const BY = { staff: 'st_0000000000000000' };

t.test(
  'a person with two entries today signs in to the one that is not over; the machine serves both',
  async (t) => {
    const box = await startBox(t, t.testdir(), new TestTime());
    const site = await makeSite(box.deps);
    const [person] = site.candidates;
    if (!person) return;
    const session = newId('session');
    const sitting = newId('sitting');
    const entry = newId('entry');
    const row = box.deps.db.prepare('SELECT candidate FROM entry WHERE entry = ?').get(person.entry) as {
      candidate: string;
    };
    const policy = JSON.parse(
      (box.deps.db.prepare('SELECT policy FROM session').get() as { policy: string }).policy,
    );
    await box.deps.ledger.append([
      {
        kind: 'ROSTER_IMPORTED',
        body: {
          exam: site.exam,
          file: 'more.csv',
          sha256: '0'.repeat(64),
          part: 1,
          parts: 1,
          subjects: [{ code: '0102', name: '数学' }],
          entries: [
            {
              entry,
              candidate: row.candidate,
              idNumber: person.idNumber,
              ticket: person.ticket,
              name: person.name,
              gender: '',
              school: '',
              subject: '0102',
            },
          ],
        },
      },
      {
        kind: 'SESSION_SAVED',
        body: {
          session,
          exam: site.exam,
          name: '下午场',
          plannedStart: box.deps.clock.wall() - 500,
          subjects: ['0102'],
          policy,
        },
      },
      {
        kind: 'SITTING_SAVED',
        body: {
          sitting,
          session,
          subject: '0102',
          room: site.room,
          papers: [{ version: 'A', paper: site.paper }],
          durationMs: 3_600_000,
        },
      },
      {
        kind: 'SEATING_DRAWN',
        body: {
          session,
          mode: 'order',
          algorithm: 'test',
          seed: 'x',
          assignments: [{ entry, sitting, room: site.room, seat: person.seat, version: 'A', orderSeed: 's' }],
          unmet: [],
        },
      },
      { kind: 'ENTRY_OPENED', body: { session } },
    ]);
    const client = await KioskClient.connect(box.origin, new Device());
    const greeted = client.next('welcome');
    await box.candidates.machines.seat(client.nonce.slice(0, 12), site.room, person.seat, BY);
    await greeted;
    const first = await client.enter(person.ticket);
    t.equal(client.heard.findLast((m) => m.t === 'ok' && m.attempt)?.t, 'ok');
    await box.candidates.run.start(site.session, {}, BY);
    const chain = new Chain(first, 1, client.device.key);
    chain.add('Q1', { t: 'set', resp: 'R', v: 'A' });
    const acked = client.next('ack');
    client.raw(chain.frame());
    await acked;
    const inUse = await client.ask({ t: 'login', number: site.candidates[1]?.ticket ?? '' });
    t.equal(inUse.t === 'error' ? inUse.code : '', 'login/wrong-seat');
    t.equal((await client.ask(chain.submission(client.device, 'A'.repeat(43)))).t, 'ok');
    const second = await client.ask({ t: 'login', number: person.idNumber });
    t.match(second, { t: 'ok', attempt: { subject: { code: '0102' }, session: '下午场' } });
    t.not(second.t === 'ok' ? second.attempt?.attempt : first, first, 'another attempt');
    const back = await KioskClient.connect(box.origin, client.device);
    t.equal(back.last('welcome').attempt?.subject.code, '0102', 'the machine holds the open one');
    const old = await back.ask({ t: 'attach', attempt: first, epoch: 1, ...chain.head });
    t.equal(
      old.t === 'ok' ? old.receipt?.receipt.attempt : '',
      first,
      'the receipt of the first is shown again',
    );
  },
);

t.test('uploads: permitted by the item, durable, refused when damaged or too large', async (t) => {
  const box = await startBox(t, t.testdir(), new TestTime());
  const site = await makeSite(box.deps);
  const client = await KioskClient.connect(box.origin, new Device());
  const greeted = client.next('welcome');
  await box.candidates.machines.seat(
    client.nonce.slice(0, 12),
    site.room,
    site.candidates[0]?.seat ?? '',
    BY,
  );
  await greeted;
  const attempt = await client.enter(site.candidates[0]?.ticket ?? '');
  const { createHash } = await import('node:crypto');
  const bytes = Buffer.from('表格,内容\n1,2\n');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = {
    t: 'upload',
    item: 'Q3',
    resp: 'R',
    name: '表格.csv',
    type: 'text/csv',
    bytes: bytes.length,
    sha256,
  };
  t.match(await client.ask(file), { code: 'upload/not-allowed' }, 'not before the start');
  await box.candidates.run.start(site.session, {}, BY);
  t.match(await client.ask({ ...file, bytes: 10_001 }), { code: 'upload/too-large' });
  t.match(await client.ask({ ...file, item: 'Q1' }), { code: 'upload/not-allowed' });
  const permit = await client.ask(file);
  const upload = permit.t === 'ok' ? permit.upload : null;
  t.ok(upload);
  const put = (body: Buffer, token: string) =>
    box.http.inject({
      method: 'PUT',
      url: upload?.url ?? '',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      payload: body,
    });
  t.match((await put(bytes, 'x'.repeat(32))).json(), { code: 'upload/not-allowed' });
  t.match((await put(Buffer.from('表格,内容\n1,3\n'), upload?.token ?? '')).json(), {
    code: 'upload/digest',
  });
  t.match((await put(Buffer.concat([bytes, bytes]), upload?.token ?? '')).json(), {
    code: 'upload/too-large',
  });
  t.equal((await put(bytes, upload?.token ?? '')).statusCode, 204);
  t.match(await client.ask(file), { t: 'ok', upload: null }, 'the box has it already');
  const chain = new Chain(attempt, 1, client.device.key);
  chain.add('Q3', {
    t: 'set',
    resp: 'R',
    v: { name: '表格.csv', bytes: bytes.length, sha256, type: 'text/csv' },
  });
  const acked = client.next('ack');
  client.raw(chain.frame());
  await acked;
  const { readdirSync } = await import('node:fs');
  t.same(readdirSync(`${box.folder}/uploads`), [sha256], 'one file, nothing half written');
});
