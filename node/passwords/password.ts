/** Argon2id passwords of staff (RFC 9106; parameters of OWASP's cheat sheet: 19 MiB, 2 passes, 1 lane). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_BYTES = 32;

async function tag(
  password: string,
  nonce: Uint8Array,
  memory: number,
  passes: number,
  lanes: number,
): Promise<Buffer> {
  return derive('argon2id', {
    message: Buffer.from(password.normalize('NFC')),
    nonce,
    parallelism: lanes,
    tagLength: TAG_BYTES,
    memory,
    passes,
  });
}

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** PHC string of a new salt. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const hash = await tag(password, nonce, MEMORY_KIB, PASSES, LANES);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${b64(nonce)}$${b64(hash)}`;
}

/** Whether the password is the hash's. A hash out of form is false. */
export async function verifyPassword(phc: string, password: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (!match) return false;
  const [, m, t, p, salt = '', expected = ''] = match;
  const found = await tag(password, Buffer.from(salt, 'base64'), Number(m), Number(t), Number(p));
  const wanted = Buffer.from(expected, 'base64');
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}

const COMMON = [
  'password',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyuiop',
  'administrator',
  'gongyuan',
  'iloveyou',
];

/** At least 10 characters, not one of the worst, not its own login, not one character repeated. */
export function isWeakPassword(password: string, login: string): boolean {
  const lower = password.toLowerCase();
  return (
    [...password].length < 10 ||
    lower.includes(login.toLowerCase()) ||
    COMMON.some((common) => lower.replace(/[^a-z0-9]/g, '') === common) ||
    new Set(lower).size < 4
  );
}
