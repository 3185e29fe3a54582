import * as l10n from '@vscode/l10n';
import { finished, PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { throwIfAborted } from '../base/abort.ts';
import { isUserError } from '../base/errors.ts';
import { deliverOutput } from './deliver-output.ts';
import type { Container, ExitState, GpuWay, RunOutput } from './engine.ts';
import { ask, type EngineLink, type LentContainer, orAborted } from './engine-link.ts';
import { exitState } from './exit-state.ts';
import { gpuFailed } from './gpu-unavailable.ts';
import { asReadable, chunksOf } from './streams.ts';
import {
  type Attempt,
  engineStopped,
  EngineStreamError,
  translateError,
  unlessMissing,
} from './translate-error.ts';

/** A container of ours while it is lent out. */
export class DockerodeContainer implements Container, LentContainer {
  #started = false;

  constructor(
    readonly link: EngineLink,
    readonly container: Dockerode.Container,
    readonly gpu: GpuWay | undefined,
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
      const abortSignal = this.link.signal;
      await this.#ask(
        { failure: l10n.t('The Docker engine could not unpack files to {0} in a container.', folder) },
        () => this.container.putArchive(body, { path: folder, abortSignal }),
      );
    } catch (error) {
      throwIfAborted(this.link.signal);
      throw sourceError ?? error;
    } finally {
      body.destroy();
      await feeding;
    }
  }

  async has(path: string): Promise<boolean> {
    const answer: unknown = await this.#ask(
      { failure: l10n.t('The Docker engine could not look for {0} in a container.', path) },
      () => unlessMissing<unknown>(this.container.infoArchive({ path, abortSignal: this.link.signal })),
    );
    if (answer instanceof Readable) answer.resume();
    return answer !== undefined;
  }

  async getArchive(path: string): Promise<Readable> {
    const attempt: Attempt = {
      failure: l10n.t('The Docker engine could not read {0} from a container.', path),
    };
    const stream = await this.#ask(attempt, () =>
      this.container.getArchive({ path, abortSignal: this.link.signal }),
    );
    const source = asReadable(stream);
    const archive = Readable.from(chunksOf(source, this.link, attempt), {
      objectMode: false,
    });
    // A generator that was never asked for a chunk does not clean up.
    return archive.once('close', () => source.destroy());
  }

  async run(output: RunOutput = {}): Promise<ExitState> {
    if (this.#started) throw new Error('A container can be run once.');
    this.#started = true;
    try {
      return await runContainer(this, output);
    } catch (error) {
      // Whoever reads from the sink would otherwise wait for its end forever.
      output.stdout?.on('error', () => undefined).destroy(error instanceof Error ? error : undefined);
      throw error;
    }
  }

  #ask<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    return ask(this.link, attempt, work);
  }
}

function reading(): Attempt {
  return { failure: l10n.t('The Docker engine could not read the output of a container.') };
}

/** Attaches, starts, delivers the output and tells how it ended. In this order, or the first output is lost. */
async function runContainer(lent: LentContainer, output: RunOutput): Promise<ExitState> {
  const { link, container } = lent;
  const options = { stream: true, stdout: true, stderr: true, hijack: true, abortSignal: link.signal };
  const stream = asReadable(await ask(link, reading(), () => container.attach(options)));
  try {
    await start(lent);
    output.onStarted?.();
    // A sink that is stuck does not notice that the run was cancelled.
    const isWhole = await orAborted(link.signal, () => deliverOutput(chunks(stream, lent), output));
    const exit = await exitState(lent);
    if (isWhole) return exit;
    throw new EngineStreamError(l10n.t('it was cut short'));
  } catch (error) {
    // Other errors are translated already, or are those of the sink and none of ours.
    throw error instanceof EngineStreamError ? translateError(error, link.address, reading()) : error;
  } finally {
    stream.destroy();
  }
}

async function start({ link, container, gpu }: LentContainer): Promise<void> {
  const attempt: Attempt = {
    failure: l10n.t('The Docker engine could not start a container.'),
    ...(gpu === undefined ? {} : { explain: (answer) => gpuFailed(gpu, answer) }),
  };
  await ask(link, attempt, () => container.start({ abortSignal: link.signal }));
}

async function* chunks(stream: Readable, { link }: LentContainer): AsyncGenerator<Buffer> {
  try {
    yield* chunksOf(stream, link, reading());
  } catch (error) {
    throw isUserError(error, 'engine-unreachable') ? engineStopped(link.address, error) : error;
  }
}
