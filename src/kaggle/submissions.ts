import type * as z from 'zod/mini';
import { isUserError, UserError } from '../base/errors.ts';
import { CompetitionCalls, notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { readEnum } from './enums.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { submission, submissionLimits, submissions, submitted } from './schemas.ts';
import { sendOnce } from './send-once.ts';

const SERVICE = 'competitions.CompetitionApiService';

const SUBMISSION_STATUS = {
  prefix: 'SUBMISSION_STATUS_',
  names: ['PENDING', 'COMPLETE', 'ERROR'],
} as const;

export interface SubmissionLimits {
  readonly usedToday: number;
  readonly allowedNow: number;
  /** The competition takes a number of submissions in all, and that is what limits. */
  readonly limitedByTotal: boolean;
}

export interface SubmissionInit {
  readonly competition: string;
  readonly owner: string;
  readonly slug: string;
  readonly version: number;
  /** Name of the output file in the notebook version. */
  readonly file: string;
  readonly description: string;
}

export interface SubmissionState {
  readonly ref: number;
  readonly state: 'pending' | 'complete' | 'error';
  readonly errorDescription: string | undefined;
  readonly publicScore: string | undefined;
  readonly description: string;
  readonly url: string;
  readonly date: string;
}

/** Submitting a notebook version, and following it. (kaggle-api 1.5, 1.6) */
export class SubmissionCalls {
  constructor(private readonly connection: Connection) {}

  /** How many submissions were made today, and how many may be made now; days are UTC. (kaggle-api 1.5) */
  async limits(competition: string, signal: AbortSignal): Promise<SubmissionLimits> {
    const { transport, site } = this.connection;
    const { numToday, numAllowedNow, limitedByTotal } = await transport.call(
      {
        method: `${SERVICE}/GetSubmissionLimits`,
        body: { competitionName: competition },
        answer: submissionLimits,
        about: {
          thing: `the submission limits of ${competition}`,
          url: site.competition(competition),
          explain: { 403: (detail) => notEntered(site, competition, detail) },
        },
      },
      signal,
    );
    return { usedToday: numToday, allowedNow: numAllowedNow, limitedByTotal };
  }

  /** Submits once: after a lost answer, a submission with our description is ours. The description must be unique. */
  async submit(init: SubmissionInit, signal: AbortSignal): Promise<{ readonly ref: number }> {
    try {
      return await sendOnce(
        {
          what: `the submission to ${init.competition}`,
          send: () => this.#create(init, signal),
          look: async () => {
            const known = await this.list(init.competition, signal);
            const ours = known.find((each) => each.description.trim() === init.description.trim());
            return ours === undefined ? 'absent' : { found: { ref: ours.ref } };
          },
        },
        this.connection.pace,
        signal,
      );
    } catch (error) {
      throw await this.#explained(init, error, signal);
    }
  }

  async get(ref: number, signal: AbortSignal): Promise<SubmissionState> {
    const { transport, site } = this.connection;
    const answer = await transport.call(
      {
        method: `${SERVICE}/GetSubmission`,
        body: { ref },
        answer: submission,
        about: { thing: `the submission ${ref}`, url: site.url },
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
            thing: `the submissions to ${competition}`,
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

  async #create(init: SubmissionInit, signal: AbortSignal): Promise<{ readonly ref: number }> {
    const { transport, site } = this.connection;
    const { ref } = await transport.call(
      {
        method: `${SERVICE}/CreateCodeSubmission`,
        body: {
          competitionName: init.competition,
          kernelOwner: init.owner,
          kernelSlug: init.slug,
          kernelVersion: init.version,
          fileName: init.file,
          submissionDescription: init.description,
        },
        answer: submitted,
        about: {
          thing: `the submission of version ${init.version} of ${init.owner}/${init.slug} to ${init.competition}`,
          url: site.submissions(init.competition),
        },
        repeat: 'once',
      },
      signal,
    );
    if (ref !== undefined) return { ref };
    // Accepted but nameless: as good as a lost answer, so it is looked for.
    throw new UserError({
      code: 'kaggle-answer',
      title: 'Kaggle took the submission but did not say its number.',
      actions: [{ title: 'Look at your submissions', url: site.submissions(init.competition) }],
    });
  }

  /**
   * A refused submission has one status for many reasons, so the reason is looked up: not joined, none left today,
   * closed. (kaggle-api 0.5, 1.6)
   */
  async #explained(init: SubmissionInit, error: unknown, signal: AbortSignal): Promise<unknown> {
    if (!isUserError(error, 'kaggle-refused') && !isUserError(error, 'kaggle-forbidden')) return error;
    try {
      return (await this.#reasonOf(init, error, signal)) ?? error;
    } catch (failure) {
      // The refusal itself says more than that its reason could not be looked up.
      return isUserError(failure) ? error : failure;
    }
  }

  async #reasonOf(
    { competition, owner, slug }: SubmissionInit,
    error: UserError,
    signal: AbortSignal,
  ): Promise<UserError | undefined> {
    const { site } = this.connection;
    const { userHasEntered, submissionsDisabled } = await new CompetitionCalls(this.connection).get(
      competition,
      signal,
    );
    if (!userHasEntered) return new UserError(notEntered(site, competition, error.detail));
    const shared = { detail: error.detail, cause: error };
    if (submissionsDisabled) {
      return new UserError({
        ...shared,
        code: 'kaggle-refused',
        title: `The competition ${competition} takes no submissions now.`,
        actions: [{ title: `Open ${competition} on Kaggle`, url: site.competition(competition) }],
      });
    }
    const { usedToday, allowedNow } = await this.limits(competition, signal);
    if (allowedNow <= 0) {
      return new UserError({
        ...shared,
        code: 'submission-limit',
        title: `No submission to ${competition} is left today; ${usedToday} were made.`,
        actions: [
          { title: 'Submit again after midnight UTC; nothing has to be built or uploaded anew.' },
          { title: 'Look at your submissions', url: site.submissions(competition) },
        ],
      });
    }
    if (error.code !== 'kaggle-forbidden') return undefined;
    return new UserError({
      ...shared,
      code: 'kaggle-forbidden',
      title: `Kaggle does not let this program submit ${owner}/${slug} to ${competition}.`,
      actions: [
        {
          title: 'Submit this version in the browser: its page has "Submit"',
          url: site.notebook(owner, slug),
        },
        { title: `Check that the rules of ${competition} are accepted`, url: site.rules(competition) },
      ],
    });
  }
}

function stateOf({
  status,
  errorDescription,
  publicScore,
  ...facts
}: z.infer<typeof submission>): SubmissionState {
  return { ...facts, state: stateNamed(readEnum(SUBMISSION_STATUS, status)), errorDescription, publicScore };
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
