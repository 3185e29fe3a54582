import * as z from 'zod/mini';
import { defined } from '../../base/defined.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { KaggleClient, SubmissionState } from '../../kaggle/client.ts';
import type { Artefacts, Project, Submission } from '../artefacts.ts';
import { poll } from '../contract/poll.ts';
import type { Stage, StageContext } from '../stage.ts';
import { findBetterScore } from './better-score.ts';
import { allowanceInWords, refusalOfCompetition, refusalOfLimits } from './checks.ts';
import { contentOf, describe, isAttempt, nextAttempt } from './description.ts';
import { explainSubmissionError } from './explain.ts';

/** A submission that was made but not yet scored. */
const madeSchema = z.object({ fingerprint: z.string(), ref: z.number() });

/** One that was about to be made, after so many of the same version: it may have been made without our hearing of it. */
const announcedSchema = z.object({ submitting: z.string(), after: z.number() });

/** With these it may have been made; with all others Kaggle refused it in so many words. */
const UNHEARD: ReadonlySet<string> = new Set(['kaggle-unreachable', 'kaggle-answer']);

/** Kaggle's list may lag behind a submission of a moment ago. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 5_000;

/** A look that comes so long after the one before does not tell when the score came. */
const UNWATCHED_MS = 120_000;
const MINUTE_MS = 60_000;

type Needs = Pick<Artefacts, 'project' | 'pack' | 'notebook'>;

/** Submits the notebook version once and follows the submission to its score. */
export const submitStage: Stage<'submit', 'project' | 'pack' | 'notebook'> = {
  name: 'submit',
  needs: ['project', 'pack', 'notebook'],
  fingerprint: ({ project, pack, notebook }) =>
    fingerprint({
      competition: project.competition,
      // Not the version: version numbers start over after a notebook is deleted, and a notebook that was pushed again with
      // the same content already has its score.
      bundle: pack.bundleId,
      notebook: { content: contentOf(notebook), owner: notebook.owner },
      file: project.output.file,
    }),
  plan: ({ project, notebook }) => `submit version ${notebook.version} to ${project.competition}`,
  doubt: async (last, { project }, { ports, signal }) => {
    const submissions = await (await ports.kaggle()).submissions.list(project.competition, signal);
    const now = submissions.find(({ ref }) => ref === last.ref);
    if (now === undefined) return { because: `since submission ${last.ref} is not on Kaggle any more` };
    if (now.state === last.state && now.publicScore === last.publicScore) return undefined;
    return { because: `since Kaggle says something else of submission ${last.ref} now` };
  },
  foresee: async (project, { ports, signal }) => {
    const competition = await (await ports.kaggle()).competitions.get(project.competition, signal);
    const closed = refusalOfCompetition(competition, ports.clock.now());
    if (closed !== undefined) throw closed;
  },
  run: async (input, _, context) => {
    const kaggle = await context.ports.kaggle();
    const made = await submitOnce(kaggle, input, context);
    return await follow(kaggle, input, made, context);
  },
  summary: (submission) =>
    `submission ${submission.ref} ${submission.state}, public score ${submission.publicScore ?? 'not shown'}`,
};

interface Made {
  readonly ref: number;
  /** By this run, and not by one before it. */
  readonly justNow: boolean;
}

/**
 * Submits, unless the same content was submitted before: by an interrupted run, or by one whose answer was lost. Asked to do
 * so anew, it takes only what an interrupted run began for the submission that is asked for.
 */
async function submitOnce(kaggle: KaggleClient, input: Needs, context: StageContext): Promise<Made> {
  const wanted = submitStage.fingerprint(input);
  const earlier = madeSchema.safeParse(context.pending).data;
  if (earlier?.fingerprint === wanted && !(context.anew && (await isOver(kaggle, earlier.ref, context))))
    return { ref: earlier.ref, justNow: false };
  const { notebook } = input;
  const base = describe(input);
  const { ours, isAnnounced } = await listOurs(kaggle, input, base, context);
  const mayStand = !context.anew || isAnnounced;
  const standing = mayStand ? ours.find((submission) => !mayPass(submission)) : undefined;
  const description = nextAttempt(base, ours.length, context.note);
  if (standing !== undefined)
    context.log(
      'note',
      `What version ${notebook.version} holds was submitted before; following submission ${standing.ref}.`,
    );
  const ref = standing?.ref ?? (await submit(kaggle, input, { description, after: ours.length }, context));
  await context.savePending({ fingerprint: wanted, ref });
  return { ref, justNow: standing === undefined };
}

async function isOver(kaggle: KaggleClient, ref: number, { signal }: StageContext): Promise<boolean> {
  return (await kaggle.submissions.get(ref, signal)).state !== 'pending';
}

/**
 * What was submitted of this version; with the one that a run announced and did not hear of, once Kaggle lists it.
 * `isAnnounced`: that one is there.
 */
