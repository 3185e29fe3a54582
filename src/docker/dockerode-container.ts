import { setTimeout as sleep } from 'node:timers/promises';
import { finished, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import * as z from 'zod/mini';
import { throwIfAborted } from '../base/abort.ts';
import { isUserError } from '../base/errors.ts';
import { deliverOutput } from './deliver-output.ts';
import type { Container, ContainerSpec, ExitState, RunOutput } from './engine.ts';
import { ask, type EngineLink, orAborted, withinMs } from './engine-link.ts';
import { runtimeFailed } from './runtimes.ts';
import { asReadable, chunksOf } from './streams.ts';
import {
  type Attempt,
  engineStopped,
  EngineStreamError,
  translateError,
  unlessMissing,
} from './translate-error.ts';

const stateAnswer = z.object({
  State: z.object({ Running: z.boolean(), ExitCode: z.number(), OOMKilled: z.optional(z.boolean()) }),
});

/** The pauses between looks at a container whose output has ended; the last one is repeated. */
const EXIT_PAUSES_MS = [20, 40, 80, 160, 320, 640, 1000] as const;
const LONGEST_EXIT_PAUSE_MS = 1000;

/** SIGKILL and SIGTERM as exit codes. */
const KILLED_EXIT_CODES: ReadonlySet<number> = new Set([137, 143]);
const SHUTDOWN_LOOKS = 4;
const SHUTDOWN_PAUSE_MS = 500;

/** A container of ours while it is lent out. The signal is that of `withContainer`. */
export class DockerodeContainer implements Container {
  #started = false;

  constructor(
    private readonly link: EngineLink,
    private readonly container: Dockerode.Container,
    private readonly spec: Pick<ContainerSpec, 'runtime'>,
    private readonly signal: AbortSignal,
  ) {}

  get id(): string {
    return this.container.id;
  }

  async putArchive(folder: string, tar: Readable): Promise<void> {
    const body = new PassThrough();
    // What goes wrong with the tar is the caller's and comes out unchanged; dockerode would mix it with its own.
    let sourceError: unknown;
    finished(tar, { writable: false }, (error) => (sourceError ??= error));
    const feeding = pipeline(tar, body).catch(() => undefined);
    try {
      const abortSignal = this.signal;
      await this.#ask({ doing: `unpack files to ${folder} in a container` }, () =>
        this.container.putArchive(body, { path: folder, abortSignal }),
      );
    } catch (error) {
      throwIfAborted(this.signal);
      throw sourceError ?? error;
    } finally {
      body.destroy();
      await feeding;
    }
  }

  async has(path: string): Promise<boolean> {
    const answer: unknown = await this.#ask({ doing: `look for ${path} in a container` }, () =>
      unlessMissing<unknown>(this.container.infoArchive({ path, abortSignal: this.signal })),
    );
    if (answer instanceof Readable) answer.resume();
    return answer !== undefined;
  }

  async getArchive(path: string): Promise<Readable> {
    const attempt: Attempt = { doing: `read ${path} from a container` };
    const stream = await this.#ask(attempt, () =>
      this.container.getArchive({ path, abortSignal: this.signal }),
    );
    const source = asReadable(stream);
    const archive = Readable.from(chunksOf(source, this.link.address, attempt, this.signal), {
      objectMode: false,
    });
    // A generator that was never asked for a chunk does not clean up.
    return archive.once('close', () => source.destroy());
  }

  async run(output: RunOutput = {}): Promise<ExitState> {
    if (this.#started) throw new Error('A container can be run once.');
    this.#started = true;
    try {
      return await this.#run(output);
    } catch (error) {
      // Whoever reads from the sink would otherwise wait for its end forever.
      output.stdout?.on('error', () => undefined).destroy(error instanceof Error ? error : undefined);
      throw error;
    }
  }

  async #run(output: RunOutput): Promise<ExitState> {
    const attempt: Attempt = { doing: 'read the output of a container' };
    const options = { stream: true, stdout: true, stderr: true, hijack: true, abortSignal: this.signal };
    const stream = asReadable(await this.#ask(attempt, () => this.container.attach(options)));
    try {
      await this.#start();
      const chunks = this.#chunks(stream, attempt);
      // A sink that is stuck does not notice that the run was cancelled.
      const isWhole = await orAborted(this.signal, () => deliverOutput(chunks, output));
      const exit = await this.#exit();
      if (isWhole) return exit;
      throw new EngineStreamError('it was cut short');
    } catch (error) {
      // Other errors are translated already, or are those of the sink and none of ours.
      throw error instanceof EngineStreamError ? translateError(error, this.link.address, attempt) : error;
    } finally {
      stream.destroy();
    }
  }

  async #start(): Promise<void> {
    const { runtime } = this.spec;
    const attempt: Attempt = {
      doing: 'start a container',
      ...(runtime === undefined ? {} : { explain: (answer) => runtimeFailed(runtime, answer) }),
    };
    await this.#ask(attempt, () => this.container.start({ abortSignal: this.signal }));
  }

  async *#chunks(stream: Readable, attempt: Attempt): AsyncGenerator<Buffer> {
    try {
      yield* chunksOf(stream, this.link.address, attempt, this.signal);
    } catch (error) {
      throw isUserError(error, 'engine-unreachable') ? engineStopped(this.link.address, error) : error;
    }
  }

  /**
   * How the container ended, asked for after its output did. The engine's `wait` call is not used: it answers at once
   * before the start, never when the engine is killed, and it does not tell of memory (docker-julia section 5).
   */
  async #exit(): Promise<ExitState> {
    for (let look = 0; ; look += 1) {
      const state = await this.#state();
      if (!state.Running)
        return this.#judge({ exitCode: state.ExitCode, outOfMemory: state.OOMKilled ?? false });
      await this.#pause(EXIT_PAUSES_MS[look] ?? LONGEST_EXIT_PAUSE_MS);
    }
  }

  /**
   * Ended by a signal that we did not send, and not for its memory: an engine that shuts down does that to its
   * containers first, and answers for a moment longer.
   */
  async #judge(exit: ExitState): Promise<ExitState> {
    if (exit.outOfMemory || !KILLED_EXIT_CODES.has(exit.exitCode)) return exit;
    for (let look = 0; look < SHUTDOWN_LOOKS; look += 1) {
      await this.#pause(SHUTDOWN_PAUSE_MS);
      await this.#state();
    }
    return exit;
  }

  #pause(ms: number): Promise<void> {
    return orAborted(this.signal, () => sleep(ms, undefined, { signal: this.signal }));
  }

  async #state(): Promise<z.infer<typeof stateAnswer>['State']> {
    const limit = this.link.answerLimitMs;
    try {
      const answer: unknown = await this.#ask({ doing: 'tell how a container ended' }, () =>
        withinMs(limit, (abortSignal) => this.container.inspect({ abortSignal })),
      );
      if (answer === undefined) throw engineStopped(this.link.address);
      return stateAnswer.parse(answer).State;
    } catch (error) {
      throw isUserError(error, 'engine-unreachable') ? engineStopped(this.link.address, error) : error;
    }
  }

  #ask<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    return ask(this.link, attempt, this.signal, work);
  }
}
