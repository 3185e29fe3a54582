import * as z from 'zod/mini';
import { readTextIfPresent, writeOwn } from '../../base/files.ts';
import { readJson } from '../../base/json.ts';
import { Turns } from '../../base/turns.ts';
import { STAGE_NAMES } from '../../core/stages.ts';

const openRun = z.object({
  until: z.enum(STAGE_NAMES),
  /** The person agreed to what leaves the machine. */
  agreed: z.boolean(),
  /** Of the Kaggle that it was begun for; absent: Kaggle itself. */
  apiUrl: z.optional(z.string()),
});
const openRuns = z.record(z.string(), openRun);

/** A run that has begun and not come to an end of its own. */
export type OpenRun = Readonly<z.infer<typeof openRun>>;
type OpenRuns = Readonly<Record<string, OpenRun>>;

/**
 * Remembers for each project the run that the end of the window interrupts, so that the next window can go on. It is
 * written before its promises resolve; the memory that the editor offers is in the browser of a remote window, which
 * writes it later, and not at all when the window is reloaded before.
 */
export class RunMemory {
  /** Several projects may run at once. */
  readonly #turns = new Turns();

  /** What the file cannot hold is told, and a run goes on without being remembered. */
  constructor(
    private readonly file: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The run of the project in this folder that did not come to its end; undefined when there is none. */
  async get(folder: string): Promise<OpenRun | undefined> {
    return (await this.#turns.take(() => this.#all()))[folder];
  }

  begin(folder: string, run: Omit<OpenRun, 'agreed'>): Promise<void> {
    return this.#change((runs) => ({ ...runs, [folder]: { ...run, agreed: false } }));
  }

  agree(folder: string): Promise<void> {
    return this.#change((runs) => {
      const run = runs[folder];
      return run === undefined ? runs : { ...runs, [folder]: { ...run, agreed: true } };
    });
  }

  end(folder: string): Promise<void> {
    return this.#change(({ [folder]: _, ...others }) => others);
  }

  #change(change: (runs: OpenRuns) => OpenRuns): Promise<void> {
    return this.#turns.take(async () => {
      try {
        await writeOwn(this.file, JSON.stringify(change(await this.#all())));
      } catch (error) {
        this.onError(error);
      }
    });
  }

  async #all(): Promise<OpenRuns> {
    return readJson(openRuns, await readTextIfPresent(this.file).catch(() => undefined)) ?? {};
  }
}
