/**
 * What a site asks of headquarters (T5 P14): a re-sit, a candidate corrected or added, another late change. Headquarters'
 * answer is a signed decision; where it cannot be asked, the chief decides what a chief may, and headquarters hears of
 * it with the next batch. An attempt that is set aside is kept.
 */
import canonicalize from 'canonicalize';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { previewRoster } from '#domain/roster/preview.ts';
import type { RosterMapping } from '#domain/roster/table.ts';
import { verify } from '#node/signing/box-key.ts';
import type { RequestBody } from '#protocol/delivery.schema.ts';
import type { RequestRow } from '#protocol/delivery.ts';
import { DecisionSchema } from '#protocol/hq.schema.ts';
import { DECISION_PURPOSE, type Decision, type SignedDocument } from '#protocol/hq.ts';
import type { Actor } from '#protocol/ledger.ts';
import type { PlanEntry } from '#protocol/package.ts';
import { selectOptionalAttemptOfEntry } from '#server/attempts/attempts.repo.ts';
import type { NewEvent } from '#server/ledger/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { newId } from '#server/platform/ids.ts';
import { Statements } from '#server/platform/statements.ts';
import type { Turns } from '#server/platform/turns.ts';
import {
  selectEntryOfPerson,
  selectHasExam,
  selectIsAbsent,
  selectOptionalAsked,
  selectOptionalCandidate,
  selectOptionalEntry,
  selectOptionalHq,
  selectOptionalRequest,
  selectRequests,
  selectSubjects,
} from './requests.repo.ts';

type Asked = Static<typeof RequestBody>;
type AskedEntry = NonNullable<Asked['entry']>;

const decisionShape = Compile(DecisionSchema);

/** The columns in which one person is put before the roster's rules. */
const COLUMNS = ['ticket', 'name', 'gender', 'idNumber', 'school', 'subjectCode', 'subjectName'] as const;
const MAPPING: RosterMapping = {
  headerRow: -1,
  columns: Object.fromEntries(COLUMNS.map((field, column) => [field, column])),
};

export class RequestsService {
  readonly #deps: Deps;
  readonly #turns: Turns;
  readonly #s: Statements;

  constructor(deps: Deps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#s = new Statements(deps.db);
  }

