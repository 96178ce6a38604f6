/**
 * Writing: what the candidate does becomes changes in the journal, and the journal's content is what the screen shows.
 * Text goes as splices with a full value now and then (DESIGN "Life of an answer", 2).
 */
import {
  type AttemptContent,
  applyRevision,
  getAnswer,
  spliceOf,
  splitSplice,
  wellFormed,
} from '#domain/attempt/merge.ts';
import { type ResponseValue, VALUE_LIMITS } from '#protocol/paper.ts';
import { REVISION_LIMITS, type Revision, type RevisionOp } from '#protocol/revision.ts';
import type { Timers } from '../clock/timers.ts';
import type { Journal } from '../journal/journal.ts';
import { keyOf, Typing } from './typing.ts';

/** Text up to this length is always sent whole: it is no larger than a splice with its surroundings, and stands alone. */
const SHORT_UNITS = 256;

export interface WritingDeps {
  journal: Journal;
  timers: Timers;
  /** What the box held when the stream began; empty for a first stream. */
  base: AttemptContent;
  /** Revisions of this stream whose content the box did not take. */
  refused: ReadonlySet<number>;
  /** Box time in milliseconds. */
  at(): number;
  /** Longest text of a response in UTF-16 units, where the paper says one. */
  maxChars(item: string, response: string): number | null;
  changed(): void;
  problem(code: string): void;
}

export class Writing {
  readonly #deps: WritingDeps;
  readonly #typing: Typing;
  #refused: Set<number>;
  #content: AttemptContent;
  /** Splices since the last full value of a response; absent: not written in this stream. */
  #splices = new Map<string, number>();

  constructor(deps: WritingDeps) {
    this.#deps = deps;
    this.#refused = new Set(deps.refused);
    this.#content = this.#replay();
    this.#typing = new Typing(deps.timers, (item, response, text) => this.#text(item, response, text));
  }

  /** Never changed in place: every change makes new objects along its path. */
  get content(): AttemptContent {
    return this.#content;
  }

  get typing(): boolean {
    return this.#typing.pending;
  }

