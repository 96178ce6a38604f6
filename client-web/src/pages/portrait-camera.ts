/** This PC's camera and a still of it, for the portrait at sign-in. */

const LONG_SIDE = 1280;
const QUALITY = 0.85;

/**
 * The camera that looks at who sits here. Rejects where there is none, it is in use, or forbidden; `ended` is called
 * when it goes away later.
 */
export async function openCamera(ended: () => void): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 960 } },
  });
  for (const track of stream.getTracks()) track.addEventListener('ended', ended);
  return stream;
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A JPEG of what the camera shows, at most 1280 px at its long side. */
export function stillOf(video: HTMLVideoElement): Promise<Blob> {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, LONG_SIDE / Math.max(videoWidth, videoHeight));
  const canvas = new OffscreenCanvas(Math.round(videoWidth * scale), Math.round(videoHeight * scale));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
