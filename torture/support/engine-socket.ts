import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A socket file that leads to an engine, and can go away and come back. */
export class EngineSocket {
  readonly #path: string;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /**
   * @param path of the file to make.
   * @param target the engine's own socket file.
   */
  constructor(path: string, target: string) {
    this.#path = path;
    this.#target = target;
  }

  get address(): string {
    return `unix://${this.#path}`;
  }

  async open(): Promise<void> {
    // Half open: the engine ends its side of an attached container first.
    const server = createServer({ allowHalfOpen: true }, (near) => {
      const far = connect({ path: this.#target, allowHalfOpen: true });
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroySoon();
        });
        from.pipe(to);
      }
    });
    await new Promise<void>((done) => server.listen(this.#path, done));
    this.#server = server;
  }

  /** Removes the file; what is connected is cut off, or goes on as it does when only the file was removed. */
  async remove(cut: boolean): Promise<void> {
    await rm(this.#path, { force: true });
    if (cut) for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
    this.#server = undefined;
  }
}
