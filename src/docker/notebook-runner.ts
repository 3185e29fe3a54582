import * as l10n from '@vscode/l10n';
import { defined } from '../base/defined.ts';
import { ownText } from '../base/own-text.ts';
import type { Readable } from 'node:stream';
import { type Clock, systemClock } from '../base/abort.ts';
import { isCancelled } from '../base/errors.ts';
import type { Container, ContainerSpec, Engine, ExitState } from './engine.ts';
import { type NotebookError, type NotebookLogLine, readRunnerLine } from './notebook-log.ts';
import { tarOfFiles, tarText } from './tar-files.ts';

export type { NotebookError, NotebookLogLine } from './notebook-log.ts';

export interface NotebookRequest extends Pick<
  ContainerSpec,
  'image' | 'mounts' | 'environment' | 'network' | 'hosts' | 'memoryBytes' | 'cpus' | 'gpu'
> {
  /** Text of the .ipynb file. */
  readonly source: string;
  /** For the whole run, start of Jupyter included; absent: none. */
  readonly timeoutSeconds?: number;
  /**
   * Text of a Python program that runs in the same container once the notebook is complete. What it prints is logged;
   * the time limit and the result's seconds are the notebook's alone.
   */
  readonly afterwards?: string;
}

export interface NotebookOutput {
  /** Called once the container runs, with its id. */
  readonly onStarted?: (container: string) => void;
  /** Called while the notebook runs, as its output arrives. */
  readonly onLog: (line: NotebookLogLine) => void;
  /** Takes a tar of /kaggle/working after the end; its entries begin with `working/`. Not called after a timeout. */
  readonly takeWorking?: (tar: Readable) => Promise<void>;
}

export interface NotebookResult {
  /**
   * `error`: a cell failed, or the kernel died. `out-of-memory`: one of the two, and the memory limit was hit.
   * `runner-failed`: the image cannot execute notebooks; `error.message` has the last words.
   */
  readonly state: 'complete' | 'error' | 'timeout' | 'out-of-memory' | 'runner-failed';
  readonly error?: NotebookError;
  /** The notebook with its outputs, as far as it came. */
  readonly executed: string | undefined;
  readonly seconds: number;
}

/** `runNotebook`, or a stand-in in tests. */
export type NotebookRunner = (
  engine: Engine,
  request: NotebookRequest,
  output: NotebookOutput,
) => Promise<NotebookResult>;

/** Of a runner that failed, what it said last. */
const LAST_TEXTS = 5;

const FOLDER = '/kaggle/src';
const WORKING_FOLDER = '/kaggle/working';
const RUNNER = `${FOLDER}/run-notebook.py`;
const NOTEBOOK = `${FOLDER}/notebook.ipynb`;
const EXECUTED = `${FOLDER}/executed.ipynb`;
const AFTERWARDS = `${FOLDER}/afterwards.py`;

/**
 * Executes a notebook with Jupyter in a fresh container, as Kaggle does: cell by cell in /kaggle/working until one
 * fails. The rehearsal and the sandbox both run this.
 * @throws UserError of the engine, CancelledError. A notebook that fails is a result, not an error.
 */
export async function runNotebook(
  engine: Engine,
  request: NotebookRequest,
  output: NotebookOutput,
  clock: Clock = systemClock,
): Promise<NotebookResult> {
  const run = new NotebookRun(request, output, clock);
  const limit = new TimeLimit(request.timeoutSeconds, clock);
  try {
    const limited = engine.bound({ signal: AbortSignal.any([engine.signal, limit.signal]) });
    return await limited.container.use(containerSpec(request), (container) => run.in(container, limit));
  } catch (error) {
    if (isCancelled(error) && limit.isOver && !engine.signal.aborted)
      return run.result('timeout', undefined, undefined);
    throw error;
  } finally {
    limit.stop();
  }
}

/** Pure: the container that a notebook runs in. */
function containerSpec(request: NotebookRequest): ContainerSpec {
  const { source: _source, timeoutSeconds: _timeout, afterwards, ...container } = request;
  const command = ['python3', RUNNER, NOTEBOOK, EXECUTED, ...(afterwards === undefined ? [] : [AFTERWARDS])];
  // As on Kaggle with internet on, a notebook may install packages of the system.
  const installs = request.network === 'bridge';
  return { ...container, command, installs, workingFolder: WORKING_FOLDER };
}

