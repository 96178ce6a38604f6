/** SHA-256 for the Merkle tree. In one call of the library: half the time of a hash object for bytes as few as these. */
import { hash } from 'node:crypto';
import type { Sha256 } from '#domain/ledger/merkle.ts';

export const sha256: Sha256 = (...parts) => hash('sha256', Buffer.concat(parts), 'buffer');
