import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { defined } from '../../base/defined.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Competition, KaggleClient, SubmissionState } from '../../kaggle/client.ts';
import type { Artefacts, Submission } from '../artefacts.ts';
import { demandSupported } from '../contract/submission/supported.ts';
import { poll } from '../contract/poll.ts';
import type { Stage, StageContext } from '../stage.ts';
import type { StageName } from '../stages.ts';
import {
  type Announcement,
  announcedIn,
  findAnnounced,
  isUnheard,
  look,
  type Sight,
} from './announcement.ts';
import { submissionState } from './submission-state.ts';
import { findBetterScore } from './better-score.ts';
import { allowanceInWords, dayOfEnd, lateness, refusalOfCompetition, refusalOfLimits } from './checks.ts';
import { nextAttempt } from './description.ts';
import { explainSubmissionError } from './explain.ts';
import { fileSubmission } from './file-submission.ts';
import { notebookSubmission } from './notebook-submission.ts';
import type { Submittable } from './submittable.ts';

/** A submission that was made but not yet scored. */
const madeSchema = z.object({ fingerprint: z.string(), ref: z.number() });

/** A look that comes so long after the one before does not tell when the score came. */
const UNWATCHED_MS = 120_000;
const MINUTE_MS = 60_000;

/** Submits the notebook version once and follows the submission to its score. */
export const submitNotebookStage = submitStageOf(notebookSubmission);

/** The same with the file that the test left. */
export const submitFileStage = submitStageOf(fileSubmission);

/** One submission, as the functions below see it. */
interface Task {
  readonly kaggle: KaggleClient;
  readonly competition: string;
  readonly betterScore: Artefacts['project']['betterScore'];
  /** Of what is submitted. */
  readonly fingerprint: string;
  readonly name: string;
  /** What its description begins with. */
  readonly base: string;
  readonly isRerun: boolean;
  readonly refusal: (competition: Competition) => UserError | undefined;
  readonly prepare: () => ReturnType<Submittable<never>['prepare']>;
}

function submitStageOf<Needs extends StageName>(
  thing: Submittable<Needs>,
): Stage<'submit', 'project' | Needs> {
  const identify = (input: Pick<Artefacts, 'project' | Needs>): string =>
    fingerprint({ competition: input.project.competition, ...thing.identity(input) });
  return {
    name: 'submit',
    needs: thing.needs,
    fingerprint: identify,
    plan: (input) => {
      const { competition, endedOn } = input.project;
      const words = l10n.t('submit {0} to {1}', thing.plan(input), competition);
      return endedOn === undefined ? words : l10n.t('{0}, which {1}', words, lateness(endedOn));
    },
    doubt: async (last, { project }, { ports, signal }) => {
      const submissions = await (await ports.kaggle()).submissions.list(project.competition, signal);
      const now = submissions.find(({ ref }) => ref === last.ref);
      if (now === undefined)
        return { because: l10n.t('since submission {0} is not on Kaggle any more', last.ref) };
      const isSame =
        now.state === last.state &&
        now.publicScore === last.publicScore &&
        now.privateScore === last.privateScore;
      if (isSame) return undefined;
      return { because: l10n.t('since Kaggle says something else of submission {0} now', last.ref) };
    },
    foresee: async (project, { ports, signal, warn }) => {
      const kaggle = await ports.kaggle();
      const competition = await kaggle.competitions.get(project.competition, signal);
      await demandSupported(competition, kaggle, signal);
      const refused = refusalOfCompetition(competition) ?? thing.refusal(competition);
      if (refused !== undefined) throw refused;
      const now = ports.clock.now();
      const endedOn = dayOfEnd(competition.deadline, now);
      if (endedOn === undefined) return;
      const limits = await kaggle.submissions.limits(project.competition, signal);
      const closed = refusalOfLimits(competition, limits, now);
      // A day's limit passes; what is made and uploaded until then is not lost.
      if (closed?.code === 'submission-closed') throw closed;
      warn(l10n.t('{0} {1}.', competition.title, lateness(endedOn)));
    },
    run: async (input, _, context) => {
      const kaggle = await context.ports.kaggle();
      const { competition, betterScore } = input.project;
      const task: Task = {
        kaggle,
        competition,
        betterScore,
        fingerprint: identify(input),
        name: thing.name(input),
        base: thing.describe(input),
        isRerun: thing.isRerun,
        refusal: thing.refusal,
        prepare: () => thing.prepare(kaggle, input, context),
      };
      return await follow(task, await submitOnce(task, context), context);
    },
    summary: ({ ref, state, publicScore, privateScore }) =>
      [
        l10n.t('submission {0} {1}', ref, submissionState(state)),
        l10n.t('public score {0}', publicScore ?? l10n.t('not shown')),
        ...(privateScore === undefined ? [] : [l10n.t('private score {0}', privateScore)]),
      ].join(', '),
  };
}

interface Made {
  readonly ref: number;
  /** By this run, and not by one before it. */
  readonly justNow: boolean;
}

/**
 * Submits, unless the same content was submitted before: by an interrupted run, or by one whose answer was lost. Asked to do
 * so anew, it takes only what an interrupted run began for the submission that is asked for.
 */
