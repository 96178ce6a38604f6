/** Fills a sample ledger with one whole exam: `candidates` people, `revisions` revisions each in one room. */
import { SampleLedger, SampleMachine, SampleStream, sampleId, sha256 } from './sample-ledger.testing.ts';

export interface SampleExam {
  candidates?: number;
  revisions?: number;
}

const SPARE_SEAT = 'S1';

/** Returns the ledger, still open. */
export function sampleExam(root: string, { candidates = 3, revisions = 60 }: SampleExam = {}): SampleLedger {
  const ledger = new SampleLedger(root);
  prepare(ledger, candidates);
  const machines = Array.from({ length: candidates }, (_, i) => new SampleMachine(i + 1));
  machines.forEach((machine, i) => {
    ledger.enrol(machine, String(i + 1));
  });
  ledger.put('ENTRY_OPENED', { session: sampleId('session', 1) });
  const streams = machines.map((machine, i) => new SampleStream(sampleId('attempt', i + 1), 1, machine));
  streams.forEach((stream, i) => {
    enter(ledger, stream, i + 1);
  });
  ledger.put('PAPER_RELEASED', { paper: sampleId('paper', 1), manifestSha256: 'a'.repeat(64) });
  ledger.put('SITTING_STARTED', { sitting: sampleId('sitting', 1) });
  for (const stream of streams) write(ledger, stream, revisions);
  incidents(ledger);
  const second = changeMachine(ledger, streams[0] as SampleStream, candidates + 1);
  ledger.submit([streams[0] as SampleStream, second], 1);
  streams.slice(1).forEach((stream, i) => {
    ledger.submit([stream], i + 2);
  });
  ledger.put('SITTING_ENDED', { sitting: sampleId('sitting', 1), reason: '' });
  ledger.put('BOX_STOPPED', { boot: 'boot-1', mono: 9_000, reason: 'test' });
  ledger.checkpoint();
  return ledger;
}

function prepare(ledger: SampleLedger, candidates: number): void {
  const exam = sampleId('exam', 1);
  ledger.boxStarted();
  ledger.put('SITE_SET_UP', {
    site: 'XZ01',
    name: '拉萨第一考点',
    timeZone: 'Asia/Shanghai',
    contact: '',
    demo: false,
  });
  ledger.put('STAFF_SAVED', {
    staff: sampleId('staff', 1),
    login: 'chief',
    name: '主考',
    role: 'chief',
    rooms: [],
    active: true,
  });
  ledger.put('STAFF_SIGNED_IN', { staff: sampleId('staff', 1), agent: 'test' });
  ledger.put('EXAM_SAVED', { exam, name: '期末考试 😀 "…"\u2028' }, undefined, {
    staff: sampleId('staff', 1),
  });
  const entries = Array.from({ length: candidates }, (_, i) => ({
    entry: sampleId('entry', i + 1),
    candidate: sampleId('candidate', i + 1),
    idNumber: `11010119900101000${i}`,
    ticket: `T${i + 1}`,
    name: '欧阳·买买提𠮷',
    gender: '',
    school: '',
    subject: 'YW',
  }));
  ledger.put('ROSTER_IMPORTED', {
    exam,
    file: '名单.csv',
    sha256: 'b'.repeat(64),
    part: 1,
    parts: 1,
    subjects: [{ code: 'YW', name: '语文' }],
    entries,
  });
  ledger.put('ROOM_SAVED', {
    room: sampleId('room', 1),
    name: '一号考场',
    plan: {
      rows: 1,
      columns: 2,
      front: 'top',
      door: null,
      cells: ['seat', 'spare'],
      numbering: { scheme: 'row', start: 1, width: 2 },
    },
  });
  ledger.put('SESSION_SAVED', {
    session: sampleId('session', 1),
    exam,
    name: '上午',
    plannedStart: 1_800_000_000_000,
    subjects: ['YW'],
    policy: {
      lateEntryMs: 900_000,
      earliestSubmitMs: 0,
      sharedAddress: 'refuse',
      pledgeZh: '承诺',
      pledgeEn: 'pledge',
    },
  });
  ledger.put('PAPER_ADDED', {
    paper: sampleId('paper', 1),
    exam,
    subject: 'YW',
    label: 'A',
    manifest: '{}',
    manifestSig: 'A'.repeat(86),
    items: 3,
    source: { file: 'paper.zip', sha256: 'c'.repeat(64) },
  });
  ledger.put('SITTING_SAVED', {
    sitting: sampleId('sitting', 1),
    session: sampleId('session', 1),
    subject: 'YW',
    room: sampleId('room', 1),
    papers: [{ version: 'A', paper: sampleId('paper', 1) }],
    durationMs: 7_200_000,
  });
  ledger.put('SEATING_DRAWN', {
    session: sampleId('session', 1),
    mode: 'order',
    algorithm: 'order/1',
    seed: '7',
    assignments: entries.map(({ entry }, i) => ({
      entry,
      sitting: sampleId('sitting', 1),
      room: sampleId('room', 1),
      seat: String(i + 1),
      version: 'A',
      orderSeed: String(i),
    })),
    unmet: [],
  });
}

