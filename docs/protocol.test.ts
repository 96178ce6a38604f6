/** docs/protocol.md tells everything of the contract, and its worked example is right to the byte. */
import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import t from 'tap';
import { answersText, parseShortCode, shortCode } from '#domain/attempt/digest.ts';
import { applyRevision, emptyContent } from '#domain/attempt/merge.ts';
import { checkRevision, encodeFrame, encodeRevision, genesisText } from '#domain/attempt/revision.ts';
import { exportPublicKey, verify } from '#node/signing/box-key.ts';
import { verifyDevice } from '#node/signing/device-signature.ts';
import type { Purpose } from '#node/signing/purpose.ts';
import type { ConsoleMessage, ConsolePush } from '#protocol/console.ts';
import { ID_PREFIX } from '#protocol/ids.ts';
import { VALUE_LIMITS } from '#protocol/paper.ts';
import { ANSWERS_PURPOSE, PURPOSE, REVISION_LIMITS, STREAM_PURPOSE } from '#protocol/revision.ts';
import { ROUTES } from '#protocol/routes.ts';
import { MANIFEST_PURPOSE, type SealedFile, type SealedManifest } from '#protocol/sealed.ts';
import { CLIENT_MESSAGES } from '#protocol/socket.schema.ts';
import {
  type AttemptState,
  type AttemptStatus,
  CLOSE,
  FRAME_BYTES,
  PING_EVERY_MS,
  type Receipt,
  SEAT_MAP_CELLS,
  type SeatMap,
  type ServerMessageType,
  SILENCE_MS,
  SOCKET_PATH,
  SOCKET_SUBPROTOCOL,
} from '#protocol/socket.ts';

const PAGE = readFileSync(join(import.meta.dirname, 'protocol.md'), 'utf8');

/** Text from one heading to the next of the same rank or a higher one. */
function chapter(title: string): string {
  const [head = '', mark = ''] = new RegExp(`^(#+) ${title}$`, 'm').exec(PAGE) ?? [];
  const from = PAGE.indexOf(head);
  const rest = PAGE.slice(from + head.length);
  const end = rest.search(new RegExp(`^#{1,${mark.length}} `, 'm'));
  return head === '' ? '' : rest.slice(0, end < 0 ? undefined : end);
}

/** Rows of a chapter's tables whose first cell begins with `` `name` ``. */
function row(text: string, name: string): string {
  return text.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
}

/** Names of a type, complete by the compiler's word. */
const names = <T extends string>(all: Record<T, true>): T[] => Object.keys(all) as T[];
const SERVER = names<ServerMessageType>({
  challenge: true,
  welcome: true,
  walk: true,
  ok: true,
  error: true,
  state: true,
  seat: true,
  ack: true,
  gap: true,
  refused: true,
  release: true,
  notice: true,
  time: true,
  fenced: true,
  receipt: true,
});
const PUSHES = names<ConsolePush['t']>({ map: true, seats: true, machines: true, notice: true, error: true });
const CONSOLE = names<ConsoleMessage['t']>({ watch: true });
const STATUSES = names<AttemptStatus>({
  identified: true,
  confirmed: true,
  waiting: true,
  writing: true,
  ended: true,
  submitted: true,
});
const ATTEMPT = names<keyof AttemptState>({
  attempt: true,
  status: true,
  epoch: true,
  candidate: true,
  seat: true,
  exam: true,
  session: true,
  sitting: true,
  subject: true,
  paper: true,
  seed: true,
  durationMs: true,
  plannedStart: true,
  startedAt: true,
  endsAt: true,
  pausedAt: true,
  creditMs: true,
  earliestSubmitAt: true,
  pledge: true,
  streams: true,
  released: true,
  portrait: true,
});
const RECEIPT = names<keyof Receipt>({
  v: true,
  attempt: true,
  box: true,
  code: true,
  digest: true,
  entry: true,
  answered: true,
  name: true,
  revisions: true,
  site: true,
  sitting: true,
  streams: true,
  subject: true,
  submitted: true,
  ticket: true,
});
const MANIFEST = names<keyof SealedManifest | keyof SealedFile>({
  v: true,
  paper: true,
  sealed: true,
  notBefore: true,
  recipient: true,
  n: true,
  m: true,
  files: true,
  name: true,
  role: true,
  bytes: true,
  sha256: true,
});
const MAP = names<keyof SeatMap>({
  roomName: true,
  rows: true,
  columns: true,
  front: true,
  here: true,
  yours: true,
  cells: true,
});

