/**
 * The CMS SignedData of a PAdES B-B signature (ETSI EN 319 142-1, RFC 5652, RFC 5035): one signer, P-256 with SHA-256,
 * contentType, messageDigest and signingCertificateV2 signed, detached. No signing-time attribute: PAdES wants the time
 * in the signature dictionary alone.
 */
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto';
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  ContentInfo,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignatureAlgorithmIdentifier,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import type { DocumentSigner } from '#node/certificates/document-certificate.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;
/** DER of `1.2.840.113549.1.7.1`, the one value of contentType. */
const DATA_OID = Buffer.from('06092a864886f70d010701', 'hex');
const SET = 0x31;

/** DER of a ContentInfo over `content`, which is not inside it. */
export function detachedSignature(content: Uint8Array, by: DocumentSigner): Buffer {
  const certificate = new X509Certificate(by.cert).raw;
  const parsed = AsnConvert.parse(certificate, Certificate);
  const attributes = [
    attribute(OID.contentType, DATA_OID),
    attribute(OID.messageDigest, octets(sha256(content))),
    attribute(OID.signingCertificateV2, essCertificate(certificate)),
  ].sort((a, b) => Buffer.compare(a.der, b.der)); // A SET OF is sorted in DER.
  const signed = tlv(SET, Buffer.concat(attributes.map(({ der }) => der)));

  const digestAlgorithm = new DigestAlgorithmIdentifier({ algorithm: OID.sha256 });
  const signer = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({
        issuer: parsed.tbsCertificate.issuer,
        serialNumber: parsed.tbsCertificate.serialNumber,
      }),
    }),
    digestAlgorithm,
    signedAttrs: attributes.map(({ value }) => value),
    signatureAlgorithm: new SignatureAlgorithmIdentifier({ algorithm: OID.ecdsaWithSha256 }),
    signature: new OctetString(sign('sha256', signed, createPrivateKey(by.key))),
  });
  const data = new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
    certificates: new CertificateSet(
      [certificate, new X509Certificate(by.ca).raw]
        .sort(Buffer.compare)
        .map((raw) => new CertificateChoices({ certificate: AsnConvert.parse(raw, Certificate) })),
    ),
    signerInfos: new SignerInfos([signer]),
  });
  const content0 = AsnConvert.serialize(data);
  return Buffer.from(
    AsnConvert.serialize(new ContentInfo({ contentType: OID.signedData, content: content0 })),
  );
}

function attribute(type: string, value: Buffer): { der: Buffer; value: Attribute } {
  const made = new Attribute({ attrType: type, attrValues: [exact(value)] });
  return { der: Buffer.from(AsnConvert.serialize(made)), value: made };
}

/** SigningCertificateV2 with one ESSCertIDv2: its hash algorithm is SHA-256, which is the default and left out. */
function essCertificate(certificate: Buffer): Buffer {
  const id = tlv(0x30, octets(sha256(certificate)));
  return tlv(0x30, tlv(0x30, id));
}

function octets(bytes: Buffer): Buffer {
  return tlv(0x04, bytes);
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length > 0xffff) throw new RangeError('longer than anything in a signature');
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), value]);
}

/** An ArrayBuffer of these bytes alone: small Buffers share one. */
function exact(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