class NotebookRun {
  #lastTexts: readonly string[] = [];
  #started: number;
  #ended: number | undefined;
  #ending: { readonly state: 'complete' | 'error'; readonly error: NotebookError | undefined } | undefined;

  constructor(
    private readonly request: NotebookRequest,
    private readonly output: NotebookOutput,
    private readonly clock: Clock,
  ) {
    this.#started = clock.now();
  }

  async in(container: Container, limit: TimeLimit): Promise<NotebookResult> {
    await container.putArchive('/', tarOfFiles(this.#files()));
    limit.start();
    this.#started = this.clock.now();
    const exit = await container.run({
      onStarted: () => this.output.onStarted?.(container.id),
      onLine: (stream, line) => {
        this.#takeLine(stream, line);
        if (this.#ending !== undefined) this.#end(limit);
      },
    });
    this.#end(limit);
    const executed = (await container.has(EXECUTED))
      ? await tarText(await container.getArchive(EXECUTED))
      : undefined;
    await this.#handOverWorking(container);
    return this.#judge(exit, executed);
  }

  #end(limit: TimeLimit): void {
    this.#ended ??= this.clock.now();
    limit.stop();
  }

  async #handOverWorking(container: Container): Promise<void> {
    if (this.output.takeWorking === undefined) return;
    const archive = await container.getArchive(WORKING_FOLDER);
    try {
      await this.output.takeWorking(archive);
    } finally {
      archive.destroy();
    }
  }

  result(
    state: NotebookResult['state'],
    error: NotebookError | undefined,
    executed: string | undefined,
  ): NotebookResult {
    return { state, ...defined({ error }), executed, seconds: this.#seconds() };
  }

  #files() {
    const { afterwards } = this.request;
    return [
      ...(afterwards === undefined ? [] : [{ path: AFTERWARDS.slice(1), from: { text: afterwards } }]),
      { path: RUNNER.slice(1), from: { text: runnerScript() } },
      { path: NOTEBOOK.slice(1), from: { text: this.request.source } },
    ];
  }

  #takeLine(stream: 'stdout' | 'stderr', line: string): void {
    const known = stream === 'stdout' ? readRunnerLine(line) : undefined;
    if (known?.kind === 'result') this.#ending = known;
    else this.#takeLog(known?.line ?? { stream, seconds: this.#seconds(), text: `${line}\n` });
  }

  #takeLog(line: NotebookLogLine): void {
    this.#lastTexts = [...this.#lastTexts.slice(1 - LAST_TEXTS), line.text];
    this.output.onLog(line);
  }

  /** A cell whose program was killed for its memory fails with whatever words it has for that; the kernel knows. */
  #judge(exit: ExitState, executed: string | undefined): NotebookResult {
    const error = this.#ending?.error;
    if (this.#ending?.state === 'complete') return this.result('complete', undefined, executed);
    if (exit.outOfMemory) return this.result('out-of-memory', error, executed);
    if (this.#ending !== undefined) return this.result('error', error, executed);
    return this.result('runner-failed', this.#lastWords(exit), executed);
  }

  #lastWords(exit: ExitState): NotebookError {
    const message = this.#lastTexts.join('').trim() || l10n.t('it ended with exit code {0}', exit.exitCode);
    return { name: 'RunnerFailed', message, cell: undefined };
  }

  #seconds(): number {
    return ((this.#ended ?? this.clock.now()) - this.#started) / 1000;
  }
}

function runnerScript(): string {
  return ownText(import.meta.dirname, 'runner', 'run-notebook.py');
}

/** Aborts its signal when the time is over, unless it was stopped before. */
class TimeLimit {
  readonly #over = new AbortController();
  readonly #stopped = new AbortController();

  constructor(
    private readonly seconds: number | undefined,
    private readonly clock: Clock,
  ) {}

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  start(): void {
    if (this.seconds === undefined) return;
    this.clock.sleep(this.seconds * 1000, this.#stopped.signal).then(
      () => this.#over.abort(),
      () => undefined,
    );
  }

  stop(): void {
    this.#stopped.abort();
  }
}
