/**
 * Encoding and checking of revisions: the hot path of the whole system. `encodeRevision` writes canonical JSON
 * (RFC 8785) in a fixed order; a property test holds it equal to the `canonicalize` package and `checkRevision` equal
 * to the schema in protocol/revision.schema.ts. A frame that differs from the re-encoding of what it parses to is refused,
 * which also refuses unknown fields, doubled keys and numbers written in another way.
 */
import type { ResponseValue } from '#protocol/paper.ts';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import {
  REVISION_LIMITS,
  type Revision,
  type RevisionOp,
  STREAM_PURPOSE,
  type StreamId,
} from '#protocol/revision.ts';

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const HASH = /^[A-Za-z0-9_-]{43}$/;
const HEX = /^[0-9a-f]{64}$/;
const STREAM = /^at_[0-9a-hjkmnp-tv-z]{16}\.[1-9][0-9]{0,5}$/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** JSON.stringify of a well-formed string is its RFC 8785 form. */
const quote = JSON.stringify as (text: string) => string;

/** Canonical JSON of a value; the shapes are those of `ResponseValue`. */
export function encodeValue(v: ResponseValue): string {
  if (v === null || typeof v === 'string') return v === null ? 'null' : quote(v);
  if (Array.isArray(v)) return JSON.stringify(v);
  return `{"bytes":${v.bytes},"name":${quote(v.name)},"sha256":"${v.sha256}","type":${quote(v.type)}}`;
}

function encodeOp(op: RevisionOp): string {
  switch (op.t) {
    case 'set':
      return `{"resp":${quote(op.resp)},"t":"set","v":${encodeValue(op.v)}}`;
    case 'splice':
      return `{"at":${op.at},"del":${op.del},"ins":${quote(op.ins)},"resp":${quote(op.resp)},"t":"splice"}`;
    case 'mark':
      return `{"on":${op.on},"t":"mark"}`;
    case 'go':
      return '{"t":"go"}';
    case 'play':
      return `{"media":${quote(op.media)},"ms":${op.ms},"plays":${op.plays},"t":"play"}`;
  }
}

/** The canonical bytes of a revision, as text; hash their UTF-8. */
export function encodeRevision(r: Revision): string {
  return `{"at":${r.at},"item":${quote(r.item)},"op":${encodeOp(r.op)},"prev":"${r.prev}","rev":${r.rev},"stream":"${r.stream}"}`;
}

/** The frame that carries revisions. */
export function encodeFrame(encoded: readonly string[]): string {
  return `{"e":[${encoded.join(',')}],"t":"rev"}`;
}

/** What the genesis hash of a stream is made of: it ties the chain to the machine's key. */
export function genesisText(stream: StreamId, deviceKey: string): string {
  return `${STREAM_PURPOSE}\n${stream}\n${deviceKey}`;
}

export function streamId(attempt: string, epoch: number): StreamId {
  return `${attempt}.${epoch}`;
}

/** Parts of a stream's name; null when it is none. */
export function parseStream(stream: string): { attempt: string; epoch: number } | null {
  if (!STREAM.test(stream)) return null;
  const dot = stream.indexOf('.');
  return { attempt: stream.slice(0, dot), epoch: Number(stream.slice(dot + 1)) };
}

export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}

const count = (n: unknown): n is number =>
  typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0);
const text = (s: unknown, most: number): s is string =>
  typeof s === 'string' && s.length <= most && isWellFormed(s);
const identifier = (s: unknown): s is string =>
  text(s, VALUE_LIMITS.identifier) && s.length > 0 && !CONTROL.test(s);

function isValue(v: unknown): v is ResponseValue {
  if (v === null) return true;
  if (typeof v === 'string') return text(v, VALUE_LIMITS.textUnits);
  if (Array.isArray(v)) {
    if (v.length > VALUE_LIMITS.values) return false;
    if (v.every((x) => typeof x === 'string')) return v.every((x) => text(x, VALUE_LIMITS.identifier));
    return v.every((x) => Array.isArray(x) && x.length === 2 && identifier(x[0]) && identifier(x[1]));
  }
  if (typeof v !== 'object') return false;
  const f = v as Record<string, unknown>;
  return (
    text(f['name'], 255) &&
    f['name'].length > 0 &&
    count(f['bytes']) &&
    typeof f['sha256'] === 'string' &&
    HEX.test(f['sha256']) &&
    text(f['type'], 127)
  );
}

function isOp(o: unknown): o is RevisionOp {
  if (typeof o !== 'object' || o === null) return false;
  const op = o as Record<string, unknown>;
  switch (op['t']) {
    case 'set':
      return identifier(op['resp']) && isValue(op['v']);
    case 'splice':
      return (
        identifier(op['resp']) &&
        count(op['at']) &&
        count(op['del']) &&
        text(op['ins'], REVISION_LIMITS.spliceUnits)
      );
    case 'mark':
      return typeof op['on'] === 'boolean';
    case 'go':
      return true;
    case 'play':
      return identifier(op['media']) && count(op['plays']) && count(op['ms']);
    default:
      return false;
  }
}

/**
 * The revision if `x` has its shape, else null. Unknown fields are not looked for: comparing the re-encoding with the
 * bytes received finds them.
 */
export function checkRevision(x: unknown): Revision | null {
  if (typeof x !== 'object' || x === null) return null;
  const r = x as Record<string, unknown>;
  const ok =
    count(r['at']) &&
    identifier(r['item']) &&
    isOp(r['op']) &&
    typeof r['prev'] === 'string' &&
    HASH.test(r['prev']) &&
    count(r['rev']) &&
    r['rev'] >= 1 &&
    r['rev'] <= REVISION_LIMITS.perStream &&
    typeof r['stream'] === 'string' &&
    STREAM.test(r['stream']);
  return ok ? (x as Revision) : null;
}
