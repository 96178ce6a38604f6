/** Makes the three kinds of certificate: the site's authority, the box's own and the one for documents. P-256 with SHA-256 throughout. */
import 'reflect-metadata';
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  type X509Certificate,
} from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
export const DAY_MS = 86_400_000;
export const AUTHORITY_DAYS = 3650;
/** Longest that browsers and operating systems take for a server (CA/Browser Forum baseline requirements). */
export const SERVER_DAYS = 397;
/** Documents have no such limit; they keep the same one, so that one leak ends by itself. */
export const DOCUMENT_DAYS = 397;
/** PCs in exam rooms have clocks that are days behind; a certificate from just now would not be valid to them. */
export const BACKDATED_DAYS = 7;
/** Upper bound of CN and O in X.520, in characters. */
const MAX_NAME = 64;

export function newKey(): { privateKey: KeyObject; keyPem: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/**
 * The authority's self-signed certificate, PEM. It may sign servers and nothing below it (pathlen 0). It carries no name
 * constraints: the site's names and addresses change, and a new authority would have to be installed on every device.
 */
export async function issueAuthority(privateKey: KeyObject, siteName: string, now: Date): Promise<string> {
  const keys = await webKeys(privateKey);
  const notBefore = new Date(now.getTime() - BACKDATED_DAYS * DAY_MS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: distinguishedName({ O: siteName, CN: `Gongyuan ${siteName}` }),
    notBefore,
    notAfter: new Date(notBefore.getTime() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pem(certificate);
}

export interface ServerSubject {
  /** Checked and in canonical form; see server-names.ts. */
  names: readonly string[];
  addresses: readonly string[];
}

/** The box's certificate, PEM, valid for at most `SERVER_DAYS` and never beyond its authority. */
export async function issueServer(
  serverKey: KeyObject,
  subject: ServerSubject,
  authority: { privateKey: KeyObject; certificate: X509Certificate },
  now: Date,
): Promise<string> {
  const { publicKey } = await webKeys(serverKey);
  const issuer = await webKeys(authority.privateKey);
  const parent = new x509.X509Certificate(authority.certificate.raw);
  // Never before the authority began: a box whose clock fell back to 1970 still makes a certificate that holds.
  const start = Math.max(now.getTime() - BACKDATED_DAYS * DAY_MS, parent.notBefore.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: distinguishedName({ CN: subject.names[0] ?? subject.addresses[0] ?? 'Gongyuan' }),
    issuer: parent.subjectName,
    notBefore: new Date(start),
    // One second less: the last second counts in (RFC 5280, 4.1.2.5).
    notAfter: new Date(Math.min(start + SERVER_DAYS * DAY_MS - 1000, parent.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: issuer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...subject.names.map((value) => ({ type: 'dns' as const, value })),
        ...subject.addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return pem(certificate);
}

/**
 * The certificate that signs documents, PEM, valid for at most `DOCUMENT_DAYS` and never beyond its authority. Only it
 * carries nonRepudiation: by that a checker tells it from the box's own certificate, which signs no paper.
 */
export async function issueDocument(
  documentKey: KeyObject,
  siteName: string,
  authority: { privateKey: KeyObject; certificate: X509Certificate },
  now: Date,
): Promise<string> {
  const { publicKey } = await webKeys(documentKey);
  const issuer = await webKeys(authority.privateKey);
  const parent = new x509.X509Certificate(authority.certificate.raw);
  const start = Math.max(now.getTime() - BACKDATED_DAYS * DAY_MS, parent.notBefore.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: distinguishedName({ O: siteName, CN: `Gongyuan ${siteName}`, OU: 'Documents' }),
    issuer: parent.subjectName,
    notBefore: new Date(start),
    notAfter: new Date(Math.min(start + DOCUMENT_DAYS * DAY_MS - 1000, parent.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: issuer.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return pem(certificate);
}

/** Whose documents a certificate signs: the site's name as `issueDocument` put it there. */
export function documentSiteOf(certificate: X509Certificate): string {
  const { subjectName } = new x509.X509Certificate(certificate.raw);
  return subjectName.getField('O')[0] ?? '';
}

/** A site's name as it goes into a certificate. */
export function nameInCertificate(text: string): string {
  return [...text].slice(0, MAX_NAME).join('');
}

/** DNS names and addresses that a certificate is for. */
export function subjectOf(certificate: X509Certificate): ServerSubject {
  const extension = new x509.X509Certificate(certificate.raw).getExtension(
    x509.SubjectAlternativeNameExtension,
  );
  const items = extension?.names.items ?? [];
  return {
    names: items.filter((item) => item.type === 'dns').map((item) => item.value),
    addresses: items.filter((item) => item.type === 'ip').map((item) => item.value),
  };
}

async function webKeys(privateKey: KeyObject): Promise<CryptoKeyPair> {
  const { subtle } = crypto;
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    privateKey: await subtle.importKey('pkcs8', new Uint8Array(pkcs8), ALGORITHM, false, ['sign']),
    publicKey: await subtle.importKey('spki', new Uint8Array(spki), ALGORITHM, true, ['verify']),
  };
}

/** UTF-8 values given as objects, which the library takes as they are: a site may be called `#1`. */
function distinguishedName(fields: Record<string, string>): x509.Name {
  return new x509.Name(
    Object.entries(fields).map(([field, value]) => ({
      [field]: [{ utf8String: nameInCertificate(value) }],
    })),
  );
}

/** 127 random bits, positive, no leading zero byte. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** PEM with the line feed at its end that concatenation needs. */
function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}
