/**
 * What a signature was given for stands at the head of the signed bytes, so that a signature for one thing is never
 * one for another (DESIGN, "Life of an answer" 4).
 */

export type Purpose = `gongyuan/${string}/v${number}`;

const PURPOSE = /^gongyuan\/[a-z0-9-]+\/v[1-9][0-9]*$/;

/** UTF-8 of the purpose, a line feed, the message. Throws `TypeError` for a purpose out of form: a programmer's fault. */
export function purposed(purpose: Purpose, message: Uint8Array): Uint8Array {
  if (!PURPOSE.test(purpose)) throw new TypeError(`not a purpose: ${JSON.stringify(purpose)}`);
  const head = Buffer.from(`${purpose}\n`, 'utf8');
  return Buffer.concat([head, message]);
}
