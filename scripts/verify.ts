/**
 * `npm run verify -- --data DIR [--json]`: recomputes everything stored in a data folder (server/ledger/verify.ts).
 * Reads only: works beside a running server and on a copy. Ends with 0 when all is well, 1 when not, 2 for wrong use.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LEDGER_FAULTS } from '#node/ledger/faults.ts';
import { type VerifyReport, verifyLedger } from '#server/ledger/verify.ts';

const USAGE = 'usage: npm run verify -- --data DIR [--json]';

function main(): number {
  let data: string | undefined;
  let json = false;
  try {
    ({ data, json = false } = parseArgs({
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    }).values);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  data ??= process.env['GONGYUAN_DATA'];
  if (!data) {
    console.error(USAGE);
    return 2;
  }
  const root = resolve(data);
  const live = process.stderr.isTTY && !json;
  const report = verifyLedger(root, (events) => {
    if (live) process.stderr.write(`\r${events} events`);
  });
  if (live) process.stderr.write('\r\x1b[K');
  console.log(json ? JSON.stringify(report) : readable(root, report));
  return report.ok ? 0 : 1;
}

function readable(root: string, report: VerifyReport): string {
  const { events, size, checkpoints, signatures: s, projections, faults } = report;
  const tables = Object.values(projections);
  const lines = [
    `${root}`,
    `events        ${events} (tree of ${size}, root ${report.root || 'none'})`,
    `checkpoints   ${checkpoints}, ${s.checkpoints} signed by the box`,
    `signatures    ${s.heads} heads, ${s.submissions} submissions, ${s.receipts} receipts`,
    `tables        ${tables.filter(({ equal }) => equal).length} of ${tables.length} equal to their rebuilding, ${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
    `keys folder   ${report.keysFolder}`,
  ];
  for (const { code, detail, seq } of faults) {
    const { zh, en } = LEDGER_FAULTS[code];
    lines.push(`! ${code}${seq === undefined ? '' : ` (event ${seq})`}: ${en} / ${zh}: ${detail}`);
  }
  if (report.more > 0) lines.push(`! and ${report.more} more`);
  lines.push(report.ok ? 'OK: everything matches / 全部一致' : 'NOT OK / 校验未通过');
  return lines.join('\n');
}

process.exitCode = main();
