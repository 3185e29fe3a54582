import * as z from 'zod/mini';
import { ApiError, denied, invalid, notFound } from '../api-error.ts';
import type { Competition } from '../competition.ts';
import { pageOf } from '../paging.ts';
import type { KernelVersion, Submission, User } from '../records.ts';
import type { Services } from '../services.ts';
import { findCompetition } from './competitions.ts';
import { type Call, int, isFileName, method, type Methods, oneOf, page, text } from './rpc.ts';

const DAY_MS = 24 * 3600 * 1000;

const listSubmissions = z.object({
  competitionName: text(),
  sortBy: oneOf('SUBMISSION_SORT_BY_', ['DATE', 'NAME', 'PRIVATE_SCORE', 'PUBLIC_SCORE']),
  group: oneOf('SUBMISSION_GROUP_', ['ALL', 'SUCCESSFUL', 'SELECTED']),
  page: int(),
  ...page(),
});
const createCodeSubmission = z.object({
  competitionName: text(),
  kernelOwner: text(),
  kernelSlug: text(),
  kernelVersion: int(),
  fileName: text(),
  submissionDescription: text(),
});
type CreateCodeSubmission = z.output<typeof createCodeSubmission>;
const startSubmissionUpload = z.object({
  competitionName: text(),
  contentLength: int(),
  lastModifiedEpochSeconds: int(),
  fileName: text(),
});
const createSubmission = z.object({
  competitionName: text(),
  blobFileTokens: text(),
  submissionDescription: text(),
});

/** The part of `competitions.CompetitionApiService` about submissions (kaggle-api 1.5 to 1.7). */
export function submissionMethods(services: Services): Methods {
  const { store, competitions, turns, uploads } = services;
  return {
    ListSubmissions: method(listSubmissions, (request, call) => {
      const competition = findCompetition(competitions, request.competitionName);
      const mine = submissionsOf(services, competition, call.user)
        .filter(({ status }) => request.group !== 'SUCCESSFUL' || status === 'COMPLETE')
        .sort((a, b) => (request.sortBy === 'NAME' ? (a.fileName < b.fileName ? -1 : 1) : b.ref - a.ref));
      const { items, nextPageToken } = pageOf(mine, request);
      return { submissions: items.map((submission) => describe(services, submission, call)), nextPageToken };
    }),

    GetSubmission: method(z.object({ ref: int() }), ({ ref }, call) => {
      const submission = store.submissions.get(ref);
      if (submission?.owner !== call.user.username) throw notFound('Submission not found');
      return describe(services, submission, call);
    }),

    GetSubmissionLimits: method(z.object({ competitionName: text() }), ({ competitionName }, { user }) => {
      const competition = findCompetition(competitions, competitionName);
      const all = submissionsOf(services, competition, user);
      const made = all.filter(isOfToday(services)).length;
      const allowance = competition.facts.maxDailySubmissions;
      const numToday = services.faults.isDue('allowance') ? Math.max(made, allowance) : made;
      const left = Math.max(0, allowance - numToday);
      const numAllowedNow = competition.takesSubmissions(services.clock.now()) ? left : 0;
      return { numToday, numTotal: all.length, numAllowedNow, limitedByTotal: false };
    }),

    CreateCodeSubmission: method(createCodeSubmission, (request, { user }) =>
      turns.take(async () => {
        const competition = findCompetition(competitions, request.competitionName);
        checkCompetition(services, competition);
        const { kernelId, version } = findVersion(services, request, user);
        checkVersion(version, request.fileName);
        checkAllowance(services, competition, user);
        const { fileName, kernelVersion } = request;
        const ref = await create(services, request, user, { fileName, kernelId, kernelVersion });
        return { message: `Successfully submitted to ${competition.facts.title}`, ref };
      }),
    ),

    StartSubmissionUpload: method(startSubmissionUpload, async (request, { user, origin }) => {
      const { facts } = checkTakesFiles(findCompetition(competitions, request.competitionName));
      if (request.contentLength > (facts.maxSubmissionBytes ?? Infinity))
        throw invalid(`Submission not allowed: The file is larger than ${facts.maxSubmissionBytes} bytes.`);
      if (!isFileName(request.fileName)) throw invalid(`Invalid file name '${request.fileName}'`);
      const { token, path } = await uploads.start(user.username, request.fileName, request.contentLength);
      return { token, createUrl: origin + path };
    }),

    CreateSubmission: method(createSubmission, (request, { user }) =>
      turns.take(async () => {
        const competition = findCompetition(competitions, request.competitionName);
        checkCompetition(services, competition);
        checkTakesFiles(competition);
        const file = uploads.finished(user.username, request.blobFileTokens);
        checkAllowance(services, competition, user);
        const ref = await create(services, request, user, { fileName: file.name, file });
        return { message: `Successfully submitted to ${competition.facts.title}`, ref };
      }),
    ),
  };
}

