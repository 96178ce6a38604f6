/**
 * A kiosk without a box: one paper, shown as a candidate sees it, answers in memory only. The console's preview of a
 * paper uses it, in an iframe of its own.
 */
import { applyRevision, emptyContent, wellFormed } from '#domain/attempt/merge.ts';
import type { Paper, ResponseValue } from '#protocol/paper.ts';
import type { RevisionOp } from '#protocol/revision.ts';
import type { AttemptState } from '#protocol/socket.ts';
import type { Kiosk, KioskSnapshot } from '../kiosk/kiosk.types.ts';

export interface PreviewContent {
  paper: Paper;
  /** Addresses of media by id, and of fonts by file. */
  urls: Record<string, string>;
  /** Seed of the order shown; another seed shows another candidate's paper. */
  seed: string;
  durationMs: number;
  candidate: string;
}

function attemptOf({ paper, seed, durationMs, candidate }: PreviewContent): AttemptState {
  return {
    attempt: 'preview',
    status: 'writing',
    epoch: 1,
    candidate: { name: candidate, ticket: '', idTail: '', school: '', gender: '' },
    seat: { room: '', roomName: '—', label: '—' },
    exam: '',
    session: '',
    sitting: '',
    subject: { code: '', name: paper.title },
    paper: { id: paper.id, version: '', files: [] },
    seed,
    durationMs,
    plannedStart: 0,
    startedAt: 0,
    endsAt: durationMs,
    pausedAt: null,
    creditMs: 0,
    earliestSubmitAt: 0,
    pledge: null,
    streams: [],
    released: true,
  };
}

export function createPreviewKiosk(content: PreviewContent): Kiosk {
  const began = performance.now();
  const listeners = new Set<(snapshot: KioskSnapshot) => void>();
  let shown = emptyContent();
  let rev = 0;
  let snapshot: KioskSnapshot = {
    stage: 'exam',
    connected: true,
    offlineSince: null,
    light: 'none',
    savedWall: null,
    siteName: '',
    demo: false,
    machineSeat: null,
    walkRoom: null,
    attempt: attemptOf(content),
    sealed: null,
    paper: content.paper,
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
    for (const listener of [...listeners]) listener(snapshot);
  };
  const apply = (item: string, op: RevisionOp) => {
    const { answers, marks, item: at, plays, seen } = shown;
    shown = {
      answers: { ...answers, [item]: { ...answers[item] } },
      marks: new Set(marks),
      item: at,
      plays: { ...plays },
      seen: new Set(seen),
    };
    applyRevision(shown, { at: 0, item, op, prev: '', rev: ++rev, stream: 'preview.1' });
    if (Object.keys(shown.answers[item] ?? {}).length === 0) delete shown.answers[item];
    set({ ...shown, light: 'machine', savedWall: Date.now() });
  };
  const put = (item: string, resp: string, v: ResponseValue) => apply(item, { t: 'set', resp, v });
  const nothing = () => Promise.resolve();

  return {
    get snapshot() {
      return snapshot;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    elapsed: () => performance.now() - began,
    wall: () => Date.now(),
    answer: put,
    type: (item, resp, text) => put(item, resp, wellFormed(text)),
    mark: (item, on) => apply(item, { t: 'mark', on }),
    go: (item) => apply(item, { t: 'go' }),
    play: (item, media, plays, ms) => apply(item, { t: 'play', media, plays, ms }),
    async attachFile(item, resp, file) {
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      put(item, resp, { name: wellFormed(file.name), bytes: file.size, sha256, type: file.type });
    },
    async mediaUrl(media) {
      const known = Object.hasOwn(content.urls, media) ? content.urls[media] : undefined;
      if (known === undefined) throw new Error(`the preview has no medium ${media}`);
      return known;
    },
    noticeSeen(notice) {
      set({ notices: snapshot.notices.map((one) => (one.notice === notice ? { ...one, seen: true } : one)) });
    },
    flush: nothing,
    press: nothing,
    login: nothing,
    portrait: nothing,
    confirm: nothing,
    back: nothing,
    pledge: nothing,
    // A preview is never handed in; the overview stays.
    submit: nothing,
    repair: nothing,
    next: nothing,
    stop: nothing,
  };
}