function enter(ledger: SampleLedger, stream: SampleStream, n: number): void {
  ledger.put('LOGIN_REFUSED', { number: 'T999', machine: stream.machine.id, code: 'login/unknown' });
  ledger.login(stream, n, String(n));
  ledger.put('IDENTITY_CONFIRMED', {}, stream.attempt, { staff: sampleId('staff', 1) });
  ledger.put('PLEDGE_SIGNED', { sha256: 'd'.repeat(64) }, stream.attempt);
  ledger.put('PAPER_FETCHED', { paper: sampleId('paper', 1), files: 2, bytes: 4_000 }, stream.attempt);
}

function write(ledger: SampleLedger, stream: SampleStream, revisions: number): void {
  const texts = [stream.next('Q1', { t: 'go' }).text];
  texts.push(stream.next('Q1', { t: 'set', resp: 'RESPONSE', v: ['B', 'A'] }).text);
  texts.push(stream.next('Q2', { t: 'mark', on: true }).text);
  texts.push(stream.next('Q2', { t: 'play', media: 'listening', plays: 1, ms: 4_200 }).text);
  texts.push(stream.next('__proto__', { t: 'set', resp: 'RESPONSE', v: 'odd name' }).text);
  // The whole text is longer than one write; an emoji takes two units.
  for (let i = 0; texts.length < revisions; i++) {
    const ins = i % 7 === 0 ? '😀' : '写';
    const text = stream.content.answers['Q3']?.['RESPONSE'];
    const at = typeof text === 'string' ? text.length : 0;
    texts.push(stream.next('Q3', { t: 'splice', resp: 'RESPONSE', at, del: 0, ins }).text);
  }
  // Out of range: kept in the chain, changes nothing.
  texts.push(stream.next('Q3', { t: 'splice', resp: 'RESPONSE', at: 99_999, del: 0, ins: 'x' }).text);
  texts.push(
    stream.next('Q4', {
      t: 'set',
      resp: 'FILE',
      v: { name: '答案.docx', bytes: 3, sha256: 'e'.repeat(64), type: 'application/msword' },
    }).text,
  );
  texts.push(stream.next('Q5', { t: 'set', resp: 'RESPONSE', v: ' \ufeff\u3000\n' }).text);
  texts.push(stream.next('Q6', { t: 'set', resp: 'MATCH', v: [['A', 'x']] }).text);
  texts.push(stream.next('Q1', { t: 'set', resp: 'RESPONSE', v: null }).text);
  const half = texts.length >> 1;
  ledger.putRevisions(stream.attempt, texts.slice(0, half));
  ledger.put('CLOCK_ANCHOR', { boot: 'boot-1', mono: 100 });
  ledger.putRevisions(stream.attempt, texts.slice(half));
  ledger.put(
    'UPLOAD_STORED',
    { item: 'Q4', resp: 'FILE', name: '答案.docx', type: '', bytes: 3, sha256: 'e'.repeat(64) },
    stream.attempt,
  );
  ledger.put('HEAD_SIGNED', stream.head(), stream.attempt);
}

function incidents(ledger: SampleLedger): void {
  const sitting = sampleId('sitting', 1);
  ledger.put('SITTING_PAUSED', { sitting, reason: '停电', from: 500 });
  ledger.put('SITTING_RESUMED', { sitting, reason: '' });
  ledger.put('TIME_CREDITED', {
    credit: sampleId('credit', 1),
    scope: { attempt: sampleId('attempt', 1) },
    ms: 60_000,
    cause: '换机',
  });
  ledger.put('NOTICE_SENT', { notice: sampleId('notice', 1), scope: { sitting }, text: '还有十五分钟' });
  ledger.put('NOTICE_SEEN', { notice: sampleId('notice', 1) }, sampleId('attempt', 1));
}

/** A machine change in the middle: the old stream goes on into quarantine, the new one from where it was. */
function changeMachine(ledger: SampleLedger, first: SampleStream, n: number): SampleStream {
  const { attempt } = first;
  const spare = new SampleMachine(n);
  ledger.enrol(spare, SPARE_SEAT);
  const second = new SampleStream(attempt, 2, spare, first);
  ledger.login(second, 1, SPARE_SEAT);
  const late = first.next('Q1', { t: 'set', resp: 'RESPONSE', v: 'late' }, 2, false);
  ledger.put('REVISION_QUARANTINED', { revision: late.revision, lane: 'fenced' }, attempt);
  ledger.put('HEAD_SIGNED', first.head(), attempt);
  ledger.putRevisions(attempt, [second.next('Q7', { t: 'set', resp: 'RESPONSE', v: 'new' }).text]);
  const kept = second.hash;
  const refused = second.next('Q8', { t: 'set', resp: 'RESPONSE', v: 'not of this paper' }, 3, false);
  ledger.put(
    'REVISION_REFUSED',
    { stream: second.stream, rev: refused.revision.rev, hash: second.hash, code: 'revision/item' },
    attempt,
  );
  ledger.put(
    'REVISION_CONFLICT',
    { stream: second.stream, rev: 1, hash: sha256('something else'), kept },
    attempt,
  );
  ledger.putRevisions(attempt, [
    second.next('Q7', { t: 'splice', resp: 'RESPONSE', at: 3, del: 0, ins: ' text' }).text,
  ]);
  ledger.put('HEAD_SIGNED', second.head(), attempt);
  ledger.put('ATTEMPT_TIMED_UP', { endsAt: 8_000 }, attempt);
  return second;
}
