/**
 * How a box proves who it is: a challenge, signed by the box's key, for a token. Challenges and tokens are stateless (an
 * HMAC by the secret that all replicas share), so any replica takes them; whether a box was revoked is asked each time.
 */
import type { FastifyRequest } from 'fastify';
import { Compile } from 'typebox/compile';
import { sameMac } from '#hq/keys/keys.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { SiteCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import { TokenClaimSchema } from '#protocol/hq.schema.ts';
import { HQ_TOKEN_PURPOSE, type SignedDocument, type TokenAnswer } from '#protocol/hq.ts';
import { selectOptionalBox } from './enrolment.repo.ts';
import { readSigned } from './signed-document.ts';

const CHALLENGE_MS = 2 * 60_000;
const TOKEN_MS = 15 * 60_000;
const claimShape = Compile(TokenClaimSchema);

export class TokensService {
  readonly #deps: HqDeps;

  constructor(deps: HqDeps) {
    this.#deps = deps;
  }

  challenge(site: string, key: string): string {
    return this.#seal('challenge', [site, key, this.#deps.time.wall() + CHALLENGE_MS]);
  }

  /** Throws `hq/claim`, `hq/token`, `hq/unknown-box` or `hq/revoked`. */
  async token(document: SignedDocument): Promise<TokenAnswer> {
    const claim = readSigned(document, HQ_TOKEN_PURPOSE, claimShape, (claim) => claim.key);
    if (claim.hq !== this.#deps.keys.key.publicKey) throw new HqError('hq/claim', { problem: 'hq' });
    const [site, key] = this.#open('challenge', claim.nonce);
    if (site !== claim.site || key !== claim.key) throw new HqError('hq/claim', { problem: 'nonce' });
    await this.#require({ site, key });
    const token = this.#seal('token', [site, key, this.#deps.time.wall() + TOKEN_MS]);
    return { token, seconds: TOKEN_MS / 1000 };
  }

  /** The box behind a request. Throws `hq/token`, `hq/unknown-box` or `hq/revoked`. */
  async caller(request: FastifyRequest): Promise<SiteCaller> {
    const [, text = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const [site, key] = this.#open('token', text);
    const caller = { site, key };
    await this.#require(caller);
    return caller;
  }

  async #require({ site, key }: SiteCaller): Promise<void> {
    const box = await selectOptionalBox(this.#deps.db, key);
    if (box?.site !== site) throw new HqError('hq/unknown-box');
    if (box.revoked !== null) throw new HqError('hq/revoked');
  }

  #seal(purpose: string, parts: [site: string, key: string, until: number]): string {
    const text = Buffer.from(JSON.stringify(parts)).toString('base64url');
    return `${text}.${this.#deps.keys.mac(purpose, text)}`;
  }

  #open(purpose: string, sealed: string): [site: string, key: string] {
    const [text = '', mac = ''] = sealed.split('.');
    if (!sameMac(mac, this.#deps.keys.mac(purpose, text))) throw new HqError('hq/token');
    // Ours: nobody else could have made the code over it.
    const [site, key, until] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [
      string,
      string,
      number,
    ];
    if (until < this.#deps.time.wall()) throw new HqError('hq/token');
    return [site, key];
  }
}