async function listOurs(
  kaggle: KaggleClient,
  input: Needs,
  base: string,
  { pending, ports, signal }: StageContext,
): Promise<{ readonly ours: SubmissionState[]; readonly isAnnounced: boolean }> {
  const announced = announcedSchema.safeParse(pending).data;
  const isOurs = announced?.submitting === submitStage.fingerprint(input);
  const before = isOurs ? announced.after : -1;
  for (let looks = 1; ; looks += 1) {
    const all = await kaggle.submissions.list(input.project.competition, signal);
    const ours = all.filter(({ description }) => isAttempt(description, base));
    if (ours.length > before || looks === LOOKS) return { ours, isAnnounced: isOurs && ours.length > before };
    await ports.clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

async function submit(
  kaggle: KaggleClient,
  input: Needs,
  { description, after }: { readonly description: string; readonly after: number },
  context: StageContext,
): Promise<number> {
  const { competition, output } = input.project;
  const { owner, slug, version } = input.notebook;
  await checkCompetition(kaggle, input.project, context);
  await context.savePending({ submitting: submitStage.fingerprint(input), after });
  context.progress(`Submitting version ${version} to ${competition}`);
  const init = { competition, owner, slug, version, file: output.file, description };
  try {
    return (await kaggle.submissions.submit(init, context.signal)).ref;
  } catch (error) {
    if (isUserError(error) && !UNHEARD.has(error.code)) await context.savePending(undefined);
    throw error;
  }
}

/** It failed for a reason of Kaggle's own, so that the same may be submitted once more. */
function mayPass({ state, errorDescription, url }: SubmissionState): boolean {
  return state === 'error' && explainSubmissionError(errorDescription, url).mayPass;
}

/** @throws UserError when the competition would refuse. */
async function checkCompetition(
  kaggle: KaggleClient,
  project: Project,
  { ports, signal, log }: StageContext,
): Promise<void> {
  const competition = await kaggle.competitions.get(project.competition, signal);
  const closed = refusalOfCompetition(competition, ports.clock.now());
  if (closed !== undefined) throw closed;
  const limits = await kaggle.submissions.limits(project.competition, signal);
  const used = refusalOfLimits(competition, limits, ports.clock.now());
  if (used !== undefined) throw used;
  log('note', `Submissions to ${project.competition}: ${allowanceInWords(limits, ports.clock.now())}`);
}

/** Waits for the score, and keeps what is known meanwhile. @throws UserError `submission-failed` with Kaggle's own words. */
async function follow(
  kaggle: KaggleClient,
  input: Needs,
  { ref, justNow }: Made,
  context: StageContext,
): Promise<Submission> {
  const { clock } = context.ports;
  const began = clock.now();
  let told: SubmissionState['state'] | undefined;
  const wait = `Waiting for the score of submission ${ref}`;
  context.progress(wait);
  const end = await poll(
    async ({ sinceLastMs }) => {
      const now = await kaggle.submissions.get(ref, context.signal);
      const submission = submissionOf(input, { ...now, ref });
      if (now.state !== 'pending') {
        // The first look of a run that did not submit it comes after anything.
        const unwatched = sinceLastMs > UNWATCHED_MS || (!justNow && told === undefined);
        return {
          now,
          submission: { ...submission, ...scoringTime(now, began, justNow, unwatched, clock.now()) },
        };
      }
      if (told === undefined) await context.keepSubmission(submission);
      told = now.state;
      context.progress(`${wait}${sinceWhen(now, clock.now())}`);
      return undefined;
    },
    clock,
    context.signal,
    {
      onTrouble: (error) => context.log('note', `${error.title} Looking for the score goes on.`),
    },
  );
  if (end.now.state === 'complete') {
    const betterScore = await findBetterScore(kaggle.competitions, input.project, context.signal);
    const scored = { ...end.submission, ...defined({ betterScore }) };
    await context.keepSubmission(scored);
    return scored;
  }
  await context.keepSubmission(end.submission);
  // The next run is not to follow this one again, but to look which there are.
  if (mayPass(end.now)) await context.savePending(undefined);
  throw failure(input.project, end.now);
}

function submissionOf(input: Needs, state: SubmissionState): Submission {
  return {
    fingerprint: submitStage.fingerprint(input),
    ref: state.ref,
    state: state.state,
    submittedAt: state.date,
    url: state.url,
    ...defined({ publicScore: state.publicScore, errorDescription: state.errorDescription }),
  };
}

/** Kaggle tells when a submission was made and not when it was scored, so it is when it was first seen to be. */
function scoringTime(
  { date }: SubmissionState,
  began: number,
  justNow: boolean,
  unwatched: boolean,
  now: number,
): Pick<Submission, 'scoringSeconds' | 'scoringSecondsAtMost'> {
  const from = justNow ? began : Date.parse(date);
  if (Number.isNaN(from)) return {};
  const scoringSeconds = Math.max(0, Math.round((now - from) / 100) / 10);
  return unwatched ? { scoringSeconds, scoringSecondsAtMost: true } : { scoringSeconds };
}

/** E.g. ` (12 min 00 s)`; nothing in the first minute. */
function sinceWhen({ date }: SubmissionState, now: number): string {
  const minutes = Math.floor((now - Date.parse(date)) / MINUTE_MS);
  return minutes >= 1 ? ` (${formatDuration(minutes * MINUTE_MS)})` : '';
}

function failure(project: Project, { errorDescription, url }: SubmissionState): UserError {
  const { reason, actions } = explainSubmissionError(errorDescription, url);
  return new UserError({
    code: 'submission-failed',
    title: `The submission to ${project.competition} failed. ${reason}`,
    detail: `Kaggle says: ${errorDescription ?? 'nothing'}`,
    actions,
  });
}
