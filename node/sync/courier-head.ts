/** The head of a courier file (protocol/hq.ts, "Courier"): all but the batch files, which follow it one after the other. */
import canonicalize from 'canonicalize';
import { type BoxKey, sign } from '#node/signing/box-key.ts';
import { COURIER_FORMAT, COURIER_PURPOSE, type CourierIndex } from '#protocol/hq.ts';

export function courierHead(index: CourierIndex, key: BoxKey): Uint8Array {
  const text = canonicalize(index);
  if (text === undefined) throw new TypeError('no JSON form');
  return Buffer.from(`${COURIER_FORMAT}\n${text}\n${sign(key, COURIER_PURPOSE, Buffer.from(text))}\n`);
}
