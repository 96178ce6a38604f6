/** A release over the line: the release identity sealed for one box, signed by headquarters (protocol/package.ts). */
import { openFile, recipientOf, sealFile } from '#node/sealing/age-file.ts';
import type { BoxKey } from '#node/signing/box-key.ts';
import { readDocument, signDocument } from '#node/signing/signed-document.ts';
import { ReleaseDocumentSchema } from '#protocol/hq.schema.ts';
import type { SignedDocument } from '#protocol/hq.ts';
import { RELEASE_PURPOSE, type ReleaseDocument } from '#protocol/package.ts';

/**
 * @param identity the session's release identity, `AGE-SECRET-KEY-1…`
 * @param to the box's age recipient
 * @param at headquarters' wall time
 */
export async function makeRelease(
  of: { site: string; session: string; identity: string; to: string; at: number },
  key: BoxKey,
): Promise<SignedDocument> {
  const recipient = await recipientOf(of.identity);
  if (recipient === null) throw new TypeError('not an age identity');
  const sealed = Buffer.from(await sealFile(Buffer.from(of.identity), of.to)).toString('base64');
  const { site, session, at } = of;
  const document: ReleaseDocument = { v: 1, site, session, recipient, sealed, hq: key.publicKey, at };
  return signDocument(RELEASE_PURPOSE, document, key);
}

/** The document, when headquarters `hq` signed it; else null. Whose site, session and recipient it names is for the caller. */
export function readRelease(signed: SignedDocument, hq: string): ReleaseDocument | null {
  const document = readDocument(RELEASE_PURPOSE, signed, hq, ReleaseDocumentSchema);
  return document?.hq === hq ? document : null;
}

/** The release identity in it, or null where it is not sealed for this box or is not the one that it names. */
export async function openRelease(document: ReleaseDocument, boxIdentity: string): Promise<string | null> {
  try {
    const bytes = await openFile(Buffer.from(document.sealed, 'base64'), boxIdentity);
    const identity = Buffer.from(bytes).toString('utf8');
    return (await recipientOf(identity)) === document.recipient ? identity : null;
  } catch {
    return null;
  }
}
