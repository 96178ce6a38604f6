/**
 * The certificate that signs printed papers (FEATURES R2), a leaf of the site's authority. In `dir`:
 *   document.pem    its private key and certificate, 0600; both are made anew, by themselves, before the certificate ends
 *   documents.crt   every document certificate there ever was, newest last; a paper brings its own, this is the list
 * Old papers go on checking: their certificate is inside them, and the authority that signed it stays.
 */
import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { oneLine, requireAuthority } from './certificates.ts';
import { DAY_MS, documentSiteOf, issueDocument, nameInCertificate, newKey } from './issue.ts';
import { damaged, type KeyedCertificate, readKeyed, writeKeyed } from './pem-file.ts';

const RENEW_BEFORE_DAYS = 30;

/** Plain texts, so that it can be handed to a child process. */
export interface DocumentSigner {
  /** PKCS#8 PEM, P-256. */
  key: string;
  /** The document certificate, PEM. */
  cert: string;
  /** The authority's certificate, PEM. */
  ca: string;
  notAfter: Date;
}

/**
 * The site's document signer, issued or renewed where needed: none there, another name of the site, another authority,
 * fewer than 30 days left, a clock before its beginning. Costs two small reads when all is well: ask for it before each
 * paper. Throws `certificate/damaged` (also where there is no authority yet) and `certificate/expired`.
 */
export async function ensureDocumentCertificate(
  dir: string,
  { siteName, now }: { siteName: string; now: Date },
): Promise<DocumentSigner> {
  const name = nameInCertificate(oneLine(siteName));
  const authority = await requireAuthority(dir);
  const path = join(dir, 'document.pem');
  const present = await readKeyed(path);
  if (present !== null && stillGood(present, authority, name, now)) return signer(present, authority);

  if (now.getTime() >= authority.certificate.validToDate.getTime())
    throw new MachineryError('certificate/expired', { path: join(dir, 'authority.pem') });
  const { privateKey, keyPem } = newKey();
  const certificatePem = await issueDocument(privateKey, name, authority, now);
  // First into the list: no paper may bear a certificate that the list does not know.
  await remember(dir, certificatePem);
  await writeKeyed(path, { keyPem, certificatePem }, { exclusive: present === null });
  const made = await readKeyed(path);
  if (made === null) throw damaged(path, 'vanished while it was written');
  return signer(made, authority);
}

/** PEM of every document certificate of this site, oldest first. */
export async function documentCertificates(dir: string): Promise<string[]> {
  const text = await readFile(join(dir, 'documents.crt'), 'latin1').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  });
  return text.match(/-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n/g) ?? [];
}

async function remember(dir: string, certificatePem: string): Promise<void> {
  const known = await documentCertificates(dir);
  await writeDurably(join(dir, 'documents.crt'), [...known, certificatePem].join(''), { mode: 0o644 });
}

function stillGood(
  { certificate }: KeyedCertificate,
  issuer: KeyedCertificate,
  siteName: string,
  now: Date,
): boolean {
  const end = certificate.validToDate.getTime();
  const last = issuer.certificate.validToDate.getTime();
  const fresh = end - now.getTime() >= RENEW_BEFORE_DAYS * DAY_MS || end >= last;
  return (
    fresh &&
    end > now.getTime() &&
    documentSiteOf(certificate) === siteName &&
    certificate.checkIssued(issuer.certificate) &&
    certificate.verify(issuer.certificate.publicKey) &&
    startsInTime(certificate, issuer.certificate, now)
  );
}

/** Nothing begins before its authority: with a clock behind that, another certificate would be no better. */
function startsInTime(certificate: X509Certificate, issuer: X509Certificate, now: Date): boolean {
  const start = certificate.validFromDate.getTime();
  return start <= now.getTime() || start <= issuer.validFromDate.getTime();
}

function signer(document: KeyedCertificate, authority: KeyedCertificate): DocumentSigner {
  return {
    key: document.keyPem,
    cert: document.certificatePem,
    ca: authority.certificatePem,
    notAfter: document.certificate.validToDate,
  };
}
