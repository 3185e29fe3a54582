import type { Memento } from 'vscode';
import * as z from 'zod/mini';

const KEY = 'localKaggle';

/** What a local Kaggle is started with. */
export interface Desired {
  /** The competition folder. */
  readonly competition: string;
  readonly image: string;
  /** Where it answered before, if it did. */
  readonly url?: string;
}

const running = z.object({
  competition: z.string(),
  image: z.string(),
  url: z.url(),
  /** Good for the local Kaggle alone, which keeps it in a file too. */
  token: z.string(),
});
export type Running = z.infer<typeof running>;

/** The local Kaggle that runs in this workspace, for the next window of it. */
export class LocalKaggleMemory {
  constructor(private readonly memento: Memento) {}

  read(): Running | undefined {
    return running.safeParse(this.memento.get(KEY)).data;
  }

  async write(now: Running): Promise<void> {
    await this.memento.update(KEY, now);
  }

  async forget(): Promise<void> {
    await this.memento.update(KEY, undefined);
  }
}
