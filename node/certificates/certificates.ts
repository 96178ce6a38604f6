/**
 * The site's own certificate authority and the box's certificate (FEATURES M10, M15). In `dir`:
 *   authority.pem   private key and certificate of the authority, 0600; made once, never overwritten
 *   authority.crt   its certificate alone, to be installed on other devices; made again when it is missing
 *   server.pem      private key and certificate of the box, 0600; the certificate is renewed by itself
 *   document.pem    what signs documents, and documents.crt: document-certificate.ts
 * The box's key stays through renewals: kiosks pin its hash, and a key changed overnight would lock a site out.
 * Whoever wants a new key removes server.pem.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';
import { DAY_MS, issueAuthority, issueServer, newKey, subjectOf } from './issue.ts';
import { damaged, type KeyedCertificate, readKeyed, writeKeyed } from './pem-file.ts';
import { canonicalSubject, sameSubject } from './server-names.ts';

const RENEW_BEFORE_DAYS = 30;
/** No box is older than this; a clock before it has lost its battery, and an authority of 1970 would be dead at birth. */
const EARLIEST_CLOCK = Date.UTC(2025, 0, 1);

export interface Authority {
  /** PEM. */
  cert: string;
  /** Base64 SHA-256 of its public key: stays for the site's life, and the server sends the authority in its chain. */
  spkiHashBase64: string;
  notAfter: Date;
  /** Made just now. */
  created: boolean;
}

export interface ServerCertificate {
  /** PKCS#8 PEM. */
  key: string;
  /** The box's certificate, then the authority's: PEM, as `cert` of a TLS server. */
  chain: string;
  /** The box's certificate alone, PEM. */
  cert: string;
  /** The authority's certificate, PEM: what clients trust. */
  ca: string;
  /** Base64 SHA-256 of the box's public key, for Chromium's `--ignore-certificate-errors-spki-list`. */
  spkiHashBase64: string;
  caSpkiHashBase64: string;
  notAfter: Date;
  /** A certificate was issued just now. */
  renewed: boolean;
}

/** The authority in `dir`, made on the first start. Throws `certificate/damaged`, `certificate/clock`. */
export async function ensureAuthority(
  dir: string,
  { siteName, now }: { siteName: string; now: Date },
): Promise<Authority> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  let authority = await readAuthority(dir);
  let created = false;
  if (authority === null) {
    await refuseIfOrphaned(dir);
    if (now.getTime() < EARLIEST_CLOCK) throw wrongClock(now);
    const { privateKey, keyPem } = newKey();
    const certificatePem = await issueAuthority(privateKey, oneLine(siteName), now);
    created = await writeKeyed(join(dir, 'authority.pem'), { keyPem, certificatePem }, { exclusive: true });
    authority = await requireAuthority(dir);
  }
  await publish(dir, authority);
  const { certificate, certificatePem } = authority;
  return {
    cert: certificatePem,
    spkiHashBase64: spkiHash(certificate),
    notAfter: certificate.validToDate,
    created,
  };
}

/**
 * The box's certificate for these names and addresses, issued or renewed where needed: none there, other names, another
 * authority, fewer than 30 days left. Call it at start and daily. Throws `certificate/damaged` (also where there is no
 * authority yet), `certificate/name`, `certificate/expired`.
 */
export async function ensureServerCertificate(
  dir: string,
  { names, addresses, now }: { names: readonly string[]; addresses: readonly string[]; now: Date },
): Promise<ServerCertificate> {
  const subject = canonicalSubject({ names, addresses });
  const authority = await requireAuthority(dir);
  const path = join(dir, 'server.pem');
  const present = await readKeyed(path);

  let server = present;
  if (server === null || !stillGood(server, authority)) {
    if (now.getTime() >= authority.certificate.validToDate.getTime()) {
      throw new MachineryError('certificate/expired', { path: join(dir, 'authority.pem') });
    }
    const { privateKey, keyPem } = present ?? newKey();
    const certificatePem = await issueServer(privateKey, subject, authority, now);
    await writeKeyed(path, { keyPem, certificatePem }, { exclusive: present === null });
    server = await readKeyed(path);
    if (server === null) throw damaged(path, 'vanished while it was written');
  }

  return {
    key: server.keyPem,
    chain: server.certificatePem + authority.certificatePem,
    cert: server.certificatePem,
    ca: authority.certificatePem,
    spkiHashBase64: spkiHash(server.certificate),
    caSpkiHashBase64: spkiHash(authority.certificate),
    notAfter: server.certificate.validToDate,
    renewed: server !== present,
  };

  function stillGood({ certificate }: KeyedCertificate, issuer: KeyedCertificate): boolean {
    // Nothing can outlast the authority: a certificate that ends with it is not renewed day after day in vain.
    const end = certificate.validToDate.getTime();
    const fresh =
      end - now.getTime() >= RENEW_BEFORE_DAYS * DAY_MS || end >= issuer.certificate.validToDate.getTime();
    // A clock behind the certificate's beginning is a wrong clock, and no reason to issue another.
    return (
      fresh &&
      end > now.getTime() &&
      sameSubject(subjectOf(certificate), subject) &&
      certificate.checkIssued(issuer.certificate) &&
      certificate.verify(issuer.certificate.publicKey)
    );
  }
}

/** Base64 SHA-256 of the SubjectPublicKeyInfo, as in pins (RFC 7469, 2.4). */
export function spkiHash(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

async function readAuthority(dir: string): Promise<KeyedCertificate | null> {
  const path = join(dir, 'authority.pem');
  const authority = await readKeyed(path);
  if (authority === null) return null;
  const { certificate } = authority;
  if (
    !certificate.ca ||
    !certificate.checkIssued(certificate) ||
    !certificate.verify(certificate.publicKey)
  ) {
    throw damaged(path, 'not the certificate of an authority');
  }
  return authority;
}

/** The authority, for whoever issues below it. Throws `certificate/damaged`, also where there is none. */
export async function requireAuthority(dir: string): Promise<KeyedCertificate> {
  const authority = await readAuthority(dir);
  if (authority === null) throw damaged(join(dir, 'authority.pem'), 'there is no authority');
  return authority;
}

/** A new authority beside remains of an old one would leave every device that trusts the old one outside. */
async function refuseIfOrphaned(dir: string): Promise<void> {
  for (const name of ['authority.crt', 'server.pem']) {
    const there = await readFile(join(dir, name)).then(
      () => true,
      (error: unknown) => systemCode(error) !== 'ENOENT',
    );
    // The check comes after the authority was not found, and another process may have made it in between.
    if (there && (await readAuthority(dir)) === null) {
      throw damaged(join(dir, 'authority.pem'), `missing, but ${name} is there`);
    }
  }
}

async function publish(dir: string, { certificatePem }: KeyedCertificate): Promise<void> {
  const path = join(dir, 'authority.crt');
  const present = await readFile(path, 'latin1').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (present === certificatePem) return;
  await writeDurably(path, certificatePem, { mode: 0o644 });
}

function wrongClock(now: Date): MachineryError {
  return new MachineryError('certificate/clock', {
    now: Number.isNaN(now.getTime()) ? 'invalid' : now.toISOString(),
  });
}

/** A name without control characters: certificates and their readers take one line. */
export function oneLine(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim() || 'site'
  );
}
