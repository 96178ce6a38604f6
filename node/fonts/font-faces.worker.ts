/** The worker of `fontFacesInWorker`: one request, one answer, then it ends and its memory with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { fontFaces } from './font-faces.ts';

// A structured clone of the FontRequest that fontFacesInWorker, its only caller, was given.
const result = fontFaces(workerData);
parentPort?.postMessage(
  result,
  result.faces.map((face) => face.bytes.buffer).filter((buffer) => buffer instanceof ArrayBuffer),
);