  /** Newest first. */
  list(): RequestRow[] {
    return selectRequests(this.#s);
  }

  /** Throws `thing/not-found`, `request/asked-already`, `request/not-over`, `request/not-absent`, `request/entry`, `request/text`. */
  ask(body: Asked, by: Actor): Promise<RequestRow> {
    return this.#turns.take(async () => {
      if (!selectHasExam(this.#s, body.exam)) throw new BoxError('thing/not-found', { exam: body.exam });
      const { attempt, entry } = this.#about(body);
      const request = newId('request');
      await this.#deps.ledger.append([
        {
          kind: 'REQUEST_MADE',
          body: {
            request,
            kind: body.kind,
            exam: body.exam,
            reason: body.reason,
            attempt,
            entry,
            text: body.text ?? '',
          },
          by,
        },
      ]);
      return this.#require(request);
    });
  }

  /**
   * The chief's own decision. Throws `thing/not-found`, `request/decided`, `request/own` (two people), `request/above`
   * (a re-sit is headquarters' to grant, as long as there is one).
   */
  decide(request: string, granted: boolean, reason: string, by: Actor): Promise<RequestRow> {
    return this.#turns.take(async () => {
      const asked = this.#require(request);
      if (asked.state !== 'asked') throw new BoxError('request/decided');
      if (asked.staff === by.staff) throw new BoxError('request/own');
      if (asked.kind === 'resit' && selectOptionalHq(this.#s) !== null) throw new BoxError('request/above');
      const body = { request, granted, by: 'chief' as const, reason, text: '', signature: '' };
      await this.#deps.ledger.append([
        { kind: 'REQUEST_DECIDED', body, by },
        ...this.#effects(asked, granted, by),
      ]);
      return this.#require(request);
    });
  }

  /**
   * Headquarters' decision, as it came. Throws `request/decision` for one that headquarters did not sign, or for another
   * site. One about something decided already, or never asked here, is only counted.
   */
  takeDecision({ text, signature }: SignedDocument): Promise<Decision> {
    return this.#turns.take(async () => {
      const hq = selectOptionalHq(this.#s);
      if (!hq) throw new BoxError('request/decision', { reason: 'no headquarters' });
      const decision = readDecision(text, signature, hq.key);
      if (decision?.site !== hq.site) throw new BoxError('request/decision');
      const asked = selectOptionalRequest(this.#s, decision.request);
      const { request, granted, reason, number } = decision;
      const events: NewEvent[] =
        asked?.state === 'asked'
          ? [
              {
                kind: 'REQUEST_DECIDED',
                body: { request, granted, by: 'headquarters', reason, text, signature },
              },
              ...this.#effects(asked, granted, undefined),
            ]
          : [];
      await this.#deps.ledger.append(events, { local: [{ t: 'hq-decisions', number }] });
      return decision;
    });
  }

  #about(body: Asked): { attempt: string | null; entry: PlanEntry | null } {
    switch (body.kind) {
      case 'resit':
        return this.#resit(body);
      case 'addendum':
        if (!body.entry) throw new BoxError('request/entry', { reason: 'nobody is named' });
        return { attempt: null, entry: this.#addendum(body.exam, body.entry) };
      case 'late-change':
        if (!body.text) throw new BoxError('request/text');
        return { attempt: null, entry: null };
    }
  }

  /** An attempt that is over, or somebody who was absent. */
  #resit({ exam, attempt, person: entry }: Asked): { attempt: string | null; entry: PlanEntry } {
    const named = attempt ?? selectOptionalAttemptOfEntry(this.#s, entry ?? '')?.attempt;
    const asked = named === undefined ? null : selectOptionalAsked(this.#s, named);
    if (named !== undefined && asked?.exam !== exam)
      throw new BoxError('thing/not-found', { attempt: named });
    const person = selectOptionalEntry(this.#s, exam, asked?.entry ?? entry ?? '');
    if (!person) throw new BoxError('thing/not-found', { entry: entry ?? '' });
    const open = selectRequests(this.#s).some(
      (one) => one.kind === 'resit' && one.state === 'asked' && one.entry?.entry === person.entry,
    );
    if (open || asked?.superseded) throw new BoxError('request/asked-already');
    if (asked && asked.over !== 1) throw new BoxError('request/not-over');
    if (!asked && !selectIsAbsent(this.#s, person.entry)) throw new BoxError('request/not-absent');
    return { attempt: asked?.attempt ?? null, entry: person };
  }

  /** The person as he is to stand on the roster, judged by the roster's rules against everybody else there. */
  #addendum(exam: string, wanted: AskedEntry): PlanEntry {
    const before =
      wanted.entry === undefined
        ? selectEntryOfPerson(this.#s, exam, wanted.idNumber, wanted.subject)
        : selectOptionalEntry(this.#s, exam, wanted.entry);
    if (wanted.entry !== undefined && !before) throw new BoxError('thing/not-found', { entry: wanted.entry });
    const subjects = selectSubjects(this.#s, exam);
    const subjectName = subjects.get(wanted.subject);
    if (subjectName === undefined)
      throw new BoxError('request/entry', { reason: 'subject', value: wanted.subject });
    if (before && before.subject !== wanted.subject)
      throw new BoxError('request/entry', { reason: 'subject', value: wanted.subject });

    const preview = previewRoster(
      {
        rows: [
          [
            wanted.ticket,
            wanted.name,
            wanted.gender === 'male' ? '男' : wanted.gender === 'female' ? '女' : '',
            wanted.idNumber,
            wanted.school,
            wanted.subject,
            subjectName,
          ],
        ],
        lineOfRow: [1],
      },
      MAPPING,
      [],
      { notAfter: new Date(this.#deps.clock.wall()).toISOString().slice(0, 10) },
    );
    const [read] = preview.entries;
    if (!preview.ok || !read)
      throw new BoxError('request/entry', {
        faults: preview.faults.map(({ field, code }) => `${field ?? ''} ${code}`.trim()).join(', '),
      });
    const owner = selectOptionalCandidate(this.#s, exam, read.idNumber);
    if (before && owner !== null && owner !== before.candidate) throw new BoxError('request/id-taken');
    const entry: PlanEntry = {
      entry: before?.entry ?? newId('entry'),
      candidate: before?.candidate ?? owner ?? newId('candidate'),
      idNumber: read.idNumber,
      ticket: read.ticket,
      name: read.name,
      gender: wanted.gender,
      school: read.school ?? '',
      subject: wanted.subject,
    };
    if (before && canonicalize(before) === canonicalize(entry)) throw new BoxError('request/unchanged');
    const holder = this.#s.get<{ candidate: string }>(
      'SELECT candidate FROM entry WHERE exam = ? AND ticket = ? AND candidate <> ?',
      exam,
      entry.ticket,
      entry.candidate,
    );
    if (holder) throw new BoxError('request/ticket-taken');
    return entry;
  }

  #effects(asked: RequestRow, granted: boolean, by: Actor | undefined): NewEvent[] {
    if (!granted || asked.kind !== 'addendum' || !asked.entry) return [];
    const body = { exam: asked.exam, entry: asked.entry, package: null, request: asked.request };
    return [{ kind: 'ROSTER_AMENDED', body, by }];
  }

  #require(request: string): RequestRow {
    const found = selectOptionalRequest(this.#s, request);
    if (!found) throw new BoxError('thing/not-found', { request });
    return found;
  }
}

/** The decision, when `hq` (base64url) signed exactly these bytes and they are in form; else null. */
export function readDecision(text: string, signature: string, hq: string): Decision | null {
  if (!verify(hq, DECISION_PURPOSE, Buffer.from(text), signature)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return decisionShape.Check(value) && value.hq === hq && canonicalize(value) === text ? value : null;
  } catch {
    return null;
  }
}
