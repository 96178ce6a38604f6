/** The console's calls about headquarters; part of ConsoleCalls (console.calls.ts). */
import type { Static } from 'typebox';
import type * as S from './delivery.schema.ts';
import type {
  BatchRow,
  HqState,
  PackagePreview,
  PackagesState,
  PurgeState,
  ReleaseState,
  RequestRow,
} from './delivery.ts';

type Of<T extends keyof typeof S> = Static<(typeof S)[T]>;
/** A download. */
type FileAnswer = unknown;

export interface DeliveryCalls {
  'GET /api/v1/console/hq': { answer: HqState };
  'POST /api/v1/console/hq': { body: Of<'HqConnectBody'>; answer: HqState };
  'POST /api/v1/console/hq/disconnect': { body: Of<'ReasonBody'>; answer: HqState };
  /** Starts an exchange now; answers at once, the state tells how it goes. */
  'POST /api/v1/console/hq/sync': { answer: HqState };
  /** Newest first, at most 500. */
  'GET /api/v1/console/hq/batches': { answer: BatchRow[] };
  /** Packs what is new and gives one file with all batches without a receipt. */
  'POST /api/v1/console/hq/courier': { answer: FileAnswer };
  'POST /api/v1/console/hq/receipts': { body: 'bytes'; answer: { taken: number; refused: number } };
  'GET /api/v1/console/packages': { answer: PackagesState };
  'POST /api/v1/console/packages/fetch': { body: Of<'PackageFetchBody'>; answer: PackagePreview };
  'POST /api/v1/console/packages/file': { body: 'bytes'; answer: PackagePreview };
  'POST /api/v1/console/packages/confirm': { body: Of<'PackageConfirmBody'>; answer: PackagesState };
  'GET /api/v1/console/sessions/:session/release': { answer: ReleaseState };
  'POST /api/v1/console/sessions/:session/release/codes': {
    body: Of<'ReleaseCodeBody'>;
    answer: ReleaseState;
  };
  'POST /api/v1/console/sessions/:session/release/forget': { answer: ReleaseState };
  'POST /api/v1/console/sessions/:session/release/fetch': { answer: ReleaseState };
  'GET /api/v1/console/requests': { answer: RequestRow[] };
  'POST /api/v1/console/requests': { body: Of<'RequestBody'>; answer: RequestRow };
  'POST /api/v1/console/requests/:request/decide': { body: Of<'DecideBody'>; answer: RequestRow };
  'GET /api/v1/console/sessions/:session/purge': { answer: PurgeState };
  'POST /api/v1/console/sessions/:session/purge': { body: Of<'ReasonBody'>; answer: PurgeState };
  'POST /api/v1/console/sessions/:session/purge/confirm': { answer: PurgeState };
}
