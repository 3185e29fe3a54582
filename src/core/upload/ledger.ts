import type { UploadedDataset } from '../artefacts.ts';
import type { Sending } from './decide.ts';

/** What is kept of an upload that goes on, so that a run that is killed makes no version twice. */
export interface UploadState {
  /** The versions that are known, the newest first. */
  readonly datasets: UploadedDataset[];
  /** The versions that were about to be made. */
  readonly sending: Sending[];
  /** Slugs of what is still to be sent, whatever Kaggle lists. */
  readonly suspect: string[];
}

/** Keeps the state of several datasets that are sent side by side: each save has all of it. */
export class UploadLedger {
  #state: UploadState;
  readonly #save: (state: UploadState) => Promise<void>;

  constructor(
    known: readonly UploadedDataset[],
    suspect: readonly string[],
    save: (state: UploadState) => Promise<void>,
  ) {
    this.#state = { datasets: [...known], sending: [], suspect: [...suspect] };
    this.#save = save;
  }

  /** To be called before Kaggle is asked to make the version. */
  async announce(sending: Sending): Promise<void> {
    await this.#write(this.#state.datasets, [...this.#othersThan(sending.slug), sending], sending.slug);
  }

  /** The dataset is as it should be. */
  async finish(dataset: UploadedDataset): Promise<void> {
    await this.#write([dataset, ...this.#state.datasets], this.#othersThan(dataset.slug), dataset.slug);
  }

  #othersThan(slug: string): Sending[] {
    return this.#state.sending.filter((each) => each.slug !== slug);
  }

  async #write(datasets: UploadedDataset[], sending: Sending[], slug: string): Promise<void> {
    // Once it is announced, a version that came is one that was sent anew.
    const suspect = this.#state.suspect.filter((each) => each !== slug);
    this.#state = { datasets, sending, suspect };
    await this.#save(this.#state);
  }
}
