/** Files on their way to the box: permitted over the socket, sent by HTTP, tried again after a lost line. */
import type { FileValue } from '#protocol/paper.ts';
import type { Hall } from './hall.ts';
import { type Of, Refusal, type Request } from './socket-client.ts';
import type { Act } from './typist.ts';

type Upload = Extract<Act, { t: 'upload' }>;

interface Desk {
  ask: (request: Request) => Promise<Of<'ok'>>;
  /** The box has the file: the answer may name it. */
  stored: (value: FileValue) => void;
}

export class UploadQueue {
  readonly #hall: Pick<Hall, 'box' | 'metrics'>;
  readonly #address: string;
  readonly #waiting: { act: Upload; desk: Desk }[] = [];
  #running = false;

  constructor(hall: Pick<Hall, 'box' | 'metrics'>, address: string) {
    this.#hall = hall;
    this.#address = address;
  }

  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  add(act: Upload, desk: Desk): void {
    this.#waiting.push({ act, desk });
    this.retry();
  }

  /** Goes on with what is waiting; to be called when the line is back. */
  retry(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        const { act, desk } = next;
        const { name, type, bytes, sha256 } = act.file;
        await this.#send(act, desk);
        this.#hall.metrics.uploads += 1;
        this.#waiting.shift();
        desk.stored({ name, type, bytes: bytes.length, sha256 });
      }
    } catch (error) {
      // A lost line: the file waits for the next attach. A refusal of the file itself would come again.
      if (error instanceof Refusal && error.code !== 'offline/no-answer') {
        this.#hall.metrics.refused(error.code);
        this.#waiting.shift();
      }
    } finally {
      this.#running = false;
    }
  }

  async #send({ item, resp, file }: Upload, desk: Desk): Promise<void> {
    const { name, type, bytes, sha256 } = file;
    const ok = await desk.ask({ t: 'upload', item, resp, name, type, bytes: bytes.length, sha256 });
    // Null: the box has these very bytes already.
    if (!ok.upload) return;
    await this.#hall.box.fetch({
      method: 'PUT',
      path: ok.upload.url,
      headers: {
        authorization: `Bearer ${ok.upload.token}`,
        'content-type': 'application/octet-stream',
        origin: this.#hall.box.origin,
      },
      body: bytes,
      address: this.#address,
    });
  }
}
