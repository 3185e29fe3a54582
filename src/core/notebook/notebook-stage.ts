import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isCancelled, isUserError, UserError } from '../../base/errors.ts';
import { formatDuration } from '../../base/format.ts';
import { fingerprint, sha256OfFile } from '../../base/hash.ts';
import type {
  KaggleClient,
  NotebookInit,
  NotebookLogLine,
  NotebookStatus,
  PushedNotebook,
} from '../../kaggle/client.ts';
import type { Artefacts } from '../artefacts.ts';
import { planDatasets } from '../contract/datasets.ts';
import { composeNotebook } from '../contract/ipynb.ts';
import { errorExcerpt } from '../contract/julia-log.ts';
import { pinnedImage } from '../contract/pinned-image.ts';
import { poll } from '../contract/poll.ts';
import { checkSubmission } from '../contract/submission-file.ts';
import type { Stage, StageContext } from '../stage.ts';
import { linesOf, LiveLog } from './live-log.ts';

const DETAIL_LINES = 20;

/** A pushed version whose run was not seen to end. */
const pushedSchema = z.object({
  fingerprint: z.string(),
  owner: z.string(),
  slug: z.string(),
  version: z.number(),
  url: z.string(),
});

/** A push that was about to be made: it may have been made without our hearing of it. */
const pushingSchema = z.object({ pushing: z.string(), after: z.number() });

type NeedName = 'project' | 'build' | 'test' | 'pack' | 'rehearse' | 'upload';
type Needs = Pick<Artefacts, NeedName>;

/** Pushes the rehearsed notebook with internet off and follows its run. */
export const notebookStage: Stage<'notebook', NeedName> = {
  name: 'notebook',
  needs: ['project', 'build', 'test', 'pack', 'rehearse', 'upload'],
  fingerprint: ({ project, build, pack, upload }) =>
    fingerprint({
      notebook: composeNotebook(project, planDatasets(project, pack), pack.bundleId),
      owner: upload.owner,
      // A version is fixed at push (kaggle-api 4.1): another version of a dataset wants another push.
      datasets: upload.datasets.map(({ slug, version }) => ({ slug, version })),
      settings: project.notebook,
      image: pinnedImage({ digest: build.image.digest }),
    }),
  plan: ({ project }) => `push the notebook "${project.notebook.title}", internet off, and follow its run`,
  stands: async (last, _, { ports, signal }) => {
    const found = await (await ports.kaggle()).findNotebook(last.owner, last.slug, signal);
    return (found?.currentVersion ?? 0) >= last.version;
  },
  run: async (input, _, context) => {
    const kaggle = await context.ports.kaggle();
    const pushed = await pushOnce(kaggle, input, context);
    const log = await followOrForget(kaggle, pushed, context);
    const file = join(context.folder, 'notebook', input.project.output.file);
    await fetchOutput(kaggle, pushed, input.project.output.file, file, log, context);
    await checkSubmission(file, join(input.test.dataFolder, input.project.output.sample));
    return {
      fingerprint: notebookStage.fingerprint(input),
      ...pushed,
      seconds: log.at(-1)?.seconds ?? 0,
      submissionSha256: await sha256OfFile(file),
    };
  },
  summary: (run) =>
    `version ${run.version} of ${run.owner}/${run.slug} ran in ${formatDuration(run.seconds * 1000)}`,
};

/** Pushes, unless an interrupted run of this stage pushed the very same already. */
async function pushOnce(kaggle: KaggleClient, input: Needs, context: StageContext): Promise<PushedNotebook> {
  const wanted = notebookStage.fingerprint(input);
  const earlier = pushedSchema.safeParse(context.pending).data;
  if (earlier?.fingerprint === wanted) {
    const { fingerprint: _, ...pushed } = earlier;
    context.log('note', `Version ${pushed.version} was pushed before; following its run.`);
    return pushed;
  }
  const pushed = await pushOrAdopt(kaggle, input, wanted, context);
  await context.savePending({ fingerprint: wanted, ...pushed });
  return pushed;
}

