/**
 * Signs a finished PDF: PAdES baseline B-B (ETSI EN 319 142-1) by the site's document certificate. Whoever trusts the
 * site's authority can check it with any PDF reader; the box's own check is verify-pdf.ts.
 */
import { X509Certificate } from 'node:crypto';
import { Signer, SignPdf } from '@signpdf/signpdf';
import type { DocumentSigner } from '#node/certificates/document-certificate.ts';
import { detachedSignature } from './cms.ts';
import { withSignatureField } from './pdf-update.ts';

export interface SignatureWords {
  /** Why it was signed: the paper's title and its report id, by which a check finds the original of a changed file. */
  reason: string;
  /** Where, e.g. the name of the site. */
  location: string;
  when: Date;
}

/**
 * The PDF with an update at its end that holds the signature; the bytes before stay as they are. For PDFs of our own
 * making (pdfkit); throws `TypeError` for any other.
 */
export async function signPdf(
  pdf: Uint8Array,
  by: DocumentSigner,
  { reason, location, when }: SignatureWords,
): Promise<Uint8Array> {
  const name = /^CN=(.*)$/m.exec(new X509Certificate(by.cert).subject)?.[1] ?? '';
  const prepared = withSignatureField(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength), {
    reason,
    location,
    name,
    when,
  });
  return new SignPdf().sign(prepared, new DetachedSigner(by));
}

class DetachedSigner extends Signer {
  readonly #by: DocumentSigner;

  constructor(by: DocumentSigner) {
    super();
    this.#by = by;
  }

  override async sign(content: Buffer): Promise<Buffer> {
    return detachedSignature(content, this.#by);
  }
}
