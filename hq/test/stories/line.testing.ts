/** The internet line between a site and its headquarters, for stories: it can be cut, go dead, and come back. */
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import type { Test } from 'tap';

export class Line {
  /** Where the box finds headquarters. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number;
  #state: 'up' | 'cut' | 'dead' = 'up';
  /** The connection ends after so many bytes towards headquarters; null: never. */
  dropAfter: number | null = null;

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${port}`;
    server.on('connection', (socket) => this.#carry(socket));
  }

  /** `target`: port of headquarters on loopback. */
  static async open(t: Test, target: number): Promise<Line> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const line = new Line(server, typeof address === 'object' && address ? address.port : 0, target);
    t.teardown(() => line.close());
    return line;
  }

  /** Another replica answers from now on; what is under way ends. */
  lead(target: number): void {
    this.#target = target;
    this.#drop();
  }

  /** Every try ends at once. */
  cut(): void {
    this.#state = 'cut';
    this.#drop();
  }

  /** Nothing gets through, and nothing says so: a cable cut somewhere in the city. */
  die(): void {
    this.#state = 'dead';
    this.#drop();
  }

  mend(): void {
    this.#state = 'up';
    this.#drop();
  }

  async close(): Promise<void> {
    this.#drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(socket: Socket): void {
    this.#hold(socket);
    if (this.#state === 'cut') socket.destroy();
    if (this.#state !== 'up') return;
    const onward = dial(this.#target, '127.0.0.1');
    this.#hold(onward);
    let sent = 0;
    socket.on('data', (bytes: Buffer) => {
      sent += bytes.length;
      if (this.dropAfter !== null && sent > this.dropAfter) {
        onward.write(bytes.subarray(0, Math.max(0, bytes.length - (sent - this.dropAfter))), () =>
          onward.destroy(),
        );
        socket.destroy();
        return;
      }
      onward.write(bytes);
    });
    onward.on('data', (bytes: Buffer) => socket.write(bytes));
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