  answer(item: string, response: string, value: ResponseValue): void {
    this.#typing.forget(item, response);
    const whole = formed(value);
    if (sameValue(getAnswer(this.#content.answers, item, response), whole)) return;
    const op: RevisionOp = { t: 'set', resp: response, v: whole };
    if (typeof whole === 'string' && !this.#fits(item, op)) this.#text(item, response, whole);
    else this.#append(item, op);
  }

  type(item: string, response: string, text: string): void {
    if (this.#typing.type(item, response, text)) this.#deps.changed();
  }

  /** Everything typed goes to the journal now. */
  flush(): void {
    this.#typing.flush();
  }

  mark(item: string, on: boolean): void {
    if (this.#content.marks.has(item) !== on) this.#append(item, { t: 'mark', on });
  }

  go(item: string): void {
    if (this.#content.item === item) return;
    this.leave();
    this.#append(item, { t: 'go' });
  }

  play(item: string, media: string, plays: number, ms: number): void {
    this.#append(item, { t: 'play', media, plays, ms: Math.max(0, Math.round(ms)) });
  }

  /** The candidate leaves the item or hands in: text that went as splices is written once in full. */
  leave(): void {
    this.flush();
    for (const [key, count] of this.#splices) {
      if (count === 0) continue;
      const [item = '', response = ''] = key.split('\n');
      const text = getAnswer(this.#content.answers, item, response);
      if (typeof text === 'string') this.#full(item, response, text);
    }
  }

  /**
   * The box did not take the content of `rev`. The content is what the other revisions make of it; text whose splice
   * missed is written again in full as the candidate sees it.
   */
  refuse(rev: number, code: string): void {
    if (this.#refused.has(rev)) return;
    this.flush();
    this.#refused.add(rev);
    const shown = this.#content;
    const counts = new Map(this.#splices);
    this.#content = this.#replay();
    const revision = this.#revision(rev);
    if (code === 'revision/splice-range' && revision?.op.t === 'splice') {
      const { item } = revision;
      const { resp } = revision.op;
      const text = getAnswer(shown.answers, item, resp);
      const now = getAnswer(this.#content.answers, item, resp);
      if (typeof text === 'string' && text !== now) this.#whole(item, resp, text);
      else for (const [key, count] of counts) this.#splices.set(key, count);
    } else this.#deps.problem(code);
    this.#deps.changed();
  }

  /** Writes what `from` holds and this does not, for the responses named; see session.ts, "carrying over". */
  carry(
    from: AttemptContent,
    touched: { answers: Iterable<[item: string, response: string]>; marks: Iterable<string>; item: boolean },
  ): void {
    for (const [item, response] of touched.answers)
      this.answer(item, response, getAnswer(from.answers, item, response));
    for (const item of touched.marks) this.mark(item, from.marks.has(item));
    for (const [media, { plays, ms }] of Object.entries(from.plays)) {
      const known = Object.hasOwn(this.#content.plays, media) ? this.#content.plays[media] : undefined;
      // How often a medium was started must never go down by a change of streams (S14).
      const item = from.item ?? this.#content.item;
      if (item !== null && (!known || plays > known.plays)) this.play(item, media, plays, ms);
    }
    if (touched.item && from.item !== null) this.go(from.item);
  }

  #text(item: string, response: string, typed: string): void {
    const text = this.#limited(item, response, wellFormed(typed));
    const before = getAnswer(this.#content.answers, item, response);
    const was = typeof before === 'string' ? before : '';
    if (text === was) return;
    const count = this.#splices.get(keyOf(item, response));
    const unknown = before !== null && (count === undefined || typeof before !== 'string');
    const due = unknown || (count ?? 0) >= REVISION_LIMITS.fullEvery || text.length <= SHORT_UNITS;
    if (due && this.#full(item, response, text)) return;
    // What a splice is based on must be in this stream, or it could miss.
    if (unknown) this.#whole(item, response, text);
    else this.#splice(item, response, was, text);
  }

  /** As one `set`; false when it doesn't fit into an entry. */
  #full(item: string, response: string, text: string): boolean {
    const op: RevisionOp = { t: 'set', resp: response, v: text };
    if (!this.#fits(item, op)) return false;
    return this.#append(item, op);
  }

  /** As one `set`, or emptied and spliced together anew. */
  #whole(item: string, response: string, text: string): void {
    if (this.#full(item, response, text)) return;
    this.#append(item, { t: 'set', resp: response, v: '' });
    this.#splice(item, response, '', text);
  }

  #splice(item: string, response: string, was: string, text: string): void {
    const splice = spliceOf(was, text);
    if (!splice) return;
    for (const { at, del, ins } of splitSplice(splice))
      this.#append(item, { t: 'splice', resp: response, at, del, ins });
  }

  #limited(item: string, response: string, text: string): string {
    const most = Math.min(
      VALUE_LIMITS.textUnits,
      this.#deps.maxChars(item, response) ?? Number.POSITIVE_INFINITY,
    );
    if (text.length <= most) return text;
    this.#deps.problem('response/too-long');
    return wellFormed(text.slice(0, most)).replace(/\uFFFD$/, '');
  }

  #append(item: string, op: RevisionOp): boolean {
    const { journal } = this.#deps;
    const entry = journal.append({ item, op, at: Math.max(0, Math.round(this.#deps.at())) });
    if (!entry) {
      this.#deps.problem(
        journal.head.rev >= REVISION_LIMITS.perStream ? 'revision/too-many' : 'revision/too-large',
      );
      return false;
    }
    // Encoded from a revision a moment ago.
    this.#content = applied(this.#content, JSON.parse(entry.text) as Revision);
    this.#count(item, op);
    this.#deps.changed();
    return true;
  }

  #fits(item: string, op: RevisionOp): boolean {
    return this.#deps.journal.fits({ item, op, at: Math.max(0, Math.round(this.#deps.at())) });
  }

  #count(item: string, op: RevisionOp): void {
    if (op.t === 'set') this.#splices.set(keyOf(item, op.resp), 0);
    else if (op.t === 'splice') {
      const key = keyOf(item, op.resp);
      this.#splices.set(key, (this.#splices.get(key) ?? 0) + 1);
    }
  }

  #replay(): AttemptContent {
    const { base, journal } = this.#deps;
    this.#splices = new Map();
    const content = copyContent(base);
    for (const revision of journal.revisions()) {
      if (this.#refused.has(revision.rev)) continue;
      applyRevision(content, revision);
      this.#count(revision.item, revision.op);
    }
    return content;
  }

  #revision(rev: number): Revision | null {
    for (const revision of this.#deps.journal.revisions()) if (revision.rev === rev) return revision;
    return null;
  }
}

export function copyContent(content: AttemptContent): AttemptContent {
  const { answers, marks, item, plays, seen } = content;
  const copied = Object.fromEntries(Object.entries(answers).map(([name, of]) => [name, { ...of }]));
  return { answers: copied, marks: new Set(marks), item, plays: { ...plays }, seen: new Set(seen) };
}

/** `content` after `revision`, sharing with it what did not change. */
function applied(content: AttemptContent, revision: Revision): AttemptContent {
  const { op, item } = revision;
  const next = { ...content };
  if (op.t === 'set' || op.t === 'splice') {
    // A computed key makes an own property, whatever its name.
    const of = Object.hasOwn(content.answers, item) ? content.answers[item] : {};
    next.answers = { ...content.answers, [item]: { ...of } };
  } else if (op.t === 'mark') next.marks = new Set(content.marks);
  else if (op.t === 'go') next.seen = new Set(content.seen);
  else next.plays = { ...content.plays };
  applyRevision(next, revision);
  return next;
}

function formed(value: ResponseValue): ResponseValue {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null) return null;
  if (!Array.isArray(value)) return { ...value, name: wellFormed(value.name), type: wellFormed(value.type) };
  // Either all are texts or all are pairs, as they were.
  return value.map((one) =>
    typeof one === 'string' ? wellFormed(one) : [wellFormed(one[0]), wellFormed(one[1])],
  ) as ResponseValue;
}

export function sameValue(a: ResponseValue, b: ResponseValue): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
