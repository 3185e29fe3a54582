import type * as z from 'zod/mini';
import { UserError } from '../base/errors.ts';
import type { KaggleClient, SubmissionInit, SubmissionState } from './client.ts';
import { notEntered } from './competitions.ts';
import type { Connection } from './connection.ts';
import { readEnum } from './enums.ts';
import { allPages, PAGE_SIZE } from './pages.ts';
import { submission, submissions, submitted } from './schemas.ts';
import { sendOnce } from './send-once.ts';
import { getLimits } from './submission-limits.ts';
import { explained } from './submission-refusal.ts';

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
