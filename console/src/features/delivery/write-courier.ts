/** Asks the box for the courier's file and hands it to the browser to be saved. */
import { asFailure, Failure, failureOf } from '../../api/failure.ts';

const PATH = '/api/v1/console/hq/courier';

/** How many bytes it has. Throws `Failure`. */
export async function writeCourier(): Promise<number> {
  let response: Response;
  let bytes: Blob;
  try {
    response = await fetch(PATH, { method: 'POST', credentials: 'same-origin', cache: 'no-store' });
    bytes = await response.blob();
  } catch {
    throw new Failure('console/offline', 503);
  }
  if (!response.ok) {
    let body: unknown = null;
    try {
      body = JSON.parse(await bytes.text());
    } catch (thrown) {
      throw asFailure(thrown);
    }
    throw failureOf(response.status, body);
  }
  const disposition = response.headers.get('content-disposition') ?? '';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = /filename="([^"/\\]+)"/.exec(disposition)?.[1] ?? 'courier.gongyuan-courier';
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return bytes.size;
}
