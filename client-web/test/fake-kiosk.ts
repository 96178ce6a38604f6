/**
 * A kiosk without machinery, for tests of the screens: commands do what the real one's would, at once and in memory;
 * `set` puts the screens into any state; every command is written down in `calls`.
 */
import { applyRevision, emptyContent, wellFormed } from '#domain/attempt/merge.ts';
import type { Paper, ResponseValue } from '#protocol/paper.ts';
import type { RevisionOp } from '#protocol/revision.ts';
import type { AttemptState, SignedReceipt } from '#protocol/socket.ts';
import { browserTimers } from '../src/clock/timers.ts';
import { hex } from '../src/journal/bytes.ts';
import type { Kiosk, KioskSnapshot } from '../src/kiosk/kiosk.types.ts';
import { Portrait } from '../src/kiosk/portrait.ts';

export const ATTEMPT: AttemptState = {
  attempt: 'at_sample',
  status: 'identified',
  epoch: 1,
  candidate: { name: '欧阳雨桐', ticket: '110105202601', idTail: '2341', school: '明德中学', gender: '女' },
  seat: { room: 'r3', roomName: '第 3 考场', label: '17' },
  exam: '综合素养测评',
  session: 's1',
  sitting: 'si1',
  subject: { code: 'ZH', name: '综合样卷' },
  paper: {
    id: 'sample',
    version: '1',
    files: [
      { name: 'f0.age', role: 'paper', bytes: 40_000, sha256: '' },
      { name: 'f5.age', role: 'media', bytes: 320_000, sha256: '' },
    ],
  },
  seed: 'seed-1',
  durationMs: 90 * 60_000,
  plannedStart: 0,
  startedAt: null,
  endsAt: null,
  pausedAt: null,
  creditMs: 0,
  earliestSubmitAt: null,
  pledge: {
    zh: '我已知晓本次考试的纪律。\n\n一、独立完成作答，不抄袭，不替考，不与他人交流答案。\n二、不携带通讯工具和与考试无关的物品进入考场。\n三、服从监考员的安排，不擅自离开座位，不关闭考试页面。\n四、爱护考试设备；设备出现异常时举手，由监考员处理。\n五、考试结束前不传播试题和答案。\n\n如有违反，愿意接受相应的处理。',
    en: 'I know the rules of this exam.\n\n1. I answer on my own, copy from nobody and let nobody answer for me.\n2. I bring no phone and nothing else that does not belong to the exam.\n3. I follow the invigilator, stay at my seat and leave this page open.\n4. I take care of the machine and raise my hand when something is wrong.\n5. I pass on neither items nor answers before the exam is over.\n\nIf I break this promise I accept the consequences.',
    sha256: 'x',
  },
  streams: [],
  released: false,
};

export const RECEIPT: SignedReceipt = {
  sig: 'sig',
  receipt: {
    v: 1,
    attempt: 'at_sample',
    box: 'box1',
    code: '7H2K-9QWM-3XPT-AV5C',
    digest: 'digest',
    entry: 'en1',
    answered: 18,
    name: '欧阳雨桐',
    revisions: 214,
    site: '1101',
    sitting: 'si1',
    streams: [],
    subject: '综合样卷',
    submitted: Date.UTC(2026, 5, 7, 3, 30, 5),
    ticket: '110105202601',
  },
};

export interface FakeKiosk extends Kiosk {
  set(change: Partial<KioskSnapshot>): void;
  attempt(change: Partial<AttemptState>): void;
  /** Box time runs on from here. */
  setElapsed(ms: number): void;
  readonly calls: { name: string; args: unknown[] }[];
}

