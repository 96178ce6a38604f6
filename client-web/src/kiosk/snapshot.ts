/** What the screens are told, put together from the parts. Nothing is decided here but stage and light. */
import { emptyContent } from '#domain/attempt/merge.ts';
import type { SealedProgress } from '../sealed/sealed-files.ts';
import type { Core } from './core.ts';
import type { Desk } from './desk.ts';
import type { KioskError, KioskSnapshot, KioskUpload, Light, Stage } from './kiosk.types.ts';

/** What only kiosk.ts knows. */
export interface Moment {
  /** Before the first look at the store, while another tab has the place, in full work, or unable to work at all. */
  phase: 'starting' | 'other-tab' | 'running' | 'refused';
  error: KioskError | null;
  busy: boolean;
  /** On the timers' clock; null while connected. */
  lostAt: number | null;
  /** Box wall time of the last write on this machine. */
  savedWall: number | null;
  sealed: SealedProgress | null;
  uploads: KioskUpload[];
  making: boolean;
}

const NOTHING = emptyContent();

/** The desk that is shown. */
export function shownDesk(core: Core): Desk | null {
  return core.desk && !core.desk.hidden ? core.desk : null;
}

export function takeSnapshot(core: Core | null, moment: Moment): KioskSnapshot {
  const desk = core ? shownDesk(core) : null;
  const content = desk?.writing.content ?? NOTHING;
  const now = core?.deps.timers.now() ?? 0;
  const { journal, outbox, record } = desk ?? {};
  return {
    stage: stageOf(core, desk, moment),
    connected: moment.lostAt === null && moment.phase === 'running',
    offlineSince: moment.lostAt === null ? null : now - moment.lostAt,
    light: core && desk ? lightOf(core, desk, moment.lostAt === null) : 'none',
    savedWall: latest(outbox?.wall ?? null, moment.savedWall),
    siteName: core?.box?.siteName ?? '',
    demo: core?.demo ?? false,
    machineSeat: core?.machineSeat ?? null,
    machineName: core?.machineName ?? null,
    walkRoom: core?.walkRoom ?? null,
    attempt: record?.state ?? null,
    sealed: desk ? moment.sealed : null,
    paper: desk ? (core?.paper() ?? null) : null,
    answers: content.answers,
    marks: content.marks,
    item: content.item,
    seen: content.seen,
    plays: content.plays,
    pending:
      journal && outbox
        ? journal.head.rev - outbox.acked + (record?.submission && !record.receipt ? 1 : 0)
        : 0,
    uploads: desk ? moment.uploads : [],
    notices:
      record?.notices.map(({ notice, text, zh, en, wall, seen }) => ({ notice, text, zh, en, wall, seen })) ??
      [],
    receipt: record?.receipt ?? null,
    receiptAgrees: record?.receiptAgrees ?? null,
    error: errorOf(core, desk, moment),
    busy: moment.busy || moment.making,
  };
}

function stageOf(core: Core | null, desk: Desk | null, moment: Moment): Stage {
  if (moment.phase === 'other-tab') return 'other-tab';
  if (moment.phase === 'refused') return 'blocked';
  if (!core || moment.phase === 'starting') return 'starting';
  if (core.writer.conflict || desk?.record.fenced) return 'blocked';
  // A refusal of the box stops nobody who is writing: everything is kept here.
  if (core.refusal && !desk?.writable) return 'blocked';
  if (!desk) {
    if (!core.welcomed) return 'starting';
    return core.machineSeat ? 'seat' : 'enrol';
  }
  const { receipt, submission, state } = desk.record;
  if (receipt) return 'done';
  if (submission) return submission.by === 'time' ? 'time-up' : 'sealed';
  switch (state.status) {
    case 'identified':
      return 'confirm';
    case 'confirmed':
      return 'pledge';
    case 'waiting':
      return 'waiting';
    case 'writing':
      return core.paper() ? 'exam' : 'waiting';
    case 'ended':
      return 'time-up';
    case 'submitted':
      return 'sealed';
  }
}

function errorOf(core: Core | null, desk: Desk | null, moment: Moment): KioskError | null {
  if (core?.writer.conflict) return { code: 'kiosk/other-tab' };
  if (desk?.record.fenced) return { code: desk.record.fenced };
  if (core?.writer.failing) return { code: 'kiosk/storage' };
  return moment.error ?? core?.refusal ?? null;
}

/** What the candidate may rely on for the last thing written. */
export function lightOf(core: Core, desk: Desk, connected: boolean): Light {
  const { journal, outbox, writing } = desk;
  const { rev } = journal.head;
  const onBox = outbox.attached && outbox.acked >= rev && !writing.typing;
  if (core.writer.failing && !onBox) return 'failed';
  // What a fenced stream still brings to the box is kept apart there: it is safe, and not among the answers.
  if (desk.record.fenced) return connected ? 'machine' : 'offline';
  const { answers, item } = writing.content;
  const blank = rev === 0 && item === null && Object.keys(answers).length === 0;
  if (blank && !writing.typing) return connected ? 'none' : 'offline';
  if (writing.typing || (journal.durable < rev && !core.writer.failing)) return 'saving';
  if (!connected) return 'offline';
  if (!onBox) return 'machine';
  return rev > journal.base.rev && outbox.ackedBoth >= rev ? 'both' : 'server';
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
