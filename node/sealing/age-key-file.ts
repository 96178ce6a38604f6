/**
 * The box's own age identity: session packages and releases are sealed for it. One line, mode 0600, made once and never
 * overwritten: with another one, what headquarters has sealed for this box could not be opened.
 */
import { readFile } from 'node:fs/promises';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { closeToOthers } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { generateIdentity, recipientOf, type SealIdentity } from './age-file.ts';

/** Its name inside the keys folder. */
export const AGE_KEY_FILE = 'box-age.txt';

/**
 * Loads the identity, or makes and saves it the first time. Of two processes at once, both get the same. Throws
 * `key/damaged` where the file holds no X25519 identity. A file that others may read is closed to them.
 */
export async function ensureAgeIdentity(path: string): Promise<SealIdentity> {
  const here = await load(path);
  if (here !== null) return here;
  const { identity } = await generateIdentity();
  try {
    await writeDurably(path, `${identity}\n`, { mode: 0o600, exclusive: true });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const made = await load(path);
  if (made === null) throw new MachineryError('key/missing', { path });
  return made;
}

async function load(path: string): Promise<SealIdentity | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const identity = text.trim();
  const recipient = await recipientOf(identity);
  if (recipient === null) throw new MachineryError('key/damaged', { path, reason: 'not an age identity' });
  await closeToOthers(path);
  return { identity, recipient };
}
