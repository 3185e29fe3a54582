import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { isCancelled, isUserError } from '../base/errors.ts';
import { isWithin } from '../base/files.ts';
import { formatDuration } from '../base/format.ts';
import { type FolderWatch, watchFolders } from '../base/watch-folders.ts';
import type { OpenProject } from '../core/core.ts';
import type { Project } from '../core/artefacts.ts';
import type { RunResult } from '../core/pipeline/run.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { printLine } from './terminal.ts';
import { errorText, TextReporter } from './text-reporter.ts';

export interface WatchOptions {
  readonly image?: string;
  readonly verbose?: boolean;
}

/** Editors write a file in several steps, and save several at once. */
const SETTLED_MS = 150;

/**
 * `julia-kaggle watch`: runs up to the rehearsal now and after each change to the project, until it is interrupted. A run
 * that a newer change makes pointless is cancelled. Returns the exit code; what is no fault of the project is thrown.
 */
export async function watchCommand(
  folder: string,
  options: WatchOptions,
  context: CommandContext,
): Promise<number> {
  const { core, terminal, signal } = context;
  const root = resolve(folder);
  const project = core.project(folder);
  let verdict = l10n.t('no verdict yet');
  const reporter = new TextReporter(terminal, options.verbose === true, Date.now, () => verdict);
  core.listen(reporter.onEvent);
  const changes = new Changes(signal);
  const watching = watchFolders(
    (path) => {
      if (isWorthARun(path)) changes.note();
    },
    (lost, error) =>
      printLine(
        terminal.stderr,
        l10n.t('Changes in {0} are not noticed: {1}', lost, error instanceof Error ? error.message : ''),
      ),
  );
  watching.set([root]);
  try {
    while (!signal.aborted) {
      const change = changes.begin();
      const found = await verdictOf(project, root, watching, { options, context, change });
      if (found !== undefined) {
        verdict = found.line;
        printLine(terminal.stderr, found.text);
      }
      await changes.settled();
    }
  } finally {
    watching.close();
  }
  return EXIT.done;
}

interface Verdict {
  /** All of it. */
  readonly text: string;
  /** What stays in sight while the next run is at work. */
  readonly line: string;
}

/** How a run ends; undefined when a newer change or the user canceled it. */
async function verdictOf(
  project: OpenProject,
  root: string,
  watching: FolderWatch,
  around: { readonly options: WatchOptions; readonly context: CommandContext; readonly change: AbortSignal },
): Promise<Verdict | undefined> {
  const { options, context, change } = around;
  const started = performance.now();
  project.changed();
  try {
    const { artefacts } = await project.run({
      until: 'rehearse',
      image: options.image,
      askOutside: context.askOutside,
      signal: AbortSignal.any([change, context.signal]),
    });
    watching.set(foldersOf(root, artefacts.project));
    return passed(artefacts, performance.now() - started);
  } catch (error) {
    if (isCancelled(error)) return undefined;
    if (!isUserError(error)) throw error;
    const at = timeOfDay();
    return { text: errorText(error), line: l10n.t('✗ {0} at {1}', error.title, at) };
  }
}

function passed({ rehearse }: RunResult['artefacts'], milliseconds: number): Verdict {
  const rows = rehearse?.rows === undefined ? '' : l10n.t('{0} rows', rehearse.rows);
  const words = [l10n.t('✓ passed at {0}', timeOfDay()), rows].filter((each) => each !== '').join(', ');
  const whole = l10n.t('{0}, after {1}', words, formatDuration(milliseconds));
  return { text: whole, line: words };
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** Pure: the project's folder, and those outside that it has files of. */
export function foldersOf(root: string, project: Project | undefined): string[] {
  const packages = new Set<string>();
  for (const { source, place } of project?.files ?? []) {
    if (isWithin(root, source)) continue;
    // `place` is the package's folder and the path in it, as `source` ends.
    const below = place.split('/').slice(1);
    packages.add(join(source, ...below.map(() => '..')));
  }
  return [root, ...packages];
}

/** Folders of ours and of git, in which much changes that is nothing of the project's. */
const NOT_THE_PROJECT = /(?:^|[\\/])(?:\.julia-kaggle|\.git)(?:[\\/]|$)/;

/** Pure: whether a change of this path may make a run find something else. Where the system does not say, it may. */
export function isWorthARun(path: string | undefined): boolean {
  return path === undefined || !NOT_THE_PROJECT.test(path);
}

/** Changes as they come: each makes the run that goes on pointless. */
class Changes {
  #run = new AbortController();
  #wake: () => void = () => undefined;

  constructor(private readonly ended: AbortSignal) {
    ended.addEventListener('abort', () => this.#wake());
  }

  note(): void {
    this.#run.abort();
    this.#wake();
  }

  /** Of a run that begins now: aborted by the next change. */
  begin(): AbortSignal {
    this.#run = new AbortController();
    return this.#run.signal;
  }

  /** Waits for a change since the last `begin`, and until no more come. */
  async settled(): Promise<void> {
    while (!this.#run.signal.aborted && !this.ended.aborted) await this.#next();
    do {
      this.#run = new AbortController();
      await new Promise((done) => setTimeout(done, SETTLED_MS));
    } while (this.#run.signal.aborted && !this.ended.aborted);
  }

  #next(): Promise<void> {
    return new Promise((done) => (this.#wake = done));
  }
}
