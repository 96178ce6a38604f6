/**
 * Headquarters' secrets, in `<data>/keys`, the same for all replicas: the Ed25519 key that signs receipts, packages and
 * releases; the age identity that batches are sealed for; the secret that tokens are made with. Made at the first start.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { setting } from '#db/hq/schema.ts';
import type { Database } from '#hq/platform/database.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { ensureAgeIdentity } from '#node/sealing/age-key-file.ts';
import { type BoxKey, closeToOthers, ensureBoxKey } from '#node/signing/box-key.ts';

/** Of the key that signs; the importing process reads it for itself. */
export const HQ_KEY_FILE = 'hq-key.pem';
const SECRET_BYTES = 32;
const RECIPIENT = /^age1[ac-hj-np-z02-9]{58}$/;

export interface HqKeys {
  /** Signs. */
  key: BoxKey;
  /** Opens what is sealed for headquarters: `AGE-SECRET-KEY-1…`. */
  identity: string;
  /** The recipient of `identity` first, then those kept elsewhere. */
  recipients: string[];
  /** HMAC-SHA-256 (base64url) of a text for one purpose, by the secret that all replicas share. */
  mac(purpose: string, text: string): string;
}

/** Throws `key/…` for damaged files, `hq/escrow` for recipients that are none. */
export async function openKeys(data: string, escrow: string): Promise<HqKeys> {
  const folder = join(data, 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = await ensureBoxKey(join(folder, HQ_KEY_FILE));
  const { identity, recipient } = await ensureAgeIdentity(join(folder, 'hq-age.txt'));
  const secret = await ensureSecret(join(folder, 'hq-secret.bin'));
  return {
    key,
    identity,
    recipients: [recipient, ...(await escrowRecipients(escrow)).filter((other) => other !== recipient)],
    mac: (purpose, text) => createHmac('sha256', secret).update(`${purpose}\n${text}`).digest('base64url'),
  };
}

/** Compares in constant time. */
export function sameMac(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The database remembers whose it is: with other keys receipts would be a stranger's, and what is sealed in it could not
 * be opened. Throws `hq/other-keys`.
 */
export async function bindKeys(db: Database, keys: HqKeys): Promise<void> {
  const own = { hq: keys.key.publicKey, recipient: keys.recipients[0] ?? '' };
  await db.transaction(async (tx) => {
    for (const [name, value] of Object.entries(own)) {
      await tx.orm.insert(setting).values({ key: name, value }).onConflictDoNothing();
      const [row] = await tx.orm.select().from(setting).where(eq(setting.key, name));
      if (row?.value !== value) throw new HqError('hq/other-keys', { what: name, database: row?.value });
    }
  });
}

async function ensureSecret(path: string): Promise<Buffer> {
  const load = async (): Promise<Buffer | null> => {
    try {
      const bytes = await readFile(path);
      if (bytes.length !== SECRET_BYTES) throw new HqError('key/damaged', { path });
      await closeToOthers(path);
      return bytes;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  };
  const here = await load();
  if (here) return here;
  try {
    await writeDurably(path, randomBytes(SECRET_BYTES), { mode: 0o600, exclusive: true });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const made = await load();
  if (!made) throw new HqError('key/missing', { path });
  return made;
}

async function escrowRecipients(path: string): Promise<string[]> {
  if (path === '') return [];
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new HqError('hq/escrow', { file: path, problem: systemCode(error) ?? 'unreadable' });
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const recipients = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = recipients.findIndex((line) => !RECIPIENT.test(line));
  if (wrong >= 0)
    throw new HqError('hq/escrow', { file: path, problem: 'not an age recipient', entry: wrong + 1 });
  if (recipients.length > 15) throw new HqError('hq/escrow', { file: path, problem: 'more than 15' });
  return recipients;
}