async function create(
  { store, clock, submissionRuns }: Services,
  request: { readonly competitionName: string; readonly submissionDescription: string },
  user: User,
  what: Pick<Submission, 'fileName' | 'file' | 'kernelId' | 'kernelVersion'>,
): Promise<number> {
  const ref = await store.nextId();
  await store.submissions.put(ref, {
    ref,
    competition: request.competitionName,
    owner: user.username,
    createdAt: new Date(clock.now()).toISOString(),
    description: request.submissionDescription,
    ...what,
    status: 'PENDING',
    errorDescription: '',
    publicScore: '',
    privateScore: '',
    totalBytes: 0,
  });
  submissionRuns.submit(ref);
  return ref;
}

function checkTakesFiles(competition: Competition): Competition {
  if (competition.facts.isKernelsSubmissionsOnly)
    throw invalid('Submission not allowed: This competition only accepts Submissions from Notebooks.');
  return competition;
}

function checkCompetition({ clock }: Services, competition: Competition): void {
  if (!competition.facts.userHasEntered)
    throw invalid('Submission not allowed: You must join the competition before submitting.');
  if (!competition.takesSubmissions(clock.now()))
    throw invalid('Submission not allowed: The competition is no longer accepting submissions.');
}

function findVersion(
  { store }: Services,
  { kernelOwner, kernelSlug, kernelVersion }: CreateCodeSubmission,
  user: User,
): { kernelId: number; version: KernelVersion } {
  const kernel = store.kernels.find(({ owner, slug }) => owner === kernelOwner && slug === kernelSlug);
  const version = kernel?.versions.find((candidate) => candidate.version === kernelVersion);
  // Also for a wrong slug or version (kaggle-api 1.6).
  if (kernel?.owner !== user.username || version === undefined) throw denied('kernelSessions.get');
  return { kernelId: kernel.id, version };
}

function checkVersion(version: KernelVersion, fileName: string): void {
  if (version.status !== 'COMPLETE')
    throw invalid('Submission not allowed: The Notebook version has not completed successfully.');
  if (version.enableInternet)
    throw invalid('Submission not allowed: Your Notebook cannot use internet access in this competition.');
  if (fileName === '') throw invalid('Submission not allowed: The name of the output file is missing.');
  if (!version.outputs.some(({ name }) => name === fileName))
    throw invalid(`Submission not allowed: The Notebook version has no output file '${fileName}'.`);
}

/** The sentence is Kaggle's (kaggle-api 0.5). */
function checkAllowance(services: Services, competition: Competition, user: User): void {
  const allowance = competition.facts.maxDailySubmissions;
  const made = submissionsOf(services, competition, user).filter(isOfToday(services)).length;
  if (made < allowance && services.faults.take('allowance') === undefined) return;
  const hours = ((DAY_MS - (services.clock.now() % DAY_MS)) / 3_600_000).toFixed(1);
  throw new ApiError(
    400,
    `Submission not allowed: Your team has used its daily Submission allowance (${allowance}) today, ` +
      `please try again tomorrow UTC (${hours} hours from now).`,
  );
}

function submissionsOf({ store }: Services, { facts }: Competition, user: User): Submission[] {
  return store.submissions
    .values()
    .filter(({ competition, owner }) => competition === facts.slug && owner === user.username);
}

/** Days are UTC (kaggle-api 1.5). */
function isOfToday({ clock }: Services): (submission: Submission) => boolean {
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  return ({ createdAt }) => createdAt.startsWith(today);
}

function describe({ competitions, clock }: Services, submission: Submission, { origin, user }: Call): object {
  const revealed = competitions.get(submission.competition)?.hasEnded(clock.now()) ?? false;
  return {
    ref: submission.ref,
    date: submission.createdAt,
    fileName: submission.fileName,
    description: submission.description,
    status: submission.status,
    errorDescription: submission.errorDescription,
    publicScore: submission.publicScore,
    privateScore: revealed ? submission.privateScore : '',
    totalBytes: submission.totalBytes,
    submittedBy: user.username,
    submittedByRef: user.username,
    teamName: user.username,
    url: `${origin}/competitions/${submission.competition}/submissions`,
  };
}
