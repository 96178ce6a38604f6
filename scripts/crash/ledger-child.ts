/**
 * The process that is killed: node ledger-child.ts DATA FULL|NORMAL PER-SECOND. It holds the data folder's lock, opens
 * the ledger as the server does, goes on with every stream from where the ledger has it, and prints `ack stream rev hash
 * microseconds.` after each commit. SIGTERM ends it cleanly.
 */
import { join } from 'node:path';
import { openReader } from '#db/site/open.ts';
import { setAnswer } from '#domain/attempt/merge.ts';
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import { ensureBoxKey } from '#node/signing/box-key.ts';
import type { ResponseValue } from '#protocol/paper.ts';
import { Ledger } from '#server/ledger/ledger.ts';
import { SampleMachine, SampleStream, sampleId } from '#server/ledger/sample-ledger.testing.ts';
import { takeDataFolder } from '#server/platform/data-folder.ts';

const ATTEMPTS = 60;
const TICK_MS = 4;
const ANCHOR_EVERY_MS = 150;
const HEAD_EVERY_REVISIONS = 50;
/** Not more than this waits for the disk, so that the process answers the clock. */
const BACKLOG = 3_000;

const [data = '', synchronous = 'FULL', perSecond = '4000'] = process.argv.slice(2);
const folder = takeDataFolder(data);
const key = await ensureBoxKey(join(folder.keys, 'box.pem'));
const origin = performance.timeOrigin;
const ledger = await Ledger.open(
  folder.database,
  { elapsed: () => Math.floor(performance.now()), wall: () => Date.now() },
  synchronous === 'NORMAL' ? 'NORMAL' : 'FULL',
);
ledger.onFailure((error) => {
  console.error(error.message);
  process.exit(1);
});
ledger.sign({ origin: checkpointOrigin('CRASH', sampleId('box', 1), 1), key });
await ledger.append([
  {
    kind: 'BOX_STARTED',
    body: {
      box: sampleId('box', 1),
      boxEpoch: 1,
      boot: `boot ${Math.floor(origin)}`,
      mono: Math.floor(performance.now()),
      resumed: 'same-boot',
      gapMs: 0,
      version: 'crash',
      origin: 'https://crash.local:8443',
      key: key.publicKey,
    },
  },
]);
const streams = await openStreams();
const anchors = setInterval(() => {
  const body = { boot: `boot ${Math.floor(origin)}`, mono: Math.floor(performance.now()) };
  ledger.append([{ kind: 'CLOCK_ANCHOR', body }]).catch(refused);
}, ANCHOR_EVERY_MS);
let turn = 0;
let due = 0;
const writing = setInterval(() => {
  due = Math.min(due + (Number(perSecond) * TICK_MS) / 1_000, 500);
  for (; due >= 1 && ledger.backlog < BACKLOG; due--)
    revise(streams[turn++ % streams.length] as SampleStream);
}, TICK_MS);

process.on('SIGTERM', () => {
  clearInterval(anchors);
  clearInterval(writing);
  void ledger.close().then(() => process.exit(0));
});
process.stdout.write('ready\n');

function revise(stream: SampleStream): void {
  const { attempt } = stream;
  const item = `Q${(stream.rev % 5) + 1}`;
  const text = stream.content.answers[item]?.['RESPONSE'];
  const length = typeof text === 'string' ? text.length : 0;
  const op =
    length > 400
      ? ({ t: 'set', resp: 'RESPONSE', v: '从头写起😀' } as const)
      : ({ t: 'splice', resp: 'RESPONSE', at: length, del: 0, ins: `第${stream.rev}次` } as const);
  const { text: bytes, revision } = stream.next(item, op, Math.floor(performance.now()));
  const { hash } = stream;
  ledger.appendText('ANSWER_REVISED', attempt, bytes, (result) => {
    if (!result.ok) return refused(result);
    // The stop at the end tells a whole line from one that the kill cut short.
    process.stdout.write(
      `ack ${revision.stream} ${revision.rev} ${hash} ${process.hrtime.bigint() / 1_000n}.\n`,
    );
  });
  if (revision.rev % HEAD_EVERY_REVISIONS === 0)
    ledger.append([{ kind: 'HEAD_SIGNED', attempt, body: stream.head() }]).catch(refused);
}

/** A refusal breaks the chain for good; when the storage fails, the failure's handler has the word. */
function refused(error: unknown): void {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  if (code === 'box/storage' || code === 'box/stopping') return;
  console.error(`refused: ${String(code)} ${JSON.stringify(error)}`);
  process.exit(1);
}

/** Streams from where the ledger has them; machines and logins on the first start, each if it is not there yet. */
async function openStreams(): Promise<SampleStream[]> {
  const db = openReader(folder.database);
  const known = db.prepare('SELECT rev, hash FROM stream WHERE attempt = ? AND epoch = 1');
  const answers = db.prepare('SELECT item, resp, value FROM answer WHERE attempt = ? AND epoch = 1');
  const enrolled = db.prepare('SELECT 1 FROM machine WHERE machine = ?');
  const all = Array.from({ length: ATTEMPTS }, (_, i) => i + 1);
  const streams = all.map((n) => new SampleStream(sampleId('attempt', n), 1, new SampleMachine(n)));
  await Promise.all(
    streams.map(async (stream, i) => {
      const row = known.get(stream.attempt) as { rev: number; hash: string } | undefined;
      if (!row) return enter(stream, i + 1, enrolled.get(stream.machine.id) !== undefined);
      stream.rev = row.rev;
      stream.hash = row.hash;
      const rows = answers.all(stream.attempt) as { item: string; resp: string; value: string }[];
      for (const { item, resp, value } of rows)
        setAnswer(stream.content.answers, item, resp, JSON.parse(value) as ResponseValue);
    }),
  );
  db.close();
  return streams;
}

async function enter(stream: SampleStream, n: number, enrolled: boolean): Promise<void> {
  const { attempt, machine, epoch } = stream;
  const seat = String(n);
  const room = sampleId('room', 1);
  const place = { room, seat, address: '127.0.0.1', agent: 'crash', walk: null, replaces: null };
  if (!enrolled)
    await ledger.append([
      { kind: 'MACHINE_ENROLLED', body: { machine: machine.id, key: machine.key, ...place } },
    ]);
  const entry = sampleId('entry', n);
  const sitting = sampleId('sitting', 1);
  const body = { entry, sitting, machine: machine.id, epoch, room, seat };
  await ledger.append([{ kind: 'CANDIDATE_LOGGED_IN', attempt, body }]);
}