async function pushOrAdopt(
  kaggle: KaggleClient,
  input: Needs,
  wanted: string,
  context: StageContext,
): Promise<PushedNotebook> {
  const init = notebookInit(input);
  const { owner, slug } = init;
  const after = (await kaggle.findNotebook(owner, slug, context.signal))?.currentVersion ?? 0;
  const announced = pushingSchema.safeParse(context.pending).data;
  if (announced?.pushing === wanted && after > announced.after) {
    return { owner, slug, version: after, url: `${kaggle.siteUrl}/code/${owner}/${slug}` };
  }
  await context.savePending({ pushing: wanted, after });
  context.progress(`Pushing ${init.title}`);
  return kaggle.pushNotebook(init, context.signal);
}

/** The slug that Kaggle derives from a new notebook's title (kaggle-api 4.1). */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Pure: what is pushed. */
function notebookInit({ project, build, pack, upload }: Needs): NotebookInit {
  const { title, accelerator, timeLimitMinutes } = project.notebook;
  return {
    owner: upload.owner,
    slug: slugOf(title),
    title,
    source: composeNotebook(project, planDatasets(project, pack), pack.bundleId),
    competition: project.competition,
    datasets: upload.datasets.map(({ slug }) => `${upload.owner}/${slug}`),
    machineShape: accelerator === 'none' ? undefined : accelerator,
    timeoutSeconds: timeLimitMinutes === undefined ? undefined : timeLimitMinutes * 60,
    dockerImage: pinnedImage({ digest: build.image.digest }),
  };
}

/** A version whose run failed is done with: the next run of this stage pushes anew. */
async function followOrForget(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  context: StageContext,
): Promise<readonly NotebookLogLine[]> {
  try {
    return await follow(kaggle, pushed, context);
  } catch (error) {
    if (isUserError(error, 'notebook-failed')) await context.savePending(undefined);
    throw error;
  }
}

/** Waits for the end of the run and hands on its log as it comes. @throws UserError `notebook-failed`. */
async function follow(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  context: StageContext,
): Promise<readonly NotebookLogLine[]> {
  const { owner, slug, version } = pushed;
  const live = new LiveLog(kaggle, pushed, context);
  try {
    const end = await waitForEnd(kaggle, pushed, live, context);
    const { log } = await kaggle.getNotebookOutput(owner, slug, version, context.signal);
    await live.finish(log);
    if (end.status === 'complete') return log;
    throw new UserError({
      code: 'notebook-failed',
      title: `The notebook's run on Kaggle ended as "${end.status}"${end.failureMessage === undefined ? '' : `: ${end.failureMessage}`}.`,
      detail: errorExcerpt(log.flatMap(linesOf), DETAIL_LINES),
      actions: [{ title: 'Read its log on Kaggle.', url: pushed.url }],
    });
  } catch (error) {
    if (isCancelled(error))
      context.warn(`Version ${version} goes on running on Kaggle; only its page can stop it: ${pushed.url}`);
    throw error;
  } finally {
    await live.stop();
  }
}

/** Asks for the status of the very version: that is the truth, whatever the log says or does not say. */
function waitForEnd(
  kaggle: KaggleClient,
  { owner, slug, version }: PushedNotebook,
  live: LiveLog,
  { ports, signal, progress }: StageContext,
): Promise<{ readonly status: NotebookStatus; readonly failureMessage: string | undefined }> {
  return poll(
    async () => {
      const { status, failureMessage } = await kaggle.getNotebookStatus(owner, slug, version, signal);
      progress(`Version ${version} is ${status} on Kaggle`);
      if (status === 'running') live.start();
      return ['complete', 'error', 'cancelled'].includes(status) ? { status, failureMessage } : undefined;
    },
    ports.clock,
    signal,
  );
}

async function fetchOutput(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  name: string,
  path: string,
  log: readonly NotebookLogLine[],
  context: StageContext,
): Promise<void> {
  const { files } = await kaggle.getNotebookOutput(pushed.owner, pushed.slug, pushed.version, context.signal);
  const output = files.find((file) => file.name === name);
  if (output === undefined) {
    throw new UserError({
      code: 'submission-file',
      title: `The notebook's run on Kaggle wrote no ${name}.`,
      detail: errorExcerpt(log.flatMap(linesOf), DETAIL_LINES),
      actions: [{ title: 'Read its log on Kaggle.', url: pushed.url }],
    });
  }
  await mkdir(join(context.folder, 'notebook'), { recursive: true });
  await kaggle.downloadOutputFile(output.url, path, context.signal);
}
