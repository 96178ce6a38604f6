/** Reading a card's QR with the camera, where the browser can; hand-held scanners type and need none of it. */

/** As far as it is used: the browsers' shape detection is in no type library. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorOf = new (options: { formats: string[] }) => Detector;

const EVERY_MS = 250;

function detectorOf(): DetectorOf | null {
  const found: unknown = Reflect.get(globalThis, 'BarcodeDetector');
  return typeof found === 'function' ? (found as DetectorOf) : null; // the standard's constructor, by its name
}

export const canScan = (): boolean => detectorOf() !== null && navigator.mediaDevices !== undefined;

/** Shows the camera in `video` and answers with the first QR that is seen. Rejects where there is no camera; stops with the signal. */
export async function scan(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const Detector = detectorOf();
  if (!Detector) return null;
  const detector = new Detector({ formats: ['qr_code'] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const [seen] = await detector.detect(video);
      if (seen) return seen.rawValue;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
