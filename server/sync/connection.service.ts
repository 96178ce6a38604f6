/**
 * The headquarters that this box belongs to: connected once by address and one-time code, its key pinned from then on.
 * Whoever typed the code has named the headquarters meant, so what answers must have that key.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isCodeOf, parseEnrolmentCode } from '#domain/headquarters/enrolment-code.ts';
import { keyFingerprint } from '#domain/headquarters/key-fingerprint.ts';
import { sha256 } from '#node/ledger/sha256.ts';
import { AGE_KEY_FILE, ensureAgeIdentity } from '#node/sealing/age-key-file.ts';
import { decodeBase64url } from '#node/signing/base64url.ts';
import type { HqState } from '#protocol/delivery.ts';
import type { Actor } from '#protocol/ledger.ts';
import { BoxError } from '#server/platform/box-error.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import { Turns } from '#server/platform/turns.ts';
import { askEnrolment, askIdentity, HqClient } from './hq-client.ts';
import { HQ_LIMITS, HqHttp, type HqLimits, hqAddress } from './hq-http.ts';
import { ledgerOrigin } from './ledger-origin.ts';
import type { Outbox } from './outbox.ts';
import { type StoredHq, selectOptionalHq, selectOptionalReceipt, selectOptionalSite } from './sync.repo.ts';

export interface ConnectAsk {
  url: string;
  /** One-time enrolment code as printed. */
  code: string;
  /** PEM of the only authority to trust; left out: those of the system. */
  ca?: string | undefined;
}

export class ConnectionService {
  readonly #deps: Deps;
  readonly #s: Statements;
  readonly #outbox: Outbox;
  readonly #limits: HqLimits;
  readonly #turns = new Turns();
  #client: { of: StoredHq; client: HqClient } | null = null;
  /** Called after each change; the loop forgets what the former headquarters said. */
  onChange: () => void = () => {};

  constructor(deps: Deps, outbox: Outbox, limits: HqLimits = HQ_LIMITS) {
    this.#deps = deps;
    this.#s = new Statements(deps.db);
    this.#outbox = outbox;
    this.#limits = limits;
  }

  stored(): StoredHq | null {
    return selectOptionalHq(this.#s);
  }

  /** Throws `sync/no-connection`. */
  require(): StoredHq {
    const stored = this.stored();
    if (!stored) throw new BoxError('sync/no-connection');
    return stored;
  }

  /** The client for the headquarters of now: keeps its token between exchanges. Throws `sync/no-connection`. */
  client(): HqClient {
    const stored = this.require();
    const { url, site, key, ca, since } = stored;
    const kept = this.#client;
    if (kept && kept.of.url === url && kept.of.key === key && kept.of.since === since) return kept.client;
    this.close();
    const parties = {
      site,
      hq: key,
      key: this.#deps.box.key,
      elapsed: () => this.#deps.clock.elapsed(),
    };
    const client = new HqClient(new HqHttp(url, ca, this.#limits), parties);
    this.#client = { of: stored, client };
    return client;
  }

  state(): HqState['connection'] {
    const stored = this.stored();
    if (!stored) return null;
    const { url, site, name, key, since } = stored;
    return { url, site, name, fingerprint: keyFingerprint(sha256, rawKey(key)), since };
  }

  /**
   * Connects, or connects anew to the same headquarters. Throws `setup/needed`, `sync/connected`, `sync/address`,
   * `sync/code-wrong`, `sync/other-hq` and what the line brings.
   */
  connect({ url, code, ca = '' }: ConnectAsk, by: Actor): Promise<void> {
    return this.#turns.take(async () => {
      const site = selectOptionalSite(this.#s);
      if (!site) throw new BoxError('setup/needed');
      const address = hqAddress(url);
      const parsed = parseEnrolmentCode(code);
      if ('fault' in parsed) throw new BoxError('sync/code-wrong', { fault: parsed.fault });
      const http = new HqHttp(address, ca.trim(), this.#limits);
      try {
        const identity = await askIdentity(http);
        if (!isCodeOf(sha256, parsed, rawKey(identity.key)))
          throw new BoxError('sync/other-hq', { fingerprint: keyFingerprint(sha256, rawKey(identity.key)) });
        const present = this.stored();
        if (present && present.key !== identity.key)
          throw new BoxError('sync/connected', { name: present.name });
        const { box, boxEpoch, key } = this.#deps.box;
        const { recipient } = await ensureAgeIdentity(join(this.#deps.folder.keys, AGE_KEY_FILE));
        const answer = await askEnrolment(
          http,
          {
            v: 1,
            hq: identity.key,
            code: createHash('sha256').update(parsed.secret).digest('base64url'),
            box,
            boxEpoch,
            key: key.publicKey,
            ledger: ledgerOrigin(this.#deps, this.#s),
            recipient,
            siteName: site.name,
          },
          key,
        );
        await this.#connected({ url: address, hq: identity.key, ...answer }, identity.recipients, ca.trim(), {
          by,
          recipient,
        });
      } finally {
        http.close();
      }
    });
  }

  /** What waits was sealed for that headquarters and is packed anew for the next. Throws `sync/no-connection`. */
  disconnect(reason: string, by: Actor): Promise<void> {
    return this.#turns.take(async () => {
      this.require();
      await this.#deps.ledger.append([{ kind: 'HQ_DISCONNECTED', body: { reason }, by }], {
        local: [{ t: 'hq-gone' }, { t: 'batches-gone', all: false }],
      });
      this.close();
      this.onChange();
      await this.#outbox.empty();
    });
  }

  close(): void {
    this.#client?.client.http.close();
    this.#client = null;
  }

  async #connected(
    at: { url: string; hq: string; site: string; name: string },
    recipients: string[],
    ca: string,
    { by, recipient }: { by: Actor; recipient: string },
  ): Promise<void> {
    const { url, hq, site, name } = at;
    // Receipts of another headquarters say nothing of what this one has.
    const former = selectOptionalReceipt(this.#s);
    const other = former !== null && (former.hq !== hq || former.site !== site);
    const present = this.stored();
    const moved = present !== null && present.site !== site;
    await this.#deps.ledger.append([{ kind: 'HQ_CONNECTED', body: { url, site, name, hq, recipient }, by }], {
      local: [
        ...(other || moved || former === null ? [{ t: 'batches-gone' as const, all: true }] : []),
        {
          t: 'hq',
          url,
          site,
          name,
          key: hq,
          recipients: JSON.stringify(recipients),
          ca,
          wall: this.#deps.clock.wall(),
        },
      ],
    });
    this.close();
    this.onChange();
    if (other || moved || former === null) await this.#outbox.empty();
  }
}

/** A key that its shape has let in, or nothing. */
function rawKey(key: string): Uint8Array {
  return decodeBase64url(key, 32) ?? new Uint8Array(0);
}
