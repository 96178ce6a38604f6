/**
 * `npm run export-ledger -- --data DIR --out DIR2`: writes the ledger as files for strangers to verify (docs/ledger.md).
 * Reads only: works beside a running server. Ends with 0, 1 when it could not, 2 for wrong use.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LEDGER_FAULTS, LedgerUnreadable } from '#node/ledger/faults.ts';
import { exportLedger } from '#server/ledger/export.ts';

const USAGE = 'usage: npm run export-ledger -- --data DIR --out DIR2';

function main(): number {
  let data: string | undefined;
  let out: string | undefined;
  try {
    ({ data, out } = parseArgs({
      options: { data: { type: 'string' }, out: { type: 'string' } },
    }).values);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  data ??= process.env['GONGYUAN_DATA'];
  if (!data || !out) {
    console.error(USAGE);
    return 2;
  }
  try {
    const about = exportLedger(resolve(data), resolve(out));
    console.log(JSON.stringify(about));
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerUnreadable)) throw error;
    const { code, detail } = error.fault;
    console.error(`${code}: ${LEDGER_FAULTS[code].en} / ${LEDGER_FAULTS[code].zh}: ${detail}`);
    return 1;
  }
}

process.exitCode = main();