t.test('every route is described, with its right', async (t) => {
  const missing = ROUTES.filter(({ method, path, right }) => {
    const line = PAGE.split('\n').find((one) => one.startsWith(`| \`${method} ${path}\` |`));
    const said =
      right === 'public' || right === 'token' || right === 'staff' || line?.includes(`\`${right}\``);
    return line === undefined || !said;
  });
  t.same(missing, []);
  const described = [...PAGE.matchAll(/^\| `((?:GET|POST|PUT|DELETE) [^`]+)` \|/gm)].map(([, call]) => call);
  const routes = new Set(ROUTES.map(({ method, path }) => `${method} ${path}`));
  t.same(
    described.filter((call) => !routes.has(call ?? '')),
    [],
    'and nothing that is not there',
  );
});

t.test('every message of both sockets is described, with its fields', async (t) => {
  const machine = chapter('From the machine');
  for (const [type, schema] of Object.entries(CLIENT_MESSAGES)) {
    const line = row(machine, type);
    t.not(line, '', `${type} has a row`);
    for (const field of Object.keys(schema.properties))
      if (field !== 't') t.match(line, new RegExp(`\`${field}(\`|: )`), `${type} names ${field}`);
  }
  for (const type of SERVER) t.not(row(chapter('From the box'), type), '', `${type} has a row`);
  const socket = chapter('The console’s socket');
  for (const type of PUSHES) t.not(row(socket, type), '', `${type} has a row`);
  for (const type of CONSOLE) t.match(socket, `{"t":"${type}"`);
});

t.test('every field of what travels is named', async (t) => {
  const has = (text: string, all: readonly string[], what: string) =>
    t.same(
      all.filter((name) => !new RegExp(`[\`{ ,]${name}[\`},:? ]`).test(text)),
      [],
      what,
    );
  has(chapter('Attempt and status'), ATTEMPT, 'attempt');
  has(chapter('Attempt and status'), STATUSES, 'status');
  has(chapter('Submission and receipt'), RECEIPT, 'receipt');
  has(chapter('Sealed papers'), MANIFEST, 'manifest');
  has(chapter('From the box'), MAP, 'map');
  for (const [cell, letter] of Object.entries(SEAT_MAP_CELLS)) t.match(PAGE, `\`${letter}\` ${cell}`);
  for (const prefix of Object.values(ID_PREFIX)) t.match(PAGE, new RegExp(`\`${prefix}\` [a-z]`));
});

t.test('constants are those of the contract', async (t) => {
  for (const purpose of [...Object.values(PURPOSE), STREAM_PURPOSE, ANSWERS_PURPOSE, MANIFEST_PURPOSE])
    t.ok(PAGE.includes(`\`${purpose}\``), purpose);
  const socket = chapter('The candidate’s socket');
  t.ok(socket.includes(SOCKET_PATH) && socket.includes(`\`${SOCKET_SUBPROTOCOL}\``));
  for (const code of Object.values(CLOSE)) t.ok(chapter('Close codes').includes(`| ${code} |`), `${code}`);
  const limits = chapter('Limits');
  const said = (n: number) => n.toLocaleString('en-US');
  for (const n of [
    FRAME_BYTES,
    REVISION_LIMITS.entryBytes,
    REVISION_LIMITS.spliceUnits,
    REVISION_LIMITS.perFrame,
    REVISION_LIMITS.perStream,
    VALUE_LIMITS.textUnits,
    VALUE_LIMITS.values,
  ])
    t.match(limits, new RegExp(`\\| (the|up to )?${said(n)}\\b`), said(n));
  t.match(PAGE, `pings every ${PING_EVERY_MS / 1000} s`);
  t.match(PAGE, `for ${SILENCE_MS / 1000} s`);
  t.match(chapter('Revisions'), `every ${REVISION_LIMITS.fullEvery}th time`);
});

