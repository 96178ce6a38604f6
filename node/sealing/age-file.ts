/**
 * Files in the age v1 format for native X25519 recipients: any age tool opens them. Whole files in memory: a paper's
 * plain text never touches a disk, and the parts of a paper are small.
 */
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { MachineryError } from '#node/signing/machinery-error.ts';

/** X25519 only: post-quantum and hardware recipients have other prefixes and the candidates' browsers do not open them. */
const RECIPIENT = /^age1[ac-hj-np-z02-9]{58}$/;
const IDENTITY = /^AGE-SECRET-KEY-1[AC-HJ-NP-Z02-9]{58}$/;

export interface SealIdentity {
  /** Secret, `AGE-SECRET-KEY-1…`. */
  identity: string;
  /** Public, `age1…`. */
  recipient: string;
}

export async function generateIdentity(): Promise<SealIdentity> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recipient of an identity, or `null` where the text is no X25519 identity (its checksum tells). */
export async function recipientOf(identity: string): Promise<string | null> {
  if (!IDENTITY.test(identity)) return null;
  try {
    return await identityToRecipient(identity);
  } catch {
    return null;
  }
}

/** Throws `seal/recipient` where `recipient` is no X25519 recipient. Two seals of the same bytes differ. */
export async function sealFile(bytes: Uint8Array, recipient: string): Promise<Uint8Array> {
  return sealFileFor(bytes, [recipient]);
}

/** The same for several: each of them opens it. Throws `seal/recipient`, `TypeError` for none. */
export async function sealFileFor(bytes: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  if (recipients.length === 0) throw new TypeError('nobody to seal it for');
  const encrypter = new Encrypter();
  for (const recipient of recipients)
    try {
      if (!RECIPIENT.test(recipient)) throw new Error('not an X25519 recipient');
      encrypter.addRecipient(recipient);
    } catch (cause) {
      throw new MachineryError('seal/recipient', { recipient: recipient.slice(0, 80) }, { cause });
    }
  return encrypter.encrypt(bytes);
}

/**
 * Throws `seal/wrong-identity` where the identity is malformed or not the file's, `paper/tampered` where the file is
 * damaged, cut short or no age file. Errors never carry the identity.
 */
export async function openFile(ciphertext: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  try {
    if (!IDENTITY.test(identity)) throw new Error('not an X25519 identity');
    decrypter.addIdentity(identity);
  } catch {
    throw new MachineryError('seal/wrong-identity', { reason: 'malformed identity' });
  }
  try {
    return await decrypter.decrypt(ciphertext);
  } catch (cause) {
    // The library has no error classes; this is its one message for a file that was sealed for somebody else.
    const foreign = cause instanceof Error && cause.message.startsWith('no identity matched');
    if (foreign)
      throw new MachineryError('seal/wrong-identity', { reason: 'sealed for another recipient' }, { cause });
    throw new MachineryError('paper/tampered', { reason: 'the sealed file is damaged' }, { cause });
  }
}
