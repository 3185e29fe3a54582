import type { Competition, KaggleClient } from '../../kaggle/client.ts';
import type { UserError } from '../../base/errors.ts';
import type { Artefacts } from '../artefacts.ts';
import type { StageContext } from '../stage.ts';
import type { StageName } from '../stages.ts';

/** Makes the submission by one request. The description must be another than those of all that were made before. */
export type Send = (description: string) => Promise<{ readonly ref: number }>;

/** What a route submits: a version of a notebook, or a file. How it is done once and followed is the same for both. */
export interface Submittable<Needs extends StageName> {
  readonly needs: readonly ('project' | Needs)[];
  /** Kaggle runs it again on data that nobody else has. */
  readonly isRerun: boolean;
  /** Pure: what decides whether a submission is another one. */
  identity(input: Pick<Artefacts, 'project' | Needs>): object;
  /** Pure: what it is called in sentences, e.g. `version 4`. */
  name(input: Pick<Artefacts, 'project' | Needs>): string;
  /** Pure: the same with its size, where that is known, for the plan. */
  plan(input: Pick<Artefacts, 'project' | Needs>): string;
  /** Pure: what its description on Kaggle begins with, by which it is recognized when an answer was lost. */
  describe(input: Pick<Artefacts, 'project' | Needs>): string;
  /** Pure: why the competition does not take such a thing; undefined where it does, or where only Kaggle knows. */
  readonly refusal: (competition: Competition) => UserError | undefined;
  /** Brings to Kaggle what the submission is of, without submitting anything. @throws UserError. */
  prepare(
    kaggle: KaggleClient,
    input: Pick<Artefacts, 'project' | Needs>,
    context: StageContext,
  ): Promise<Send>;
}
