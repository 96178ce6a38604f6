/** The machine's key: ECDSA P-256, made here, not extractable, kept in IndexedDB. It names and proves the machine. */
import { base64url, toUtf8 } from './bytes.ts';
import type { Store } from './store.types.ts';

export interface DeviceKey {
  /** Raw uncompressed point, 65 bytes in base64url. */
  publicKey: string;
  /** base64url of r‖s over SHA-256 of the text's UTF-8. */
  sign(text: string): Promise<string>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** The key of this machine; made and stored on first use. Rejects with `StoreError` when it can't be kept. */
export async function loadDeviceKey(store: Store, subtle: SubtleCrypto): Promise<DeviceKey> {
  // Only this module writes here.
  let pair = (await store.get('key', ['device'])) as CryptoKeyPair | undefined;
  if (!pair) {
    pair = await subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
    await store.write([{ in: 'key', key: ['device'], add: pair }]);
  }
  const { privateKey, publicKey } = pair;
  return {
    publicKey: base64url(new Uint8Array(await subtle.exportKey('raw', publicKey))),
    sign: async (text) => base64url(new Uint8Array(await subtle.sign(SIGNING, privateKey, toUtf8(text)))),
  };
}
