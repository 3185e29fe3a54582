import * as z from 'zod/mini';
import { UserError } from '../../base/errors.ts';
import { fingerprint } from '../../base/hash.ts';
import type { KaggleClient, SubmissionState } from '../../kaggle/client.ts';
import type { Artefacts, Project } from '../artefacts.ts';
import { poll } from '../contract/poll.ts';
import type { Stage, StageContext } from '../stage.ts';
import { explainSubmissionError } from './explain.ts';

/** A submission that was made but not yet scored. */
const pendingSchema = z.object({ fingerprint: z.string(), ref: z.number() });

type Needs = Pick<Artefacts, 'project' | 'pack' | 'notebook'>;

/** Submits the notebook version once and follows the submission to its score. */
export const submitStage: Stage<'submit', 'project' | 'pack' | 'notebook'> = {
  name: 'submit',
  needs: ['project', 'pack', 'notebook'],
  fingerprint: ({ project, notebook }) =>
    fingerprint({
      competition: project.competition,
      notebook: { owner: notebook.owner, slug: notebook.slug, version: notebook.version },
      file: project.output.file,
    }),
  plan: ({ project, notebook }) => `submit version ${notebook.version} to ${project.competition}`,
  stands: async (last, { project }, { ports, signal }) => {
    const submissions = await (await ports.kaggle()).listSubmissions(project.competition, signal);
    return submissions.some(({ ref }) => ref === last.ref);
  },
  run: async (input, _, context) => {
    const kaggle = await context.ports.kaggle();
    const ref = await submitOnce(kaggle, input, context);
    const end = await follow(kaggle, input.project, ref, context);
    return {
      fingerprint: submitStage.fingerprint(input),
      ref,
      state: end.state,
      publicScore: end.publicScore,
      submittedAt: end.date,
      url: end.url,
    };
  },
  summary: (submission) =>
    `submission ${submission.ref} ${submission.state}, public score ${submission.publicScore ?? 'not shown'}`,
};

/** Submits, unless this version was submitted before: by an interrupted run, or by one whose answer was lost. */
async function submitOnce(kaggle: KaggleClient, input: Needs, context: StageContext): Promise<number> {
  const wanted = submitStage.fingerprint(input);
  const pending = pendingSchema.safeParse(context.pending).data;
  if (pending?.fingerprint === wanted) return pending.ref;
  const { project, notebook } = input;
  const base = descriptionOf(input);
  const all = await kaggle.listSubmissions(project.competition, context.signal);
  const ours = all.filter(({ description }) => isAttempt(description, base));
  const standing = ours.find((submission) => !mayPass(submission));
  const description = ours.length === 0 ? base : `${base}${ATTEMPT}${ours.length + 1}`;
  const ref = standing?.ref ?? (await submit(kaggle, project, notebook, description, context));
  await context.savePending({ fingerprint: wanted, ref });
  return ref;
}

async function submit(
  kaggle: KaggleClient,
  project: Project,
  { owner, slug, version }: Artefacts['notebook'],
  description: string,
  context: StageContext,
): Promise<number> {
  await checkCompetition(kaggle, project, context);
  context.progress(`Submitting version ${version} to ${project.competition}`);
  const init = {
    competition: project.competition,
    owner,
    slug,
    version,
    file: project.output.file,
    description,
  };
  return (await kaggle.submitNotebook(init, context.signal)).ref;
}

/** Stands between the description of a submission and the number of one that was made once more. */
const ATTEMPT = ', attempt ';

function isAttempt(description: string, base: string): boolean {
  return description === base || description.startsWith(`${base}${ATTEMPT}`);
}

/** It failed for a reason of Kaggle's own, so that the same may be submitted once more. */
function mayPass({ state, errorDescription, url }: SubmissionState): boolean {
  return state === 'error' && explainSubmissionError(errorDescription, url).mayPass;
}

/** Names the notebook version and the bundle, so that a submission whose answer was lost is recognised. */
function descriptionOf({ project, pack, notebook }: Needs): string {
  return `${project.name} ${project.version}, ${notebook.slug} v${notebook.version}, bundle ${pack.bundleId}`;
}

async function checkCompetition(
  kaggle: KaggleClient,
  project: Project,
  { ports, signal }: StageContext,
): Promise<void> {
  const competition = await kaggle.getCompetition(project.competition, signal);
  const over = competition.deadline !== undefined && Date.parse(competition.deadline) < ports.clock.now();
  if (over || competition.submissionsDisabled) {
    throw refused(
      'submission-limit',
      `${competition.title} takes no submissions any more.`,
      'Look at its page.',
      competition.url,
    );
  }
  if (!competition.userHasEntered) {
    const rules = `${competition.url}/rules`;
    throw refused(
      'competition-not-entered',
      `You have not joined ${competition.title}.`,
      'Accept its rules, then run again.',
      rules,
    );
  }
  if (!competition.isKernelsSubmissionsOnly) {
    throw refused(
      'submission-limit',
      `${competition.title} is no code competition.`,
      'Upload the submission file on its page.',
      competition.url,
    );
  }
  const { allowedNow, usedToday } = await kaggle.getSubmissionLimits(project.competition, signal);
  if (allowedNow > 0) return;
  throw refused(
    'submission-limit',
    `No submissions are left today (${usedToday} made).`,
    'Run again after midnight UTC: only the submission is left to do.',
    competition.url,
  );
}

function refused(
  code: 'submission-limit' | 'competition-not-entered',
  title: string,
  action: string,
  url: string,
): UserError {
  return new UserError({ code, title, actions: [{ title: action, url }] });
}

/** Waits for the score. @throws UserError `submission-failed` with Kaggle's own words. */
async function follow(
  kaggle: KaggleClient,
  project: Project,
  ref: number,
  context: StageContext,
): Promise<SubmissionState> {
  context.progress(`Waiting for the score of submission ${ref}`);
  const end = await poll(
    async () => {
      const submission = await kaggle.getSubmission(ref, context.signal);
      return submission.state === 'pending' ? undefined : submission;
    },
    context.ports.clock,
    context.signal,
  );
  if (end.state === 'complete') return end;
  // The next run is not to follow this one again, but to look which there are.
  if (mayPass(end)) await context.savePending(undefined);
  const { reason, actions } = explainSubmissionError(end.errorDescription, end.url);
  throw new UserError({
    code: 'submission-failed',
    title: `The submission to ${project.competition} failed. ${reason}`,
    detail: `Kaggle says: ${end.errorDescription ?? 'nothing'}`,
    actions,
  });
}
