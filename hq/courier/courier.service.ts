/** What comes on a stick: each batch is taken as over the line, and the receipts go back the same way. */
import type { Static } from 'typebox';
import { codedWords } from '#hq/alarms/alarm-words.ts';
import type { AlarmsService } from '#hq/alarms/alarms.service.ts';
import type { BatchesService } from '#hq/batches/batches.service.ts';
import type { EnrolmentService } from '#hq/enrolment/enrolment.service.ts';
import { recordAction } from '#hq/platform/actions.ts';
import type { HqDeps } from '#hq/platform/deps.ts';
import type { OfficerCaller } from '#hq/platform/guard.ts';
import { HqError } from '#hq/platform/hq-error.ts';
import type { SitesService } from '#hq/sites/sites.service.ts';
import { readCourier } from '#node/sync/courier-file.ts';
import type { CourierAnswer } from '#protocol/hq.answers.schema.ts';
import { type BatchOffer, type BatchState, RECEIPTS_FORMAT, type ReceiptsFile } from '#protocol/hq.ts';

type Answer = Static<typeof CourierAnswer>;
interface Services {
  alarms: AlarmsService;
  batches: BatchesService;
  enrolment: EnrolmentService;
  sites: SitesService;
}

export class CourierService {
  readonly #deps: HqDeps;
  readonly #services: Services;

  constructor(deps: HqDeps, services: Services) {
    this.#deps = deps;
    this.#services = services;
  }

  /**
   * Takes a courier's file. Bringing it twice does nothing the second time and gives the same receipts. Throws
   * `courier/form`, `courier/signature`, `batch/other-hq`, `hq/unknown-box`, `hq/revoked`.
   */
  async take(caller: OfficerCaller, name: string, body: AsyncIterable<Uint8Array>): Promise<Answer> {
    const { keys, time, db } = this.#deps;
    const { index, files } = await readCourier(body);
    const { site, key } = index;
    if (index.hq !== keys.key.publicKey) throw new HqError('batch/other-hq', { hq: index.hq });
    const box = (await this.#services.enrolment.boxes(site)).find((box) => box.key === key);
    if (!box) throw new HqError('hq/unknown-box');
    if (box.revoked !== null) throw new HqError('hq/revoked');
    const receipts: ReceiptsFile = { format: RECEIPTS_FORMAT, site, receipts: [], refused: [] };
    const batches: Answer['batches'] = [];
    for await (const { offer, file } of files) {
      const { state, again } = await this.#takeOne(site, offer, file);
      const { site: of, ledger, first, last, root } = offer;
      const batch = { site: of, ledger, first, last, root };
      if (state.state === 'taken') receipts.receipts.push(state.receipt);
      if (state.state === 'refused') receipts.refused.push({ batch, code: state.code, detail: state.detail });
      const fault = state.state === 'refused' ? codedWords(state.code, { detail: state.detail }) : null;
      batches.push({ ...batch, state: state.state === 'taken' ? 'taken' : 'refused', again, fault });
    }
    const detail = { site, file: name, batches: batches.length, refused: receipts.refused.length };
    await db.transaction((tx) =>
      recordAction(tx, { officer: caller.officer, at: time.wall(), what: 'courier.take', detail }),
    );
    return { site, siteName: await this.#services.sites.nameOf(site), batches, receipts };
  }

  async #takeOne(
    site: string,
    offer: BatchOffer,
    file: Uint8Array | null,
  ): Promise<{ state: BatchState; again: boolean }> {
    const known = await this.#services.batches.taken(site, offer);
    if (known) return { state: known, again: true };
    if (file === null) {
      const reason = 'damaged on the way';
      const { ledger, first, last } = offer;
      await this.#deps.db.transaction((tx) =>
        this.#services.alarms.raise(tx, {
          site,
          code: 'batch/sealed',
          detail: { ledger, first, last, reason },
        }),
      );
      return { state: { state: 'refused', batch: '', code: 'batch/sealed', detail: reason }, again: false };
    }
    return this.#services.batches.take(site, offer, file, 'stick');
  }
}
