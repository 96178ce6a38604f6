/**
 * A private key and its certificate in one PEM file, so that one atomic write makes or renews both and a power cut
 * never leaves a key without its certificate.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { systemCode, writeDurably } from '#node/files/durable-file.ts';
import { closeToOthers } from '#node/signing/box-key.ts';
import { MachineryError } from '#node/signing/machinery-error.ts';

export interface KeyedCertificate {
  privateKey: KeyObject;
  /** PKCS#8 PEM. */
  keyPem: string;
  certificate: X509Certificate;
  certificatePem: string;
}

const KEY_BLOCK = /-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n/g;
const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n/g;

export function damaged(path: string, reason: string): MachineryError {
  return new MachineryError('certificate/damaged', { path, reason });
}

/** What is in the file, or `null` where there is none. Throws `certificate/damaged` for anything but one key and its certificate. */
export async function readKeyed(path: string): Promise<KeyedCertificate | null> {
  let text: string;
  try {
    text = (await readFile(path, 'latin1')).replaceAll('\r\n', '\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const [keyPem, ...moreKeys] = text.match(KEY_BLOCK) ?? [];
  const [certificatePem, ...moreCertificates] = text.match(CERTIFICATE_BLOCK) ?? [];
  if (keyPem === undefined || certificatePem === undefined || moreKeys.length + moreCertificates.length > 0) {
    throw damaged(path, 'must hold one private key and one certificate');
  }
  let privateKey: KeyObject;
  let certificate: X509Certificate;
  try {
    privateKey = createPrivateKey(keyPem);
    certificate = new X509Certificate(certificatePem);
  } catch {
    // No cause: what a parser says of a key does not belong in a log.
    throw damaged(path, 'the key or the certificate cannot be read');
  }
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw damaged(path, 'not a P-256 key');
  if (!certificate.checkPrivateKey(privateKey))
    throw damaged(path, 'key and certificate do not belong together');
  await closeToOthers(path);
  return { privateKey, keyPem, certificate, certificatePem };
}

/** Writes both, 0600. With `exclusive` an existing file is left alone and the answer is `false`. */
export async function writeKeyed(
  path: string,
  { keyPem, certificatePem }: Pick<KeyedCertificate, 'keyPem' | 'certificatePem'>,
  { exclusive }: { exclusive: boolean },
): Promise<boolean> {
  try {
    await writeDurably(path, keyPem + certificatePem, { mode: 0o600, exclusive });
    return true;
  } catch (error) {
    if (exclusive && systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
