/** Identifiers: a short prefix that tells the kind, and 16 characters of lower-case base32 (80 random bits). */
export const ID_PREFIX = {
  exam: 'ex',
  session: 'se',
  sitting: 'si',
  room: 'rm',
  paper: 'pa',
  candidate: 'ca',
  entry: 'en',
  machine: 'ma',
  attempt: 'at',
  staff: 'st',
  notice: 'no',
  box: 'bx',
  walk: 'wk',
  credit: 'cr',
  incident: 'ic',
  photo: 'ph',
  material: 'mt',
  report: 'rp',
  package: 'pk',
  request: 'rq',
  officer: 'of',
  purge: 'pu',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

export const ID_PATTERN = '^[a-z]{2}_[0-9a-hjkmnp-tv-z]{16}$';
export const HASH_PATTERN = '^[A-Za-z0-9_-]{43}$';
export const SHA256_HEX_PATTERN = '^[0-9a-f]{64}$';
/** Raw uncompressed P-256 point, 65 bytes in base64url. */
export const DEVICE_KEY_PATTERN = '^[A-Za-z0-9_-]{87}$';
export const SIGNATURE_PATTERN = '^[A-Za-z0-9_-]{86}$';
