/** The name of this box's ledger, as in its checkpoints. */
import { checkpointOrigin } from '#domain/ledger/checkpoint.ts';
import type { Deps } from '#server/platform/deps.ts';
import type { Statements } from '#server/platform/statements.ts';
import { selectOptionalSite } from './sync.repo.ts';

/** `site/box/epoch`; empty before the site has a name. */
export function ledgerOrigin({ box }: Pick<Deps, 'box'>, s: Statements): string {
  const site = selectOptionalSite(s);
  return site ? checkpointOrigin(site.site, box.box, box.boxEpoch) : '';
}