async function submitOnce(task: Task, context: StageContext): Promise<Made> {
  const { kaggle } = task;
  const earlier = madeSchema.safeParse(context.pending).data;
  if (
    earlier?.fingerprint === task.fingerprint &&
    !(context.anew && (await isOver(kaggle, earlier.ref, context)))
  )
    return { ref: earlier.ref, justNow: false };
  const { ours, unlisted, isThere } = await seeOurs(task, context);
  const mayStand = !context.anew || isThere;
  const standing = mayStand ? ours.find((submission) => !mayPass(task, submission)) : undefined;
  const description = nextAttempt(task.base, ours.length, context.note);
  if (standing !== undefined)
    context.log(
      'note',
      `What ${task.name} holds was submitted before; following submission ${standing.ref}.`,
    );
  const announced = { submitting: task.fingerprint, after: ours.length, unlisted };
  const ref = standing?.ref ?? (await submit(task, description, announced, context));
  await context.savePending({ fingerprint: task.fingerprint, ref });
  return { ref, justNow: standing === undefined };
}

async function isOver(kaggle: KaggleClient, ref: number, { signal }: StageContext): Promise<boolean> {
  return (await kaggle.submissions.get(ref, signal)).state !== 'pending';
}

/** What was submitted of this before. `isThere`: with the one that a run announced and did not hear of. */
async function seeOurs(
  { kaggle, competition, base, fingerprint: wanted }: Task,
  context: StageContext,
): Promise<Sight & { readonly isThere: boolean }> {
  const announced = announcedIn(context.pending);
  if (announced?.submitting !== wanted)
    return { ...(await look(kaggle, competition, base, context)), isThere: false };
  return findAnnounced(kaggle, { announced, competition, base, isSameRun: false }, context);
}

/** Makes the submission, by one request: when its answer is lost, what it made is looked for, and nothing is sent again. */
async function submit(
  task: Task,
  description: string,
  announced: Announcement,
  context: StageContext,
): Promise<number> {
  const { kaggle, competition, base, name } = task;
  await checkCompetition(task, context);
  const send = await task.prepare();
  await context.savePending(announced);
  context.progress(l10n.t('Submitting {0} to {1}', name, competition));
  try {
    return (await send(description)).ref;
  } catch (error) {
    if (!isUnheard(error)) {
      if (isUserError(error)) await context.savePending(undefined);
      throw error;
    }
    context.log('note', error.title);
    const search = { announced, competition, base, isSameRun: true };
    const [made] = (await findAnnounced(kaggle, search, context)).ours;
    if (made === undefined) throw error;
    return made.ref;
  }
}

/** It failed for a reason of Kaggle's own, so that the same may be submitted once more. */
function mayPass(
  { isRerun }: Pick<Task, 'isRerun'>,
  { state, errorDescription, url }: SubmissionState,
): boolean {
  return state === 'error' && explainSubmissionError(errorDescription, url, { isRerun }).mayPass;
}

/** @throws UserError when the competition would refuse. */
async function checkCompetition(
  { kaggle, competition: slug, refusal }: Task,
  { ports, signal, log }: StageContext,
): Promise<void> {
  const competition = await kaggle.competitions.get(slug, signal);
  const refused = refusalOfCompetition(competition) ?? refusal(competition);
  if (refused !== undefined) throw refused;
  const limits = await kaggle.submissions.limits(slug, signal);
  const used = refusalOfLimits(competition, limits, ports.clock.now());
  if (used !== undefined) throw used;
  log('note', `Submissions to ${slug}: ${allowanceInWords(limits, ports.clock.now())}`);
}

/** Waits for the score, and keeps what is known meanwhile. @throws UserError `submission-failed` with Kaggle's own words. */
async function follow(task: Task, { ref, justNow }: Made, context: StageContext): Promise<Submission> {
  const { kaggle } = task;
  const { clock } = context.ports;
  const began = clock.now();
  let told: SubmissionState['state'] | undefined;
  const wait = l10n.t('Waiting for the score of submission {0}', ref);
  context.progress(wait);
  const end = await poll(
    async ({ sinceLastMs }) => {
      const now = await kaggle.submissions.get(ref, context.signal);
      const submission = submissionOf(task, { ...now, ref });
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
    const betterScore = await findBetterScore(kaggle.competitions, task, context.signal);
    const scored = { ...end.submission, ...defined({ betterScore }) };
    await context.keepSubmission(scored);
    return scored;
  }
  await context.keepSubmission(end.submission);
  // The next run is not to follow this one again, but to look which there are.
  if (mayPass(task, end.now)) await context.savePending(undefined);
  throw failure(task, end.now);
}

function submissionOf({ fingerprint: made }: Task, state: SubmissionState): Submission {
  const { publicScore, privateScore, errorDescription } = state;
  return {
    fingerprint: made,
    ref: state.ref,
    state: state.state,
    submittedAt: state.date,
    url: state.url,
    ...defined({ publicScore, privateScore, errorDescription }),
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

function failure({ competition, isRerun }: Task, { errorDescription, url }: SubmissionState): UserError {
  const { reason, actions } = explainSubmissionError(errorDescription, url, { isRerun });
  return new UserError({
    code: 'submission-failed',
    title: l10n.t('The submission to {0} failed. {1}', competition, reason),
    detail: l10n.t('Kaggle says: {0}', errorDescription ?? l10n.t('nothing')),
    actions,
  });
}