interface Example {
  machine: { d: string; key: string };
  hello: { text: string; sig: string };
  stream: string;
  genesis: { text: string; hash: string };
  revisions: { entry: string; hash: string }[];
  frame: string;
  head: { text: string; sig: string };
  answers: { text: string; digest: string };
  submit: { text: string; sig: string };
  code: { text: string; code: string };
  box: { seed: string; key: string };
  receipt: { text: string; sig: string };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

t.test('the worked example is right', async (t) => {
  const example = JSON.parse(
    /```json\n([\s\S]*?)\n```/.exec(chapter('Worked example'))?.[1] ?? '',
  ) as Example;
  const { machine, hello, stream, genesis, revisions, head, answers, submit, code, box, receipt } = example;

  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(machine.d, 'base64url'));
  t.equal(ecdh.getPublicKey('base64url'), machine.key);
  const seed = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(box.seed, 'base64url'),
  ]);
  const boxKey = createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' });
  t.equal(exportPublicKey(boxKey), box.key);

  const signed = (of: { text: string; sig: string }, purpose: Purpose) => {
    const line = of.text.indexOf('\n');
    t.equal(of.text.slice(0, line), purpose);
    const message = of.text.slice(line + 1);
    t.equal(canonicalize(JSON.parse(message)), message, 'canonical');
    return Buffer.from(message);
  };
  for (const [of, purpose] of [
    [hello, PURPOSE.socket],
    [head, PURPOSE.head],
    [submit, PURPOSE.submit],
  ] as const)
    t.ok(verifyDevice(machine.key, purpose, signed(of, purpose), of.sig), purpose);

  t.equal(genesisText(stream, machine.key), genesis.text);
  t.equal(sha256(genesis.text), genesis.hash);
  const content = emptyContent();
  let previous = genesis.hash;
  for (const [i, { entry, hash }] of revisions.entries()) {
    const revision = checkRevision(JSON.parse(entry));
    if (!revision) return t.fail(`revision ${i + 1} has not its shape`);
    t.match(revision, { rev: i + 1, prev: previous, stream });
    t.equal(encodeRevision(revision), entry);
    t.equal(canonicalize(revision), entry);
    t.equal(sha256(entry), hash);
    t.equal(applyRevision(content, revision), null);
    previous = hash;
  }
  t.equal(encodeFrame(revisions.map(({ entry }) => entry)), example.frame);
  t.equal(canonicalize(JSON.parse(example.frame)), example.frame);

  const at = { epoch: 1, rev: revisions.length, hash: previous };
  t.match(JSON.parse(head.text.split('\n')[1] ?? ''), { rev: at.rev, hash: at.hash, stream });
  const [attempt = ''] = stream.split('.');
  t.equal(answersText({ attempt, answers: content.answers, streams: [at] }), answers.text);
  t.equal(sha256(answers.text), answers.digest);
  t.match(JSON.parse(submit.text.split('\n')[1] ?? ''), { digest: answers.digest, hash: at.hash });

  t.equal(code.text, `gongyuan/receipt-code/v1\n${attempt}\n${answers.digest}`);
  t.equal(shortCode(createHash('sha256').update(code.text).digest()), code.code);
  t.equal(parseShortCode(code.code.toLowerCase().replaceAll('-', ' ')), code.code);

  const message = signed(receipt, PURPOSE.receipt);
  t.ok(verify(box.key, PURPOSE.receipt, message, receipt.sig));
  t.equal(sign(null, Buffer.from(receipt.text), boxKey).toString('base64url'), receipt.sig);
  const body = JSON.parse(message.toString()) as Receipt;
  t.match(body, {
    attempt,
    digest: answers.digest,
    code: code.code,
    streams: [at],
    answered: 2,
    revisions: 2,
  });
  t.same(Object.keys(body).sort(), [...RECEIPT].sort());
});
