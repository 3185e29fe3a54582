import type { Memento } from 'vscode';
import * as z from 'zod/mini';
import { STAGE_NAMES, type StageName } from '../core/stages.ts';

const KEY = 'openRuns';

const openRun = z.object({
  until: z.enum(STAGE_NAMES),
  /** The person agreed to what leaves the machine. */
  agreed: z.boolean(),
});
const openRuns = z.record(z.string(), openRun);

/** A run that has begun and not come to an end of its own. */
export interface OpenRun {
  readonly until: StageName;
  readonly agreed: boolean;
}

/** Remembers for each project the run that the end of the window interrupts, so that the next window can go on. */
export class RunMemory {
  constructor(private readonly memory: Memento) {}

  /** The run of the project in this folder that did not come to its end; undefined when there is none. */
  get(folder: string): OpenRun | undefined {
    return this.#all()[folder];
  }

  async begin(folder: string, until: StageName): Promise<void> {
    await this.#save({ ...this.#all(), [folder]: { until, agreed: false } });
  }

  async agree(folder: string): Promise<void> {
    const run = this.get(folder);
    if (run !== undefined) await this.#save({ ...this.#all(), [folder]: { ...run, agreed: true } });
  }

  async end(folder: string): Promise<void> {
    const { [folder]: _, ...others } = this.#all();
    await this.#save(others);
  }

  #all(): Readonly<Record<string, OpenRun>> {
    return openRuns.safeParse(this.memory.get(KEY)).data ?? {};
  }

  async #save(runs: Readonly<Record<string, OpenRun>>): Promise<void> {
    await this.memory.update(KEY, runs);
  }
}
