import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import t from 'tap';
import { ensureAuthority, ensureServerCertificate, type ServerCertificate } from './certificates.ts';
import { DAY_MS } from './issue.ts';

const now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY_MS);
const names = ['kaochang.example', 'box.local'];
const addresses = ['127.0.0.1', '10.1.2.3', 'fd00:0:0::0001'];
const siteName = '第一中学 #1, "东"校区';

async function box(dir: string, at = now, given: { names?: string[]; addresses?: string[] } = {}) {
  await ensureAuthority(dir, { siteName, now: at });
  return ensureServerCertificate(dir, { names, addresses, now: at, ...given });
}

/** A real handshake on the loopback with the authority trusted and the host's name checked. */
async function handshake(server: ServerCertificate, servername: string, ca = server.ca): Promise<string> {
  const listener = createServer({ key: server.key, cert: server.chain }, (socket) => socket.end('ok'));
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  // A server that listens on TCP has an address object.
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise((done) => {
      const socket = connect({ host: '127.0.0.1', port, servername, ca, minVersion: 'TLSv1.2' }, () => {
        done(socket.authorized ? 'authorized' : 'not authorized');
        socket.destroy();
      });
      socket.on('error', (error) => done('code' in error ? String(error.code) : error.message));
    });
  } finally {
    await new Promise((done) => listener.close(done));
  }
}

const openssl = (dir: string, ...args: string[]) =>
  execFileSync('openssl', args, { cwd: dir, encoding: 'utf8' });

t.test('a handshake succeeds by every name and address, and fails by another', async (t) => {
  const dir = t.testdir();
  const server = await box(join(dir, 'one'));
  for (const name of names) t.equal(await handshake(server, name), 'authorized', name);
  t.equal(await handshake(server, 'other.example'), 'ERR_TLS_CERT_ALTNAME_INVALID');
  const stranger = await box(join(dir, 'two'));
  t.match(await handshake(server, 'box.local', stranger.ca), /UNABLE_TO_VERIFY|SELF_SIGNED|CERT_SIGNATURE/);
  const certificate = new X509Certificate(server.cert);
  for (const address of ['127.0.0.1', '10.1.2.3', 'fd00::1']) t.ok(certificate.checkIP(address), address);
  t.notOk(certificate.checkIP('10.1.2.4'));
});