export function createFakeKiosk(media: Record<string, Blob>): FakeKiosk {
  const listeners = new Set<(snapshot: KioskSnapshot) => void>();
  const calls: { name: string; args: unknown[] }[] = [];
  const urls = new Map<string, string>();
  let offset = 0;
  let rev = 0;
  const elapsed = () => performance.now() + offset;
  let snapshot: KioskSnapshot = {
    stage: 'seat',
    connected: true,
    offlineSince: null,
    light: 'none',
    savedWall: null,
    siteName: '明德中学考点',
    demo: false,
    machineSeat: ATTEMPT.seat,
    walkRoom: null,
    attempt: null,
    sealed: null,
    paper: null,
    answers: {},
    marks: new Set(),
    item: null,
    seen: new Set(),
    plays: {},
    pending: 0,
    uploads: [],
    machineName: null,
    notices: [],
    receipt: null,
    receiptAgrees: null,
    error: null,
    busy: false,
  };
  const set = (change: Partial<KioskSnapshot>) => {
    snapshot = { ...snapshot, ...change };
    queueMicrotask(() => {
      for (const listener of [...listeners]) listener(snapshot);
    });
  };
  const attempt = (change: Partial<AttemptState>) =>
    set({ attempt: { ...(snapshot.attempt ?? ATTEMPT), ...change } });
  const note = (name: string, ...args: unknown[]) => {
    calls.push({ name, args });
  };
  const apply = (item: string, op: RevisionOp) => {
    note(op.t, item, op);
    const content = {
      ...emptyContent(),
      ...structuredClone({ answers: snapshot.answers, plays: snapshot.plays }),
    };
    content.marks = new Set(snapshot.marks);
    content.seen = new Set(snapshot.seen);
    content.item = snapshot.item;
    applyRevision(content, { at: 0, item, op, prev: '', rev: ++rev, stream: 'at_sample.1' });
    set({ ...content, light: snapshot.connected ? 'server' : 'offline', savedWall: Date.now() });
  };
  const put = (item: string, resp: string, v: ResponseValue) => apply(item, { t: 'set', resp, v });

  // The real way of a portrait; only the box at its end is played.
  const portrait = new Portrait({
    link: {
      ready: true,
      async request(request) {
        note(`ask ${request.t}`, request);
        return { t: 'ok', id: 1, upload: { url: '/portrait', token: 'permit' } };
      },
    },
    async http(url, init) {
      const bytes = init?.body instanceof Blob ? new Uint8Array(await init.body.arrayBuffer()) : [];
      note('put', url, new Headers(init?.headers).get('authorization'), [...bytes]);
      return new Response(null, { status: 204 });
    },
    sha256: async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))),
    timers: browserTimers(),
    attempt: () => snapshot.attempt?.attempt ?? null,
  });

  return {
    calls,
    set,
    attempt,
    setElapsed(ms) {
      offset = ms - performance.now();
      set({});
    },
    get snapshot() {
      return snapshot;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    elapsed,
    wall: () => Date.now(),
    async press() {
      note('press');
      set({ stage: 'seat', machineSeat: ATTEMPT.seat });
    },
    async login(number, code) {
      note('login', number, code);
      if (number === ATTEMPT.candidate.ticket)
        set({
          stage: 'confirm',
          error: null,
          attempt: { ...ATTEMPT, plannedStart: Date.now() + 12 * 60_000 + 34_000 },
        });
      else if (number === '2')
        set({
          error: {
            code: 'login/wrong-seat',
            map: {
              roomName: '第 3 考场',
              rows: 5,
              columns: 6,
              front: 'top',
              here: { row: 1, column: 1, label: '08' },
              yours: { row: 3, column: 4, label: '17' },
              cells: 'ssasssssasssssasssssasssssasss',
            },
          },
        });
      else set({ error: { code: 'login/not-found' } });
    },
    portrait: (picture) => portrait.take(picture),
    async confirm() {
      note('confirm');
      attempt({ status: 'confirmed' });
      set({ stage: 'pledge' });
    },
    async back() {
      note('back');
      set({ stage: 'seat', attempt: null, error: null });
    },
    async pledge() {
      note('pledge');
      attempt({ status: 'waiting' });
      set({
        stage: 'waiting',
        sealed: { files: 2, of: 2, bytes: 360_000, ofBytes: 360_000, complete: true },
      });
    },
    answer: put,
    type: (item, resp, text) => put(item, resp, wellFormed(text)),
    async flush() {
      note('flush');
    },
    mark: (item, on) => apply(item, { t: 'mark', on }),
    go: (item) => apply(item, { t: 'go' }),
    play: (item, medium, plays, ms) => apply(item, { t: 'play', media: medium, plays, ms }),
    async attachFile(item, resp, file) {
      put(item, resp, { name: file.name, bytes: file.size, sha256: '0'.repeat(64), type: file.type });
      set({
        uploads: [
          ...snapshot.uploads,
          {
            item,
            response: resp,
            name: file.name,
            bytes: file.size,
            state: snapshot.connected ? 'stored' : 'waiting',
            code: null,
          },
        ],
      });
    },
    async mediaUrl(name) {
      const blob = media[name];
      if (!blob) throw new Error(`no medium ${name}`);
      const url = urls.get(name) ?? URL.createObjectURL(blob);
      urls.set(name, url);
      return url;
    },
    async submit() {
      note('submit');
      if (snapshot.connected) set({ stage: 'done', receipt: RECEIPT, receiptAgrees: true });
      else set({ stage: 'sealed', pending: 3 });
    },
    noticeSeen(notice) {
      note('seen', notice);
      set({ notices: snapshot.notices.map((one) => (one.notice === notice ? { ...one, seen: true } : one)) });
    },
    async repair() {
      note('repair');
    },
    async next() {
      note('next');
      set({ stage: 'seat', attempt: null, receipt: null, paper: null });
    },
    async stop() {},
  };
}

/** The exam begins: what the release does. */
export function begin(kiosk: FakeKiosk, paper: Paper): void {
  const now = kiosk.elapsed() ?? 0;
  kiosk.attempt({
    status: 'writing',
    startedAt: now,
    endsAt: now + ATTEMPT.durationMs,
    earliestSubmitAt: now,
  });
  kiosk.set({ stage: 'exam', paper });
}
