import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { signedPaper } from '#node/signing/signed-paper.testing.ts';
import { verifyPdf } from '#node/signing/verify-pdf.ts';
import { ensureAuthority } from './certificates.ts';
import { documentCertificates, ensureDocumentCertificate } from './document-certificate.ts';
import { DAY_MS } from './issue.ts';

const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY_MS);
const siteName = '第一中学';

async function signer(dir: string, at = now, name = siteName) {
  await ensureAuthority(dir, { siteName, now });
  return ensureDocumentCertificate(dir, { siteName: name, now: at });
}

t.test('made once, renewed before its end, old papers go on checking', async (t) => {
  const dir = t.testdir();
  const first = await signer(dir);
  const old = await signedPaper(first);
  t.equal((await signer(dir, later(300))).cert, first.cert, 'not without need');
  const second = await signer(dir, later(380));
  t.not(second.cert, first.cert);
  t.not(second.key, first.key, 'a key of its own');
  t.ok(second.notAfter > first.notAfter);
  t.match(await verifyPdf(old, second.ca), { verdict: 'valid' });
  t.match(await verifyPdf(await signedPaper(second, { when: later(380) }), second.ca), { verdict: 'valid' });
  t.same(await documentCertificates(dir), [first.cert, second.cert], 'both are on the list');
});

t.test('its fields, and who may read the files', async (t) => {
  const dir = t.testdir();
  const { cert, ca } = await signer(dir);
  const certificate = new X509Certificate(cert);
  t.ok(certificate.verify(new X509Certificate(ca).publicKey));
  t.equal(certificate.ca, false);
  t.match(certificate.subject, /O=第一中学/);
  t.ok(certificate.validToDate.getTime() - certificate.validFromDate.getTime() <= 397 * DAY_MS);
  t.equal(statSync(join(dir, 'document.pem')).mode & 0o777, 0o600);
  t.notMatch(readFileSync(join(dir, 'documents.crt'), 'utf8'), /PRIVATE/);
});

t.test('a new name of the site, a clock that went back, many at once', async (t) => {
  const dir = t.testdir();
  const first = await signer(dir);
  t.not((await signer(dir, now, '第二中学')).cert, first.cert);
  const back = await signer(dir, later(-20), '第二中学');
  t.ok(new X509Certificate(back.cert).validFromDate <= later(-6), 'no later than its authority');
  const all = await Promise.all(Array.from({ length: 6 }, () => signer(join(dir, 'new'))));
  t.equal(new Set(all.map(({ ca }) => ca)).size, 1);
  for (const by of all) t.match(await verifyPdf(await signedPaper(by), by.ca), { verdict: 'valid' });
});

t.test('broken files are refused and left alone', async (t) => {
  const dir = t.testdir();
  await t.rejects(ensureDocumentCertificate(dir, { siteName, now }), { code: 'certificate/damaged' });
  await signer(dir);
  writeFileSync(join(dir, 'document.pem'), 'x');
  await t.rejects(signer(dir), { code: 'certificate/damaged' });
  t.equal(readFileSync(join(dir, 'document.pem'), 'utf8'), 'x');
  await t.rejects(signer(join(dir, 'end'), later(3_650)), { code: 'certificate/expired' });
});
