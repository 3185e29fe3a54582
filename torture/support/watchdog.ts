import { Worker } from 'node:worker_threads';

/** What the thread does: when the number has not changed for a minute, it says at which input, and ends the program. */
const THREAD = `
const { workerData: { what, shared } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const at = new Int32Array(shared);
let last = -1;
setInterval(() => {
  const now = Atomics.load(at, 0);
  if (now === last) {
    writeSync(2, what + ' hangs at input ' + now + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  last = now;
}, 60_000);
`;

/** Watches over a loop from outside, since nothing inside can end an endless one. */
export class Watchdog {
  readonly #at = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  /** @param what what is told when it hangs: the case and its seed. */
  constructor(what: string) {
    this.#worker = new Worker(THREAD, {
      eval: true,
      execArgv: [],
      workerData: { what, shared: this.#at.buffer },
    });
    this.#worker.unref();
  }

  /** The loop has come to this input. */
  at(input: number): void {
    Atomics.store(this.#at, 0, input);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
