/** One-time codes, and the boxes that come with them. */
import { createHash, randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { Compile } from 'typebox/compile';
import { site as siteTable } from '#db/hq/schema.ts';
import { formatEnrolmentCode, hqFingerprint } from '#domain/headquarters/enrolment-code.ts';
import { recordAction } from '#hq/platform/actions.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { FailureLimit } from '#node/limits/failure-limit.ts';
import { EnrolmentClaimSchema } from '#protocol/hq.schema.ts';
import {
  ENROLMENT_CODE_BYTES,
  type EnrolmentAnswer,
  HQ_ENROL_PURPOSE,
  type SignedDocument,
} from '#protocol/hq.ts';
import * as repo from './enrolment.repo.ts';
import { readSigned } from './signed-document.ts';

const CODE_MS = 72 * 3_600_000;
const FAILURES = 10;
const FAILURES_OF_ALL = 200;
const WINDOW_MS = 10 * 60_000;
const claimShape = Compile(EnrolmentClaimSchema);

export class EnrolmentService {
  readonly #deps: HqDeps;
  readonly #byAddress: FailureLimit;
  readonly #byAll: FailureLimit;

  constructor(deps: HqDeps) {
    this.#deps = deps;
    const now = () => deps.time.wall();
    this.#byAddress = new FailureLimit(FAILURES, WINDOW_MS, now);
    this.#byAll = new FailureLimit(FAILURES_OF_ALL, WINDOW_MS, now);
  }

  /** A new code for the site; the one before is no longer good. It is kept as a hash alone. Throws `thing/not-found`. */
  async newCode(caller: OfficerCaller, site: string): Promise<{ code: string; expires: number }> {
    const { keys, time, db } = this.#deps;
    const secret = randomBytes(ENROLMENT_CODE_BYTES.secret);
    const fingerprint = hqFingerprint(sha256, Buffer.from(keys.key.publicKey, 'base64url'));
    const at = time.wall();
    const expires = at + CODE_MS;
    await db.transaction(async (tx) => {
      const [found] = await tx.orm.select().from(siteTable).where(eq(siteTable.site, site));
      if (!found) throw new HqError('thing/not-found');
      await repo.insertCode(tx, { code: digest(secret), site, expires });
      await recordAction(tx, { officer: caller.officer, at, what: 'site.enrolment-code', detail: { site } });
    });
    return { code: formatEnrolmentCode({ secret, fingerprint }), expires };
  }

  /**
   * A box comes with its code. The same claim again is answered again: the first answer may have been lost. Throws
   * `hq/claim`, `hq/enrolment-code`, `hq/key-known`, `request/too-many`.
   */
  async enrol(document: SignedDocument, address: string): Promise<EnrolmentAnswer> {
    const wait = Math.max(this.#byAddress.wait(address), this.#byAll.wait(''));
    if (wait > 0) throw new HqError('request/too-many', { seconds: Math.ceil(wait / 1000) });
    const claim = readSigned(document, HQ_ENROL_PURPOSE, claimShape, (claim) => claim.key);
    const { db, time, keys } = this.#deps;
    if (claim.hq !== keys.key.publicKey) throw new HqError('hq/claim', { problem: 'hq' });
    const at = time.wall();
    const { key, box, ledger, recipient } = claim;
    return db.transaction(async (tx) => {
      const code = await repo.lockOptionalCode(tx, claim.code);
      const known = await repo.selectOptionalBox(tx, key);
      const again = code?.used !== null && code?.site === known?.site && code?.used === known?.enrolled;
      if (!code || (code.used !== null && !again) || (!again && code.expires < at)) {
        this.#byAddress.failed(address);
        this.#byAll.failed('');
        throw new HqError('hq/enrolment-code');
      }
      const { site } = code;
      if (known && known.site !== site) throw new HqError('hq/key-known');
      const [row] = await tx.orm.select().from(siteTable).where(eq(siteTable.site, site));
      if (!row) throw new HqError('hq/enrolment-code');
      if (!again) {
        await repo.useCode(tx, claim.code, at);
        await repo.saveBox(tx, { key, site, box, ledger, recipient, enrolled: at, revoked: null });
        const detail = { site, key, box, siteName: claim.siteName };
        await recordAction(tx, { officer: '', at, what: 'site.enrolled', detail });
      } else if (known?.revoked !== null) throw new HqError('hq/revoked');
      return { site, name: row.name };
    });
  }

  /** From now on the box is not believed; what it sent before stays. Throws `thing/not-found`. */
  async revoke(caller: OfficerCaller, site: string, key: string, reason: string): Promise<void> {
    const { db, time } = this.#deps;
    const at = time.wall();
    await db.transaction(async (tx) => {
      const box = await repo.selectOptionalBox(tx, key);
      if (box?.site !== site) throw new HqError('thing/not-found');
      if (box.revoked !== null) return;
      await repo.revokeBox(tx, key, at);
      await recordAction(tx, {
        officer: caller.officer,
        at,
        what: 'site.revoke',
        detail: { site, key, reason },
      });
    });
  }

  boxes(site: string): Promise<repo.BoxRecord[]> {
    return repo.selectBoxes(this.#deps.db, site);
  }

  openCodeUntil(site: string): Promise<number | null> {
    return repo.selectOpenCodeUntil(this.#deps.db, site, this.#deps.time.wall());
  }
}

function digest(secret: Uint8Array): string {
  return createHash('sha256').update(secret).digest('base64url');
}
