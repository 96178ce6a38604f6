/**
 * The signature inside a paper: CMS SignedData (RFC 5652) in exactly the form in which the box writes it
 * (node/signing/cms.ts). Anything else a CMS could be is refused: every byte has one right value.
 */
import { type Certificate, ECDSA_SHA256, readCertificate } from './certificate.ts';
import {
  childrenOf,
  type Der,
  hexOf,
  insideOf,
  Malformed,
  onlyDer,
  rawSignature,
  sameBytes,
  shapeOf,
  TAG,
  wholeOf,
} from './der.ts';

const SIGNED_DATA = '06092a864886f70d010702';
const VERSION_1 = '020101';
/** AlgorithmIdentifier of SHA-256 without parameters (RFC 5754, 2). */
const SHA256 = '300b0609608648016503040201';
const DATA = '06092a864886f70d010701';
const CONTENT_TYPE = '06092a864886f70d010903';
const MESSAGE_DIGEST = '06092a864886f70d010904';
const SIGNING_CERTIFICATE_V2 = '060b2a864886f70d010910022f';

export interface SignedMessage {
  /** Certificates that it brings, as they lie there: one of them signed, the other is the authority's. */
  certificates: Certificate[];
  /** SHA-256 of what was signed. */
  digest: Uint8Array;
  /** SHA-256 of the signer's certificate. */
  certificateHash: Uint8Array;
  /** The attributes as they were signed, and the signature over them, `r || s`. */
  attributes: Uint8Array;
  signature: Uint8Array;
  /** DER of the signer's issuer and serial number. */
  issuer: Uint8Array;
  serial: Uint8Array;
}

/** Throws `Malformed`. */
export function readSignedMessage(der: Uint8Array): SignedMessage {
  const [type, content] = shapeOf(der, onlyDer(der, TAG.sequence), [TAG.oid, 0xa0]) as [Der, Der]; // as many as asked for
  is(der, type, SIGNED_DATA);
  const [data] = shapeOf(der, content, [TAG.sequence]) as [Der]; // as above
  const [version, algorithms, inside, certificates, signers] = shapeOf(der, data, [
    TAG.integer,
    TAG.set,
    TAG.sequence,
    0xa0,
    TAG.set,
  ]) as [Der, Der, Der, Der, Der]; // as above
  is(der, version, VERSION_1);
  is(der, (shapeOf(der, algorithms, [TAG.sequence]) as [Der])[0], SHA256); // as above
  is(der, (shapeOf(der, inside, [TAG.oid]) as [Der])[0], DATA); // as above
  const [signer] = shapeOf(der, signers, [TAG.sequence]) as [Der]; // as above
  const brought = childrenOf(der, certificates).map((node) => wholeOf(der, node));
  if (brought.length !== 2 || (brought[0] && brought[1] && sameBytes(brought[0], brought[1])))
    throw new Malformed('certificates');
  return { certificates: brought.map(readCertificate), ...readSigner(der, signer) };
}

function readSigner(der: Uint8Array, signer: Der): Omit<SignedMessage, 'certificates'> {
  const [version, id, digestAlgorithm, attributes, algorithm, signature] = shapeOf(der, signer, [
    TAG.integer,
    TAG.sequence,
    TAG.sequence,
    0xa0,
    TAG.sequence,
    TAG.octets,
  ]) as [Der, Der, Der, Der, Der, Der]; // as above
  is(der, version, VERSION_1);
  is(der, digestAlgorithm, SHA256);
  is(der, algorithm, ECDSA_SHA256);
  const [issuer, serial] = shapeOf(der, id, [TAG.sequence, TAG.integer]) as [Der, Der]; // as above
  // Signed as a SET, stored under a context tag (RFC 5652, 5.4).
  const signed = wholeOf(der, attributes).slice();
  signed[0] = TAG.set;
  return {
    ...readAttributes(der, attributes),
    attributes: signed,
    signature: rawSignature(insideOf(der, signature)),
    issuer: wholeOf(der, issuer),
    serial: wholeOf(der, serial),
  };
}

function readAttributes(der: Uint8Array, set: Der): Pick<SignedMessage, 'digest' | 'certificateHash'> {
  const values = new Map<string, Der>();
  for (const attribute of shapeOf(der, set, [TAG.sequence, TAG.sequence, TAG.sequence])) {
    const [name, value] = shapeOf(der, attribute, [TAG.oid, TAG.set]) as [Der, Der]; // as above
    values.set(hexOf(wholeOf(der, name)), (shapeOf(der, value, [null]) as [Der])[0]); // as above
  }
  const [type, digest, certificate] = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2].map((name) =>
    values.get(name),
  );
  if (!type || !digest || !certificate) throw new Malformed('attributes');
  is(der, type, DATA);
  // SigningCertificateV2 > list > ESSCertIDv2 > hash, whose algorithm is SHA-256 by default (RFC 5035, 4).
  let node = certificate;
  for (const tag of [TAG.sequence, TAG.sequence, TAG.octets]) node = (shapeOf(der, node, [tag]) as [Der])[0]; // as above
  return { digest: hash(der, digest), certificateHash: hash(der, node) };
}

function hash(der: Uint8Array, node: Der): Uint8Array {
  if (node.tag !== TAG.octets || node.end - node.at !== 32) throw new Malformed('hash');
  return insideOf(der, node);
}

function is(der: Uint8Array, node: Der, hex: string): void {
  if (hexOf(wholeOf(der, node)) !== hex) throw new Malformed('not the value expected');
}
