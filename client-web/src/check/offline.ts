/**
 * Checks without the box, by the keys that were put into the page when it was saved. What a signature proves, it proves
 * here as well; what happened later, the page cannot know and says so.
 */
import { parseMark } from '#domain/checking/mark.ts';
import { checkSignedPdf, claimedReport, isPdf } from '#domain/checking/signed-pdf.ts';
import { checkCrypto } from '#domain/checking/web-crypto.ts';
import type { CheckSite } from '#protocol/check-page.ts';
import { type Checker, FILE_BYTES, type Judgement } from './checker.ts';
import { factsOf, isSigned } from './mark-signature.ts';

export function offlineChecker(site: CheckSite): Checker {
  const authority = Uint8Array.from(atob(site.authority), (letter) => letter.charCodeAt(0));
  return {
    savedAt: site.savedWall,
    receipt: null,
    async site() {
      return { name: site.siteName, timeZone: site.timeZone };
    },
    async mark(text) {
      const read = parseMark(text);
      if (!read) return { trouble: 'not-mark' };
      if (isSigned(read, site.boxKey))
        return { by: 'mark', verdict: 'genuine', code: null, facts: factsOf(read.mark) };
      return read.mark.s === site.site
        ? { by: 'mark', verdict: 'changed', code: 'check/signature', facts: null }
        : { by: 'mark', verdict: 'unknown', code: 'check/unknown', facts: null };
    },
    async file(file) {
      if (file.size > FILE_BYTES) return { trouble: 'too-large' };
      const pdf = new Uint8Array(await file.arrayBuffer());
      if (!isPdf(pdf)) return { trouble: 'no-pdf' };
      const check = await checkSignedPdf(pdf, authority, checkCrypto(crypto.subtle));
      if (check.verdict === 'valid') return fileJudgement('genuine', null, pdf, check.signedAt);
      return check.verdict === 'broken'
        ? fileJudgement('changed', 'check/signature', pdf, null)
        : { by: 'file', verdict: 'unknown', code: 'check/unknown', facts: null };
    },
  };
}

function fileJudgement(
  verdict: Judgement['verdict'],
  code: string | null,
  pdf: Uint8Array,
  made: number | null,
): Judgement {
  const report = claimedReport(pdf);
  const facts =
    report === null ? null : { report, kind: null, copy: null, made, pages: null, requester: null };
  return { by: 'file', verdict, code, facts };
}
