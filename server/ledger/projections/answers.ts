/** Projectors of answers: streams advance, contents change, attempts are handed in. */
import { hash } from 'node:crypto';
import { applyRevision } from '#domain/attempt/merge.ts';
import { encodeRevision, parseStream } from '#domain/attempt/revision.ts';
import type { Revision } from '#protocol/revision.ts';
import type { ProjectedEvent, ProjectionContext, Projectors } from './context.ts';
import { ProjectionError } from './projection-error.ts';
import type { StreamState } from './stream-states.ts';

function streamOf(to: ProjectionContext, stream: string, event: ProjectedEvent): StreamState {
  const parts = parseStream(stream);
  if (!parts || parts.attempt !== event.attempt)
    throw new ProjectionError(`${stream} is not of attempt ${event.attempt}`);
  return to.streams.get(parts.attempt, parts.epoch);
}

/** Every revision received advances its stream, whatever becomes of its content: the chain has no holes. */
function advance(to: ProjectionContext, state: StreamState, rev: number, hash: string, wall: number): void {
  if (rev !== state.rev + 1)
    throw new ProjectionError(`rev ${rev} after ${state.rev} in ${state.attempt}.${state.epoch}`);
  state.rev = rev;
  state.hash = hash;
  state.lastWall = wall;
  to.streams.touch(state);
}

function checkChain(state: StreamState, revision: Revision): string {
  if (revision.prev !== state.hash)
    throw new ProjectionError(`rev ${revision.rev} does not continue the chain`);
  return hash('sha256', encodeRevision(revision), 'base64url');
}

type Kinds =
  | 'ANSWER_REVISED'
  | 'REVISION_REFUSED'
  | 'REVISION_CONFLICT'
  | 'REVISION_QUARANTINED'
  | 'HEAD_SIGNED'
  | 'UPLOAD_STORED'
  | 'ATTEMPT_TIMED_UP'
  | 'ATTEMPT_SUBMITTED';

export const answerProjectors: Projectors<Kinds> = {
  ANSWER_REVISED(to, body, event) {
    const revision = body as Revision;
    const state = streamOf(to, revision.stream, event);
    const hash = checkChain(state, revision);
    advance(to, state, revision.rev, hash, event.wall);
    const code = applyRevision(state.content, revision);
    if (code !== null) {
      to.remarks.set(event.seq, code);
      return;
    }
    if ('resp' in revision.op) {
      let names = state.changed.get(revision.item);
      if (!names) {
        names = new Set();
        state.changed.set(revision.item, names);
      }
      names.add(revision.op.resp);
    } else state.placeChanged = true;
  },
  REVISION_REFUSED(to, body, event) {
    advance(to, streamOf(to, body.stream, event), body.rev, body.hash, event.wall);
  },
  REVISION_QUARANTINED(to, body, event) {
    const revision = body.revision as Revision;
    const state = streamOf(to, revision.stream, event);
    advance(to, state, revision.rev, checkChain(state, revision), event.wall);
    to.run(
      'INSERT INTO quarantine (seq, attempt, stream, rev, lane) VALUES (?, ?, ?, ?, ?)',
      event.seq,
      event.attempt,
      revision.stream,
      revision.rev,
      body.lane,
    );
    to.one('UPDATE attempt SET quarantined = quarantined + 1 WHERE attempt = ?', event.attempt);
  },
  REVISION_CONFLICT(to, body, event) {
    const { attempt, epoch } = streamOf(to, body.stream, event);
    to.one('UPDATE stream SET conflicts = conflicts + 1 WHERE attempt = ? AND epoch = ?', attempt, epoch);
  },
  HEAD_SIGNED(to, body, event) {
    const { attempt, epoch } = streamOf(to, body.stream, event);
    to.one(
      'UPDATE stream SET signed_rev = ?, signed_hash = ?, sig = ? WHERE attempt = ? AND epoch = ?',
      body.rev,
      body.hash,
      body.sig,
      attempt,
      epoch,
    );
  },
  UPLOAD_STORED(to, body, event) {
    to.run(
      'INSERT INTO upload (attempt, sha256, item, resp, name, type, bytes) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, type = excluded.type',
      event.attempt,
      body.sha256,
      body.item,
      body.resp,
      body.name,
      body.type,
      body.bytes,
    );
  },
  ATTEMPT_TIMED_UP(to, body, event) {
    to.one('UPDATE attempt SET timed_up_at = ? WHERE attempt = ?', body.endsAt, event.attempt);
  },
  ATTEMPT_SUBMITTED(to, body, event) {
    to.one(
      'UPDATE attempt SET submitted_at = ?, receipt_code = ?, receipt = ?, receipt_sig = ? WHERE attempt = ? AND submitted_at IS NULL',
      event.at,
      body.receipt.code,
      JSON.stringify(body.receipt),
      body.receiptSig,
      event.attempt,
    );
  },
};
