import * as l10n from '@vscode/l10n';
import type * as z from 'zod/mini';
import { type ErrorAction, isUserError, UserError } from '../base/errors.ts';
import type { BlobSource } from './blob-reader.ts';
import { type BlobPurpose, type OnBlobBytes, uploadBlob } from './blobs.ts';
import { CompetitionCalls, notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { readEnum } from './enums.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { submission, submissionLimits, submissions, submitted } from './schemas.ts';
import { isLost } from './send-once.ts';

const SERVICE = 'competitions.CompetitionApiService';

const SUBMISSION_STATUS = {
  prefix: 'SUBMISSION_STATUS_',
  names: ['PENDING', 'COMPLETE', 'ERROR'],
} as const;

export interface SubmissionLimits {
  readonly usedToday: number;
  /** All that were made, by Kaggle's count. */
  readonly made: number;
  readonly allowedNow: number;
  /** The competition takes a number of submissions in all, and that is what limits. */
  readonly limitedByTotal: boolean;
}

interface AnySubmissionInit {
  readonly competition: string;
  readonly description: string;
}

export interface NotebookSubmissionInit extends AnySubmissionInit {
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
  /** Name of the output file in the notebook version. */
  readonly file: string;
}

export interface FileSubmissionInit extends AnySubmissionInit {
  /** What `upload` gave. */
  readonly token: string;
  /** Name of the file, for messages. */
  readonly file: string;
}

export interface SubmissionState {
  readonly ref: number;
  readonly state: 'pending' | 'complete' | 'error';
  readonly errorDescription: string | undefined;
  readonly publicScore: string | undefined;
  /** Shown once the competition has ended. */
  readonly privateScore: string | undefined;
  readonly description: string;
  readonly url: string;
  readonly date: string;
}

/** One call that makes a submission. */
interface Creation {
  readonly method: string;
  readonly body: object;
  /** E.g. `the submission of submission.csv to titanic`. */
  readonly thing: string;
  /** What to do where Kaggle forbids it for no reason that can be looked up. */
  readonly byHand: ErrorAction;
}

/** Submitting a notebook version or a file, and following it. (kaggle-api 1.5 to 1.7) */
export class SubmissionCalls {
  constructor(private readonly connection: Connection) {}

  /** How many submissions were made, and how many may be made now; days are UTC. (kaggle-api 1.5) */
  async limits(competition: string, signal: AbortSignal): Promise<SubmissionLimits> {
    const { transport, site } = this.connection;
    const { numToday, numTotal, numAllowedNow, limitedByTotal } = await transport.call(
      {
        method: `${SERVICE}/GetSubmissionLimits`,
        body: { competitionName: competition },
        answer: submissionLimits,
        about: {
          thing: l10n.t('the submission limits of {0}', competition),
          url: site.competition(competition),
          explain: { 403: (detail) => notEntered(site, competition, detail) },
        },
      },
      signal,
    );
    return { usedToday: numToday, made: numTotal, allowedNow: numAllowedNow, limitedByTotal };
  }

  /**
   * Submits a notebook version, by one request. Whoever calls it looks for what may have arrived when the answer is lost
   * (`kaggle-unreachable`, `kaggle-answer`). (kaggle-api 1.6)
   */
  async submitNotebook(init: NotebookSubmissionInit, signal: AbortSignal): Promise<{ readonly ref: number }> {
    const { competition, owner, slug, version, file, description } = init;
    return this.#create(
      competition,
      {
        method: 'CreateCodeSubmission',
        body: {
          competitionName: competition,
          kernelOwner: owner,
          kernelSlug: slug,
          kernelVersion: version,
          fileName: file,
          submissionDescription: description,
        },
        thing: l10n.t('the submission of version {0} of {1}/{2} to {3}', version, owner, slug, competition),
        byHand: {
          title: l10n.t('Submit this version in the browser: its page has "Submit"'),
          url: this.connection.site.notebook(owner, slug),
        },
      },
      signal,
    );
  }

  /** Uploads a file that is to be submitted, and gives the token that stands for it. Nothing is submitted. (kaggle-api 1.7) */
  async upload(
    competition: string,
    file: BlobSource,
    onBytes: OnBlobBytes,
    signal: AbortSignal,
  ): Promise<string> {
    const purpose: BlobPurpose = {
      id: `submission to ${competition}`,
      method: `${SERVICE}/StartSubmissionUpload`,
      body: ({ name, ...facts }) => ({ competitionName: competition, ...facts, fileName: name }),
      loss: () => l10n.t('Nothing was submitted.'),
    };
    try {
      return await uploadBlob(this.connection, file, onBytes, signal, purpose);
    } catch (error) {
      throw await this.#explained(competition, error, signal);
    }
  }

  /** Submits an uploaded file; as `submitNotebook`. (kaggle-api 1.7) */
  async submitFile(init: FileSubmissionInit, signal: AbortSignal): Promise<{ readonly ref: number }> {
    const { competition, token, file, description } = init;
    const { sessions, site } = this.connection;
    const creation: Creation = {
      method: 'CreateSubmission',
      body: { competitionName: competition, blobFileTokens: token, submissionDescription: description },
      thing: l10n.t('the submission of {0} to {1}', file, competition),
      byHand: { title: l10n.t('Upload the file in the browser'), url: site.competition(competition) },
    };
    try {
      const made = await this.#create(competition, creation, signal);
      await sessions?.forget([token]);
      return made;
    } catch (error) {
      // What Kaggle refused may be the token itself: the next run uploads the file anew.
      if (isUserError(error) && !isLost(error)) await sessions?.forget([token]);
      throw error;
    }
  }

  async get(ref: number, signal: AbortSignal): Promise<SubmissionState> {
    const { transport, site } = this.connection;
    const answer = await transport.call(
      {
        method: `${SERVICE}/GetSubmission`,
        body: { ref },
        answer: submission,
        about: { thing: l10n.t('the submission {0}', ref), url: site.url },
      },
      signal,
    );
    return stateOf({ ...answer, ref: answer.ref || ref });
  }

  /** All of one's submissions, the newest first. */
  async list(competition: string, signal: AbortSignal): Promise<readonly SubmissionState[]> {
    const { transport, site } = this.connection;
    const all = await allPages(async (pageToken) => {
      const page = await transport.call(
        {
          method: `${SERVICE}/ListSubmissions`,
          body: { competitionName: competition, pageSize: PAGE_SIZE, pageToken },
          answer: submissions,
          about: {
            thing: l10n.t('the submissions to {0}', competition),
            url: site.submissions(competition),
            explain: { 403: (detail) => notEntered(site, competition, detail) },
          },
        },
        signal,
      );
      return { items: page.submissions, nextPageToken: page.nextPageToken };
    });
    return all.map(stateOf);
  }

  async #create(
    competition: string,
    { method, body, thing, byHand }: Creation,
    signal: AbortSignal,
  ): Promise<{ readonly ref: number }> {
    const { transport, site } = this.connection;
    const about = { thing, url: site.submissions(competition) };
    try {
      const { ref } = await transport.call(
        { method: `${SERVICE}/${method}`, body, answer: submitted, about, repeat: 'once' },
        signal,
      );
      if (ref !== undefined) return { ref };
    } catch (error) {
      throw await this.#explained(competition, error, signal, byHand);
    }
    // Accepted but nameless: as good as a lost answer.
    throw new UserError({
      code: 'kaggle-answer',
      title: l10n.t('Kaggle took the submission but did not say its number.'),
      actions: [{ title: l10n.t('Look at your submissions'), url: site.submissions(competition) }],
    });
  }

  /**
   * A refused submission has one status for many reasons, so the reason is looked up: not joined, none left today,
   * closed. (kaggle-api 0.5, 1.6)
   */
  async #explained(
    competition: string,
    error: unknown,
    signal: AbortSignal,
    byHand?: ErrorAction,
  ): Promise<unknown> {
    if (!isUserError(error, 'kaggle-refused') && !isUserError(error, 'kaggle-forbidden')) return error;
    try {
      return (await this.#reasonOf(competition, error, byHand, signal)) ?? error;
    } catch (failure) {
      // The refusal itself says more than that its reason could not be looked up.
      return isUserError(failure) ? error : failure;
    }
  }

  async #reasonOf(
    competition: string,
    error: UserError,
    byHand: ErrorAction | undefined,
    signal: AbortSignal,
  ): Promise<UserError | undefined> {
    const { site, pace } = this.connection;
    const { userHasEntered, submissionsDisabled, deadline } = await new CompetitionCalls(this.connection).get(
      competition,
      signal,
    );
    if (!userHasEntered) return new UserError(notEntered(site, competition, error.detail));
    const shared = { detail: error.detail, cause: error };
    if (submissionsDisabled) {
      return new UserError({
        ...shared,
        code: 'kaggle-refused',
        title: l10n.t('The competition {0} takes no submissions now.', competition),
        actions: [{ title: l10n.t('Open {0} on Kaggle', competition), url: site.competition(competition) }],
      });
    }
    if (deadline !== undefined && Date.parse(deadline) < pace.clock.now()) {
      return new UserError({
        ...shared,
        code: 'submission-closed',
        title: l10n.t(
          'The competition {0} ended on {1}, and Kaggle refused a late submission.',
          competition,
          deadline.slice(0, 10),
        ),
        actions: [
          {
            title: l10n.t('Its page says whether it takes any: look for "Late Submission"'),
            url: site.competition(competition),
          },
        ],
      });
    }
    const { usedToday, allowedNow } = await this.limits(competition, signal);
    if (allowedNow <= 0) {
      return new UserError({
        ...shared,
        code: 'submission-limit',
        title: l10n.t('No submission to {0} is left today; {1} were made.', competition, usedToday),
        actions: [
          { title: l10n.t('Submit again after midnight UTC; nothing has to be built or uploaded anew.') },
          { title: l10n.t('Look at your submissions'), url: site.submissions(competition) },
        ],
      });
    }
    if (error.code !== 'kaggle-forbidden' || byHand === undefined) return undefined;
    return new UserError({
      ...shared,
      code: 'kaggle-forbidden',
      title: l10n.t('Kaggle does not let this program submit to {0}.', competition),
      actions: [
        byHand,
        {
          title: l10n.t('Check that the rules of {0} are accepted', competition),
          url: site.rules(competition),
        },
      ],
    });
  }
}

function stateOf({
  status,
  errorDescription,
  publicScore,
  privateScore,
  ...facts
}: z.infer<typeof submission>): SubmissionState {
  const state = stateNamed(readEnum(SUBMISSION_STATUS, status));
  return { ...facts, state, errorDescription, publicScore, privateScore };
}

/** A status that is not known here is one that may still change. */
function stateNamed(name: 'PENDING' | 'COMPLETE' | 'ERROR' | undefined): SubmissionState['state'] {
  switch (name) {
    case 'COMPLETE':
      return 'complete';
    case 'ERROR':
      return 'error';
    case 'PENDING':
    case undefined:
      return 'pending';
  }
}
