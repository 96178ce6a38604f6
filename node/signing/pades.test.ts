/** Signed papers: accepted by our own check and by poppler; no changed byte, no other authority, no hostile file is. */
import { execFileSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { claimedReport } from '#domain/checking/signed-pdf.ts';
import { ensureServerCertificate } from '#node/certificates/certificates.ts';
import { detachedSignature } from './cms.ts';
import { signPdf } from './pades.ts';
import { noPdfsig, pdfsig, plainPdf, REPORT, signedPaper, siteSigner } from './signed-paper.testing.ts';
import { verifyPdf } from './verify-pdf.ts';

const when = new Date('2026-11-21T06:05:09Z');

t.test('a signed paper is valid, says when, and keeps the bytes before its signature', async (t) => {
  const by = await siteSigner(t.testdir());
  const pdf = await plainPdf();
  const signed = await signPdf(pdf, by, { reason: `座次表 ${REPORT}`, location: '一中 (A)', when });
  t.same(await verifyPdf(signed, by.ca), { verdict: 'valid', signedAt: when.getTime() });
  t.ok(pdf.equals(signed.subarray(0, pdf.length)));
  t.equal(claimedReport(signed), REPORT);
  t.equal(claimedReport(pdf), null);
  t.same(await verifyPdf(pdf, by.ca), { verdict: 'not-signed' });
});

t.test('pdf.js reads it, pages and signature field', async (t) => {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const signed = await signedPaper(await siteSigner(t.testdir()));
  const document = await getDocument({ data: new Uint8Array(signed), verbosity: 0 }).promise;
  t.equal(document.numPages, 2);
  const annotations = await (await document.getPage(1)).getAnnotations();
  t.same(annotations.map(({ subtype }) => subtype).sort(), ['Link', 'Widget']);
  t.match(await document.getMetadata(), { info: { IsSignaturesPresent: true } });
  await document.loadingTask.destroy();
});

t.test('poppler says valid, and broken after one byte', { skip: noPdfsig() }, async (t) => {
  const dir = t.testdir();
  const signed = await signedPaper(await siteSigner(join(dir, 'keys')), { when });
  const said = pdfsig(dir, signed);
  t.match(said, /Signature Validation: Signature is Valid\./);
  t.match(said, /Total document signed/);
  t.match(said, /ETSI\.CAdES\.detached/);
  t.match(said, /Common Name: Gongyuan 第一中学/);
  const changed = Uint8Array.from(signed);
  changed[300] = (changed[300] ?? 0) ^ 1;
  const broken = pdfsig(dir, changed);
  t.match(broken, /Digest Mismatch/);
  t.notMatch(broken, /Signature is Valid/);
});

t.test('openssl says so too, chain and signing certificate included', async (t) => {
  const dir = t.testdir();
  const by = await siteSigner(join(dir, 'keys'));
  const other = await siteSigner(join(dir, 'other'));
  const content = randomBytes(1_000);
  writeFileSync(join(dir, 'content'), content);
  writeFileSync(join(dir, 'signature.der'), detachedSignature(content, by));
  const verify = (ca: string) =>
    execFileSync(
      'openssl',
      // `-cades` compares the certificate with signingCertificateV2.
      [
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-purpose',
        'any',
        '-inform',
        'DER',
        '-in',
        'signature.der',
      ].concat(['-content', 'content', '-CAfile', join(ca, 'authority.crt'), '-out', 'out']),
      { cwd: dir, stdio: 'pipe' },
    );
  verify('keys');
  t.ok(readFileSync(join(dir, 'out')).equals(content));
  t.not(other.ca, by.ca);
  t.throws(() => verify('other'), 'not by another site’s authority');
  writeFileSync(join(dir, 'content'), randomBytes(1_000));
  t.throws(() => verify('keys'), 'not over other bytes');
});

t.test('no flipped bit is valid, and each is seen as a change', { timeout: 240_000 }, async (t) => {
  const by = await siteSigner(t.testdir());
  const signed = await signedPaper(by);
  const bad: string[] = [];
  // A step that shares no factor with the sizes of things, and another bit each time.
  for (let at = 0; at < signed.length; at += 7) {
    const changed = Uint8Array.from(signed);
    changed[at] = (changed[at] ?? 0) ^ (1 << ((at / 7) % 8));
    const { verdict } = await verifyPdf(changed, by.ca);
    if (verdict !== 'broken') bad.push(`${verdict} at ${at}`);
  }
  t.same(bad, []);
});

t.test('what is added, cut or taken from elsewhere is not valid', async (t) => {
  const dir = t.testdir();
  const by = await siteSigner(join(dir, 'one'));
  const other = await siteSigner(join(dir, 'two'));
  const signed = Buffer.from(await signedPaper(by));
  const verdict = async (pdf: Uint8Array, ca = by.ca) => (await verifyPdf(pdf, ca)).verdict;
  t.equal(await verdict(signed, other.ca), 'not-signed', 'another site’s paper');
  t.equal(await verdict(Buffer.concat([signed, Buffer.from('\n')])), 'broken', 'a byte behind the end');
  t.equal(await verdict(Buffer.concat([Buffer.from('%PDF-1.7\n'), signed])), 'broken', 'bytes before');
  t.equal(await verdict(signed.subarray(0, -1)), 'broken', 'a byte cut off');
  t.equal(await verdict(Buffer.concat([signed, Buffer.alloc(100_000)])), 'broken', 'much behind the end');
  const words = Buffer.from(await signedPaper(by, { words: 'Another chart' }));
  const signature = (pdf: Buffer) =>
    pdf.subarray(pdf.lastIndexOf('/Contents <'), pdf.lastIndexOf('> /Reason'));
  const moved = Buffer.from(words);
  signature(signed).copy(moved, moved.lastIndexOf('/Contents <'));
  t.equal(await verdict(moved), 'broken', 'the signature of another paper');
  const upper = Buffer.from(signed);
  upper.write(
    signature(signed).toString('latin1').slice(11).toUpperCase(),
    upper.lastIndexOf('/Contents <') + 11,
  );
  t.not(await verdict(upper), 'valid', 'the same number in other letters');
});

t.test('only a document certificate signs papers, and only while it lasts', async (t) => {
  const dir = t.testdir();
  const by = await siteSigner(dir);
  const server = await ensureServerCertificate(dir, { names: ['box.local'], addresses: [], now: new Date() });
  const byServer = { ...by, key: server.key, cert: server.cert };
  t.same(await verifyPdf(await signedPaper(byServer), by.ca), {
    verdict: 'broken',
    why: 'the certificate signs no documents',
  });
  const late = new Date(new X509Certificate(by.cert).validToDate.getTime() + 1_000);
  t.match(await verifyPdf(await signedPaper(by, { when: late }), by.ca), { verdict: 'broken' });
  const early = new Date(Date.UTC(2025, 0, 1));
  t.match(await verifyPdf(await signedPaper(by, { when: early }), by.ca), { verdict: 'valid' });
  const stolen = { ...by, cert: by.ca };
  t.match(await verifyPdf(await signedPaper(stolen), by.ca), { verdict: 'broken' });
});

t.test('hostile files end in a verdict', { timeout: 120_000 }, async (t) => {
  const by = await siteSigner(t.testdir());
  const signed = await signedPaper(by);
  const at = Buffer.from(signed).lastIndexOf('/ByteRange');
  const whole = [new Uint8Array(), Buffer.from('%PDF-1.7'), Buffer.from('/ByteRange ['.repeat(50_000))];
  whole.push(Buffer.from('/ByteRange [0 9999999999 9999999999 9999999999] /Contents <30>'));
  for (const bytes of whole) t.equal((await verifyPdf(bytes, by.ca)).verdict, 'not-signed');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(signed.length - at), fc.uint8Array({ minLength: 1, maxLength: 9 })), {
        minLength: 1,
        maxLength: 6,
      }),
      async (patches) => {
        const changed = Uint8Array.from(signed);
        for (const [offset, bytes] of patches)
          changed.set(bytes.subarray(0, signed.length - at - offset), at + offset);
        const same = Buffer.from(changed).equals(signed);
        const { verdict } = await verifyPdf(changed, by.ca);
        return (verdict === 'valid') === same;
      },
    ),
    { numRuns: 400 },
  );
  // DER that nests and counts without end, under a byte range that fits.
  for (const filler of ['30803080', '308400ffffff', 'a000', '3080', 'ff'.repeat(8)]) {
    const room = 8_192;
    const changed = Buffer.from(signed);
    changed.write(filler.repeat(room).slice(0, room), changed.lastIndexOf('/Contents <') + 11, 'latin1');
    t.equal((await verifyPdf(changed, by.ca)).verdict === 'valid', false, filler);
  }
});

t.test('PDFs that are not of our making are refused, not half signed', async (t) => {
  const by = await siteSigner(t.testdir());
  const pdf = await plainPdf();
  const words = { reason: '', location: '', when };
  const signed = await signPdf(pdf, by, words);
  const cases: Record<string, Uint8Array> = {
    empty: new Uint8Array(),
    'signed already': signed,
    'no table': Buffer.from('%PDF-1.7\nstartxref\n5\n%%EOF\n'),
    cut: pdf.subarray(0, -60),
    'a table elsewhere': Buffer.from(
      pdf.toString('latin1').replace(/startxref\n\d+/, 'startxref\n20'),
      'latin1',
    ),
  };
  for (const [name, bytes] of Object.entries(cases)) await t.rejects(signPdf(bytes, by, words), name);
});

t.test('the signature fits its room with the longest names', async (t) => {
  const by = await siteSigner(t.testdir(), { siteName: '贡'.repeat(200) });
  t.ok(detachedSignature(Buffer.alloc(10), by).length < 4_096);
  const long = await signPdf(await plainPdf(), by, {
    reason: '证'.repeat(300),
    location: '𠮷'.repeat(100),
    when,
  });
  t.match(await verifyPdf(long, by.ca), { verdict: 'valid' });
});
