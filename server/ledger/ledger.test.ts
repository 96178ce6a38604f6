import { createHash } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { openReader } from '#db/site/open.ts';
import { encodeRevision, genesisText } from '#domain/attempt/revision.ts';
import type { Revision } from '#protocol/revision.ts';
import { Ledger } from './ledger.ts';

const clock = { elapsed: () => 1000, wall: () => 1_800_000_000_000 };
const EXAM = 'ex_0000000000000001';
const ATTEMPT = 'at_0000000000000001';
const MACHINE = 'ma_0000000000000001';
const ROOM = 'rm_0000000000000001';
const KEY = 'B'.repeat(87);
const sha = (text: string) => createHash('sha256').update(text).digest('base64url');

async function login(ledger: Ledger): Promise<void> {
  await ledger.append([
    {
      kind: 'MACHINE_ENROLLED',
      body: {
        machine: MACHINE,
        key: KEY,
        room: ROOM,
        seat: '01',
        address: '127.0.0.1',
        agent: '',
        walk: null,
        replaces: null,
      },
    },
  ]);
  await ledger.append([
    {
      kind: 'CANDIDATE_LOGGED_IN',
      attempt: ATTEMPT,
      body: {
        entry: 'en_0000000000000001',
        sitting: 'si_0000000000000001',
        machine: MACHINE,
        epoch: 1,
        room: ROOM,
        seat: '01',
      },
    },
  ]);
}

function chain(n: number): Revision[] {
  let prev = sha(genesisText(`${ATTEMPT}.1`, KEY));
  return Array.from({ length: n }, (_, i) => {
    const revision: Revision = {
      at: i,
      item: 'Q1',
      op: { t: 'splice', resp: 'RESPONSE', at: i, del: 0, ins: '写' },
      prev,
      rev: i + 1,
      stream: `${ATTEMPT}.1`,
    };
    prev = sha(encodeRevision(revision));
    return revision;
  });
}

t.test('events, projections and checkpoints are there after the commit, and after a reopening', async (t) => {
  const file = join(t.testdir(), 'site.db');
  const ledger = await Ledger.open(file, clock);
  await ledger.append([{ kind: 'EXAM_SAVED', body: { exam: EXAM, name: '期末考试' } }]);
  await login(ledger);
  const results: number[] = [];
  await new Promise<void>((resolve) => {
    const all = chain(600);
    all.forEach((revision, i) => {
      ledger.appendText('ANSWER_REVISED', ATTEMPT, encodeRevision(revision), (result) => {
        if (result.ok) results.push(result.first);
        if (i === all.length - 1) resolve();
      });
    });
  });
  t.equal(results.length, 600);
  await ledger.close();

  const db = openReader(file);
  t.match(db.prepare('SELECT name FROM exam').get(), { name: '期末考试' });
  t.match(db.prepare('SELECT rev FROM stream').get(), { rev: 600 });
  t.equal(
    JSON.parse((db.prepare('SELECT value FROM answer').get() as { value: string }).value),
    '写'.repeat(600),
  );
  t.match(db.prepare('SELECT count(*) AS n FROM ledger_tile').get(), { n: 2 });
  db.close();

  const again = await Ledger.open(file, clock);
  t.equal(again.size, 603);
  await again.close();
});

t.test('a refused event takes nothing else with it', async (t) => {
  const ledger = await Ledger.open(join(t.testdir(), 'site.db'), clock);
  await login(ledger);
  const [first] = chain(1) as [Revision];
  const good = new Promise((resolve) =>
    ledger.appendText('ANSWER_REVISED', ATTEMPT, encodeRevision(first), resolve),
  );
  const bad = new Promise((resolve) =>
    ledger.appendText('ANSWER_REVISED', ATTEMPT, encodeRevision({ ...first, rev: 3 }), resolve),
  );
  const other = ledger.append([{ kind: 'EXAM_SAVED', body: { exam: EXAM, name: 'x' } }]);
  t.match(await good, { ok: true });
  t.match(await bad, { ok: false, code: 'thing/changed' });
  t.equal((await other)[0]?.seq, 3);
  await ledger.close();
});

t.test('groups are all or nothing', async (t) => {
  const ledger = await Ledger.open(join(t.testdir(), 'site.db'), clock);
  const exam = { kind: 'EXAM_SAVED', body: { exam: EXAM, name: 'x' } } as const;
  await t.rejects(ledger.append([exam, { kind: 'ROOM_REMOVED', body: { room: ROOM } }]), {
    code: 'thing/changed',
  });
  t.equal(ledger.size, 0);
  await ledger.close();
});
