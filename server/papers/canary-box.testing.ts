/**
 * A whole box as a process of its own, for the canary test: it must not be the process that makes the package. Prints one
 * line of JSON when it listens; the log goes to standard error. Argument: the data folder.
 */
import { randomBytes } from 'node:crypto';
import { buildApp } from '#server/app.ts';
import { readConfig } from '#server/platform/config.ts';
import { newId } from '#server/platform/ids.ts';
import { createLog } from '#server/server.ts';
import { hashToken } from '#server/staff/auth.service.ts';

const [, , data] = process.argv;
if (data === undefined) throw new Error('which data folder?');
const config = readConfig(
  ['--data', data, '--port', '0', '--host', '127.0.0.1', '--name', 'localhost', '--log', 'debug'],
  {},
);
const app = await buildApp({ config, log: createLog('debug') });
const { ledger, box } = app.deps;
const staff = newId('staff');
const exam = newId('exam');
const token = randomBytes(16).toString('base64url');
await ledger.append(
  [
    {
      kind: 'STAFF_SAVED',
      body: { staff, login: 'admin', name: 'admin', role: 'administrator', rooms: [], active: true },
    },
    { kind: 'EXAM_SAVED', body: { exam, name: '期末' } },
  ],
  {
    local: [
      { t: 'staff-secret', staff, hash: 'none' },
      {
        t: 'sign-in',
        tokenHash: hashToken(token),
        staff,
        expires: Date.now() + 3_600_000,
        address: '',
        agent: '',
      },
    ],
  },
);
await app.listen();
process.stdout.write(`${JSON.stringify({ origin: box.origin, exam, token })}\n`);
process.once('SIGTERM', () => void app.stop('test ended').then(() => process.exit(0)));
