/** Whether a revision's content may be: the item and response exist, and the value fits (never whether it is right). */
import { checkResponse } from '#domain/papers/responses.ts';
import { ERRORS, type ErrorCode } from '#protocol/errors.ts';
import type { Revision } from '#protocol/revision.ts';
import type { ItemIndex } from '#server/papers/sealed-papers.ts';

const TYPED: ReadonlySet<string> = new Set(['string', 'integer', 'float']);

/** Null when it is fine, else the code that the refusal carries. */
export function checkContent(index: ItemIndex, revision: Revision): ErrorCode | null {
  const item = index.items.get(revision.item);
  if (!item) return 'revision/unknown-item';
  const { op } = revision;
  if (op.t === 'play') return index.media.has(op.media) ? null : 'revision/unknown-response';
  if (op.t !== 'set' && op.t !== 'splice') return null;
  const response = item.get(op.resp);
  if (!response) return 'revision/unknown-response';
  // Numbers are typed too.
  if (op.t === 'splice')
    return response.cardinality === 'single' && TYPED.has(response.base) ? null : 'response/shape';
  const code: string | null = checkResponse(response, op.v);
  if (code === null) return null;
  return code in ERRORS ? (code as ErrorCode) : 'response/shape';
}
