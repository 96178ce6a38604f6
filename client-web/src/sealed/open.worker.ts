/**
 * Opens age files away from the page's thread. age-encryption falls back to its own X25519 where WebCrypto has none
 * (Chrome before 133, so 109 too).
 */
import { Decrypter } from 'age-encryption';

export interface OpenJob {
  id: number;
  identity: string;
  sealed: Blob;
  type: string;
}

export type OpenResult = { id: number; plain: Blob } | { id: number; error: string };

/** The plain content of an age file. */
export async function openSealed(identity: string, sealed: Blob, type: string): Promise<Blob> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const plain = await decrypter.decrypt(new Uint8Array(await sealed.arrayBuffer()));
  // age-encryption makes its own buffer, which is never a shared one.
  return new Blob([plain as Uint8Array<ArrayBuffer>], { type });
}

/** Answers the page; only where this module is the worker itself. */
function serve(scope: {
  addEventListener: typeof addEventListener;
  postMessage(result: OpenResult): void;
}): void {
  scope.addEventListener('message', (event: MessageEvent<OpenJob>) => {
    const { id, identity, sealed, type } = event.data;
    openSealed(identity, sealed, type).then(
      (plain) => scope.postMessage({ id, plain }),
      (error: unknown) => scope.postMessage({ id, error: String(error) }),
    );
  });
}

// In a page or in Node this module only lends its function. TypeScript's DOM types know no worker scope.
if ('WorkerGlobalScope' in globalThis) serve(globalThis as unknown as Parameters<typeof serve>[0]);
