/** Requests on their way: told to headquarters as soon as there is a line, its decisions fetched and taken in their order. */

import { DecisionsSchema } from '#protocol/hq.schema.ts';
import type { SiteStatus } from '#protocol/hq.ts';
import type { Deps } from '#server/platform/deps.ts';
import { Statements } from '#server/platform/statements.ts';
import type { HqClient } from '#server/sync/hq-client.ts';
import { selectOptionalHq } from './requests.repo.ts';
import type { RequestsService } from './requests.service.ts';

const ACCEPTED = new Set([200, 201, 204]);

export class RequestsExchange {
  readonly #deps: Deps;
  readonly #requests: RequestsService;
  readonly #s: Statements;
  /** Told since the box was started; telling again does no harm. */
  readonly #told = new Set<string>();

  constructor(deps: Deps, requests: RequestsService) {
    this.#deps = deps;
    this.#requests = requests;
    this.#s = new Statements(deps.db);
  }

  /** A part of each exchange with headquarters. Throws what the client throws; a decision out of order is left for the next. */
  async onStatus(status: SiteStatus, client: HqClient): Promise<void> {
    await this.#tell(client);
    const known = selectOptionalHq(this.#s)?.decisions ?? 0;
    if (status.decisions <= known) return;
    const path = `/api/v1/site/decisions?after=${known}`;
    for (const document of await client.json({ method: 'GET', path }, DecisionsSchema))
      await this.#requests.takeDecision(document);
  }

  async #tell(client: HqClient): Promise<void> {
    for (const asked of this.#requests.list()) {
      if (asked.state !== 'asked' || this.#told.has(asked.request)) continue;
      const { request, kind, exam, reason, attempt, entry, text, asked: at } = asked;
      const json = { request, kind, exam, reason, attempt, entry, text, asked: at };
      const answer = await client.ask({ method: 'POST', path: '/api/v1/site/requests', json });
      if (ACCEPTED.has(answer.status)) this.#told.add(request);
      else this.#deps.log.warn({ request, status: answer.status }, 'headquarters did not take the request');
    }
  }
}