t.test('openssl finds the chain good and the fields as they must be', async (t) => {
  const dir = t.testdir();
  const server = await box(dir);
  writeFileSync(join(dir, 'leaf.crt'), server.cert);
  t.match(
    openssl(
      dir,
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-verify_hostname',
      'box.local',
      '-CAfile',
      'authority.crt',
      'leaf.crt',
    ),
    /leaf\.crt: OK/,
  );
  t.match(
    openssl(dir, 'verify', '-x509_strict', '-verify_ip', 'fd00::1', '-CAfile', 'authority.crt', 'leaf.crt'),
    /OK/,
  );
  t.throws(() =>
    execFileSync(
      'openssl',
      ['verify', '-verify_hostname', 'other.example', '-CAfile', 'authority.crt', 'leaf.crt'],
      { cwd: dir, stdio: 'pipe' },
    ),
  );
  const leaf = openssl(dir, 'x509', '-in', 'leaf.crt', '-noout', '-text');
  t.match(leaf, /X509v3 Extended Key Usage: *\n *TLS Web Server Authentication\n/);
  t.match(leaf, /X509v3 Key Usage: critical\n *Digital Signature\n/);
  t.match(leaf, /NIST CURVE: P-256/);
  const ca = openssl(
    dir,
    'x509',
    '-in',
    'authority.crt',
    '-noout',
    '-text',
    '-nameopt',
    'utf8,sep_multiline',
  );
  t.match(ca, /X509v3 Basic Constraints: critical\n *CA:TRUE, pathlen:0\n/);
  t.match(ca, /X509v3 Key Usage: critical\n *Certificate Sign, CRL Sign\n/);
  t.notMatch(ca, /Name Constraints/);
  t.ok(ca.includes(siteName));
  const spki = openssl(dir, 'x509', '-in', 'leaf.crt', '-noout', '-pubkey');
  const der = Buffer.from(spki.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  t.equal(server.spkiHashBase64, createHash('sha256').update(der).digest('base64'));
  const { validFromDate, validToDate } = new X509Certificate(server.cert);
  t.ok(validToDate.getTime() - validFromDate.getTime() <= 397 * DAY_MS);
  t.ok(validFromDate.getTime() < now.getTime() - DAY_MS, 'valid for a PC whose clock is behind');
});

t.test('keys are closed to others, the certificate to hand out is not', async (t) => {
  const dir = t.testdir();
  await box(join(dir, 'pki'));
  const mode = (name: string) => statSync(join(dir, 'pki', name)).mode & 0o777;
  t.same(readdirSync(join(dir, 'pki')).sort(), ['authority.crt', 'authority.pem', 'server.pem']);
  t.same(
    [mode('authority.crt'), mode('authority.pem'), mode('server.pem'), mode('.')],
    [0o644, 0o600, 0o600, 0o700],
  );
  t.notMatch(readFileSync(join(dir, 'pki', 'authority.crt'), 'utf8'), /PRIVATE/);
  chmodSync(join(dir, 'pki', 'server.pem'), 0o644);
  await box(join(dir, 'pki'));
  t.equal(mode('server.pem'), 0o600);
});

t.test('nothing is issued without need', async (t) => {
  const dir = t.testdir();
  const first = await box(dir);
  t.equal(first.renewed, true);
  const again = await box(dir, later(300), {
    names: ['box.local', 'KAOCHANG.example'],
    addresses: ['fd00::1', '10.1.2.3', '127.0.0.1'],
  });
  t.same([again.renewed, again.cert], [false, first.cert], 'order and spelling are no change');
  t.equal((await box(dir, later(-20))).renewed, false, 'nor is a clock that went back');
});

t.test('renewal keeps authority and key, so that trust and pins go on', async (t) => {
  const dir = t.testdir();
  const first = await box(dir);
  t.equal((await box(dir, later(359))).renewed, false);
  const renewed = await box(dir, later(361));
  t.equal(renewed.renewed, true);
  t.equal(renewed.ca, first.ca);
  t.equal(renewed.spkiHashBase64, first.spkiHashBase64);
  t.ok(renewed.notAfter > first.notAfter);
  const moved = await box(dir, now, { names: ['new.example'], addresses: ['10.9.9.9'] });
  t.equal(moved.renewed, true);
  t.equal(
    await handshake(moved, 'new.example', first.ca),
    'authorized',
    'devices that trust the authority need nothing',
  );
  t.equal(await handshake(moved, 'box.local', first.ca), 'ERR_TLS_CERT_ALTNAME_INVALID');
  t.equal((await ensureAuthority(dir, { siteName: 'renamed', now })).cert, first.ca);
});

t.test('the end of the authority is the end', async (t) => {
  const dir = t.testdir();
  await box(dir);
  const last = await box(dir, later(3600));
  t.equal(last.notAfter.getTime(), (await ensureAuthority(dir, { siteName, now })).notAfter.getTime());
  t.equal((await box(dir, later(3630))).renewed, false, 'not renewed daily in vain');
  await t.rejects(box(dir, later(3650)), { code: 'certificate/expired' });
  await t.rejects(box(join(dir, 'new'), new Date(0)), { code: 'certificate/clock' });
});

t.test('eight starts at once agree', async (t) => {
  const dir = t.testdir();
  const all = await Promise.all(Array.from({ length: 8 }, () => box(dir)));
  t.equal(new Set(all.map((server) => server.ca)).size, 1);
  t.equal(new Set(all.map((server) => server.cert + server.key)).size, 1);
});

t.test('broken, half-written and missing files are refused and left alone', async (t) => {
  const dir = t.testdir();
  const good = join(dir, 'good');
  await box(good);
  const other = join(dir, 'other');
  await box(other);
  const read = (name: string) => readFileSync(join(good, name), 'utf8');
  const key = read('authority.pem').split('-----BEGIN CERT')[0] ?? '';
  const cases: Record<string, Record<string, string | null>> = {
    'authority empty': { 'authority.pem': '' },
    'authority cut': { 'authority.pem': read('authority.pem').slice(0, 300) },
    'key alone': { 'authority.pem': key },
    'certificate alone': { 'authority.pem': read('authority.crt') },
    "another's certificate": { 'authority.pem': key + readFileSync(join(other, 'authority.crt'), 'utf8') },
    'one bit in the certificate': {
      'authority.pem': read('authority.pem').replace(/....(?=\n-----END CERT)/, 'AAA='),
    },
    'server as authority': { 'authority.pem': read('server.pem') },
    'authority lost': { 'authority.pem': null },
    'authority lost with its certificate': { 'authority.pem': null, 'authority.crt': null },
    'server cut': { 'server.pem': read('server.pem').slice(0, -100) },
    'server twice': { 'server.pem': read('server.pem').repeat(2) },
    'server empty': { 'server.pem': '' },
  };
  for (const [name, changes] of Object.entries(cases)) {
    const place = join(dir, name);
    mkdirSync(place, { recursive: true });
    for (const file of readdirSync(good)) copyFileSync(join(good, file), join(place, file));
    for (const [file, text] of Object.entries(changes)) {
      if (text === null) rmSync(join(place, file));
      else writeFileSync(join(place, file), text);
    }
    const before = readdirSync(place).map((file) => [file, readFileSync(join(place, file), 'utf8')]);
    await t.rejects(box(place), { code: 'certificate/damaged' }, name);
    t.same(
      readdirSync(place).map((file) => [file, readFileSync(join(place, file), 'utf8')]),
      before,
      `${name}: left alone`,
    );
  }
  await t.rejects(ensureServerCertificate(join(dir, 'none'), { names, addresses, now }), {
    code: 'certificate/damaged',
  });
});

t.test('what can be made again is made again', async (t) => {
  const dir = t.testdir();
  const first = await box(dir);
  rmSync(join(dir, 'authority.crt'));
  rmSync(join(dir, 'server.pem'));
  const again = await box(dir);
  t.equal(readFileSync(join(dir, 'authority.crt'), 'utf8'), first.ca);
  t.not(again.spkiHashBase64, first.spkiHashBase64, 'removing server.pem is how to get a new key');
  t.equal(await handshake(again, 'box.local', first.ca), 'authorized');
});

t.test('names and addresses are checked', async (t) => {
  const dir = t.testdir();
  await box(dir);
  const ask = (names: string[], addresses: string[] = []) =>
    ensureServerCertificate(dir, { names, addresses, now });
  for (const bad of [
    '',
    'a b',
    '-a.example',
    'a..b',
    '*.example',
    '10.0.0.1',
    `${'a'.repeat(64)}.example`,
    'a_b',
    'http://x',
    `${'abc.'.repeat(64)}x`,
  ]) {
    await t.rejects(ask([bad]), { code: 'certificate/name' }, bad.slice(0, 20));
  }
  for (const bad of ['', '10.0.0', '10.0.0.256', 'fe80::1%eth0', 'box.local', '::g']) {
    await t.rejects(ask(['box.local'], [bad]), { code: 'certificate/name' }, bad);
  }
  await t.rejects(ask([]), { code: 'certificate/name' });
  const chinese = await ask(['考点.example', '考点.example'], ['::1']);
  t.match(
    new X509Certificate(chinese.cert).subjectAltName,
    /^DNS:xn--[a-z0-9]+\.example, IP Address:0:0:0:0:0:0:0:1$/,
  );
  const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
  t.equal(await handshake(await ask([long]), long), 'authorized');
});
