import { isUserError, UserError } from '../base/errors.ts';
import type { KaggleClient, SubmissionInit, SubmissionLimits, SubmissionState } from './client.ts';
import { getCompetition, notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { readEnum } from './enums.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { submission, submissionLimits, submissions, submitted } from './schemas.ts';
import { sendOnce } from './send-once.ts';
import type * as z from 'zod/mini';

const SERVICE = 'competitions.CompetitionApiService';

const SUBMISSION_STATUS = {
  prefix: 'SUBMISSION_STATUS_',
  names: ['PENDING', 'COMPLETE', 'ERROR'],
} as const;

/** Submitting a notebook version, and following it. (kaggle-api 1.5, 1.6) */
export function submissionCalls(
  connection: Connection,
): Pick<KaggleClient, 'getSubmissionLimits' | 'submitNotebook' | 'getSubmission' | 'listSubmissions'> {
  return {
    getSubmissionLimits: (competition, signal) => getLimits(connection, competition, signal),
    submitNotebook: (init, signal) => submitNotebook(connection, init, signal),
    getSubmission: (ref, signal) => getSubmission(connection, ref, signal),
    listSubmissions: (competition, signal) => listSubmissions(connection, competition, signal),
  };
}

async function getLimits(
  { transport, site }: Connection,
  competition: string,
  signal: AbortSignal,
): Promise<SubmissionLimits> {
  const { numToday, numAllowedNow } = await transport.call(
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
  return { usedToday: numToday, allowedNow: numAllowedNow };
}

/** Submits once: after a lost answer, a submission with our description is ours. The description must be unique. */
async function submitNotebook(
  connection: Connection,
  init: SubmissionInit,
  signal: AbortSignal,
): Promise<{ readonly ref: number }> {
  try {
    return await sendOnce(
      {
        what: `the submission to ${init.competition}`,
        send: () => createSubmission(connection, init, signal),
        look: async () => {
          const known = await listSubmissions(connection, init.competition, signal);
          const ours = known.find((each) => each.description.trim() === init.description.trim());
          return ours === undefined ? 'absent' : { found: { ref: ours.ref } };
        },
      },
      connection.pace,
      signal,
    );
  } catch (error) {
    throw await explained(connection, init, error, signal);
  }
}

async function createSubmission(
  { transport, site }: Connection,
  init: SubmissionInit,
  signal: AbortSignal,
): Promise<{ readonly ref: number }> {
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
  if (ref > 0) return { ref };
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
async function explained(
  connection: Connection,
  init: SubmissionInit,
  error: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isUserError(error, 'kaggle-refused') && !isUserError(error, 'kaggle-forbidden')) return error;
  try {
    return (await reasonOf(connection, init, error, signal)) ?? error;
  } catch (failure) {
    // The refusal itself says more than that its reason could not be looked up.
    return isUserError(failure) ? error : failure;
  }
}

async function reasonOf(
  connection: Connection,
  { competition, owner, slug }: SubmissionInit,
  error: UserError,
  signal: AbortSignal,
): Promise<UserError | undefined> {
  const { site } = connection;
  const { userHasEntered, submissionsDisabled } = await getCompetition(connection, competition, signal);
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
  const { usedToday, allowedNow } = await getLimits(connection, competition, signal);
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
      { title: 'Submit this version in the browser: its page has "Submit"', url: site.notebook(owner, slug) },
      { title: `Check that the rules of ${competition} are accepted`, url: site.rules(competition) },
    ],
  });
}

async function getSubmission(
  { transport, site }: Connection,
  ref: number,
  signal: AbortSignal,
): Promise<SubmissionState> {
  const answer = await transport.call(
    {
      method: `${SERVICE}/GetSubmission`,
      body: { ref },
      answer: submission,
      about: { thing: `the submission ${ref}`, url: site.url },
    },
    signal,
  );
  return stateOf({ ...answer, ref: answer.ref === 0 ? ref : answer.ref });
}

/** All of one's submissions, the newest first. */
async function listSubmissions(
  { transport, site }: Connection,
  competition: string,
  signal: AbortSignal,
): Promise<readonly SubmissionState[]> {
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

function stateOf(answer: z.infer<typeof submission>): SubmissionState {
  return {
    ref: answer.ref,
    state: stateNamed(readEnum(SUBMISSION_STATUS, answer.status)),
    errorDescription: answer.errorDescription === '' ? undefined : answer.errorDescription,
    // Empty while it is not known. (kaggle-api 1.5)
    publicScore: answer.publicScore === '' ? undefined : answer.publicScore,
    description: answer.description,
    url: answer.url,
    date: answer.date,
  };
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
