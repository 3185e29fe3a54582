import type { UploadedDataset } from '../artefacts.ts';
import type { Sending } from './decide.ts';

/** What is kept of an upload that goes on, so that a run that is killed makes no version twice. */
export interface UploadState {
  /** The versions that are known, the newest first. */
  readonly datasets: UploadedDataset[];
  /** The versions that were about to be made. */
  readonly sending: Sending[];
}

/** Keeps the state of several datasets that are sent side by side: each save has all of it. */
export class UploadLedger {
  #state: UploadState;
  readonly #save: (state: UploadState) => Promise<void>;

  constructor(known: readonly UploadedDataset[], save: (state: UploadState) => Promise<void>) {
    this.#state = { datasets: [...known], sending: [] };
    this.#save = save;
  }

  /** To be called before Kaggle is asked to make the version. */
  async announce(sending: Sending): Promise<void> {
    await this.#write(this.#state.datasets, [...this.#othersThan(sending.slug), sending]);
  }

  /** The dataset is as it should be. */
  async finish(dataset: UploadedDataset): Promise<void> {
    await this.#write([dataset, ...this.#state.datasets], this.#othersThan(dataset.slug));
  }

  #othersThan(slug: string): Sending[] {
    return this.#state.sending.filter((each) => each.slug !== slug);
  }

  async #write(datasets: UploadedDataset[], sending: Sending[]): Promise<void> {
    this.#state = { datasets, sending };
    await this.#save(this.#state);
  }
}
