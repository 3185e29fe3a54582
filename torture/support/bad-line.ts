import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What a line does to one connection. */
export type Trouble =
  | { readonly kind: 'none' }
  /** Ended by RST as soon as it is there. */
  | { readonly kind: 'reset' }
  /** Takes everything and says nothing. */
  | { readonly kind: 'hung' }
  /** Ended by RST after so many bytes of the one direction. */
  | { readonly kind: 'cut'; readonly direction: 'up' | 'down'; readonly bytes: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Something else answers, e.g. the page of a hotel. */
  | { readonly kind: 'answer'; readonly text: string };

const TICK_MS = 50;

/** A line to a server on this machine, over real connections, that troubles some of them. */
export class BadLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  /** @param troubleOf of the connection of this number, from 0. */
  private constructor(port: number, troubleOf: (connection: number) => Trouble) {
    this.#server = createServer((near) => {
      this.#keep(near);
      const trouble = troubleOf(this.#connections);
      this.#connections += 1;
      if (trouble.kind === 'reset') near.resetAndDestroy();
      else if (trouble.kind === 'answer') near.once('data', () => near.end(trouble.text));
      else if (trouble.kind === 'hung') near.resume();
      else this.#forward(near, this.#keep(connect(port, '127.0.0.1')), trouble);
    });
  }

  static async to(port: number, troubleOf: (connection: number) => Trouble): Promise<BadLine> {
    const line = new BadLine(port, troubleOf);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }

  #forward(near: Socket, far: Socket, trouble: Trouble): void {
    const cut = (direction: 'up' | 'down') =>
      trouble.kind === 'cut' && trouble.direction === direction ? trouble.bytes : Infinity;
    const end = (): void => {
      near.resetAndDestroy();
      far.destroy();
    };
    pass(near, far, cut('up'), end);
    if (trouble.kind === 'slow') passSlowly(far, near, trouble.bytesPerSecond);
    else pass(far, near, cut('down'), end);
  }
}

function pass(from: Socket, to: Socket, limit: number, atLimit: () => void): void {
  let passed = 0;
  from.on('data', (chunk) => {
    const piece = chunk.subarray(0, Math.max(0, limit - passed));
    passed += chunk.length;
    to.write(piece, () => {
      if (passed >= limit) atLimit();
    });
  });
  from.on('end', () => to.end());
  from.on('close', () => to.destroySoon());
}

function passSlowly(from: Socket, to: Socket, bytesPerSecond: number): void {
  let waiting = Buffer.alloc(0);
  let ended = false;
  const timer = setInterval(() => {
    const count = Math.ceil((bytesPerSecond * TICK_MS) / 1000);
    if (waiting.length > 0) to.write(waiting.subarray(0, count));
    waiting = waiting.subarray(count);
    if (ended && waiting.length === 0) to.end();
  }, TICK_MS);
  from.on('data', (chunk) => (waiting = Buffer.concat([waiting, chunk])));
  from.on('end', () => (ended = true));
  to.on('close', () => clearInterval(timer));
}
