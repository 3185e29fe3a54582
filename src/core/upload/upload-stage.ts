import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { together } from '../../base/abort.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { formatBytes, plural } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import type { KaggleClient, RemoteFile } from '../../kaggle/client.ts';
import { datasets as datasetsSchema, type Project, type UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, MARKER_FILE, planDatasets, planOf } from '../contract/datasets.ts';
import { poll } from '../contract/poll.ts';
import type { Stage, StageContext } from '../stage.ts';
import { checkLimits } from './account-limits.ts';
import {
  decide,
  differences,
  knownDatasets,
  type RemoteDataset,
  type Sending,
  type UploadDecision,
  uploaded,
} from './decide.ts';
import { UploadLedger } from './ledger.ts';
import { removingSpoiled } from './spoiled.ts';
import { bytesOf, Transfer } from './transfer.ts';

/** What an interrupted upload leaves: the versions it made, and those it was about to make. */
const pendingSchema = z.object({
  datasets: datasetsSchema.shape.datasets,
  sending: z.array(z.object({ slug: z.string(), bundleId: z.string(), after: z.number() })),
});

/** So many of the package's files are named before its first upload. */
const LARGEST_FILES = 5;

/** A fresh dataset may answer "forbidden" for some seconds (kaggle-api 2.4); after this it is a failure. */
const APPEARS_WITHIN_MS = 120_000;

/** Makes the private datasets hold exactly the bundle: creates or versions only what differs, and verifies it. */
export const uploadStage: Stage<'upload', 'project' | 'pack' | 'rehearse'> = {
  name: 'upload',
  needs: ['project', 'pack', 'rehearse'],
  fingerprint: ({ project, pack }) =>
    fingerprint(planDatasets(project, pack).map(({ slug, bundleId }) => ({ slug, bundleId }))),
  plan: ({ project, pack }, previous) => {
    const known = previous?.datasets ?? [];
    const changed = planDatasets(project, pack).filter(
      (plan) => !known.some(({ slug, bundleId }) => slug === plan.slug && bundleId === plan.bundleId),
    );
    if (changed.length === 0) return 'verify the datasets; nothing changed';
    const bytes = changed.reduce((sum, plan) => sum + bytesOf(plan), 0);
    return `upload ${changed.map((plan) => plan.slug).join(', ')} (${formatBytes(bytes)}) as private datasets${largestFiles(project, changed, known)}`;
  },
  stands: async (last, _, { ports, signal }) => {
    const kaggle = await ports.kaggle();
    if ((await kaggle.whoAmI(signal)) !== last.owner) return false;
    const found = await Promise.all(
      last.datasets.map(({ slug }) => kaggle.findDataset(last.owner, slug, signal)),
    );
    return last.datasets.every((dataset, index) => found[index]?.currentVersion === dataset.version);
  },
  run: async ({ project, pack, rehearse }, previous, context) => {
    const kaggle = await context.ports.kaggle();
    const owner = await kaggle.whoAmI(context.signal);
    for (const warning of kaggle.warnings) context.warn(warning);
    const pending = pendingSchema.safeParse(context.pending).data;
    const known = knownDatasets(pending?.datasets ?? [], previous?.owner === owner ? previous : undefined);
    const ledger = new UploadLedger(known, (value) => context.savePending(value));
    const plans = planDatasets(project, pack);
    const around = { kaggle, owner, project, known, ledger, sendingBefore: pending?.sending ?? [] };
    const tasks = await inOrder(plans, context, async (plan, inner) => prepare({ ...around, plan }, inner));
    await checkLimits(
      kaggle,
      plans.filter((_, index) => tasks[index]?.decision.do !== 'keep'),
      context,
    );
    const transfer = new Transfer(
      tasks.flatMap(({ plan, decision }) => (decision.do === 'keep' ? [] : [plan])),
      context,
    );
    const done = await inOrder(tasks, context, async (task, inner) => bringUpToDate(task, transfer, inner));
    return {
      fingerprint: uploadStage.fingerprint({ project, pack, rehearse }),
      owner,
      datasets: done,
      uploadedBytes: done.reduce((sum, dataset) => sum + dataset.uploadedBytes, 0),
    };
  },
  summary: (result) => {
    const sent = result.datasets.filter((dataset) => dataset.uploadedBytes > 0);
    if (sent.length === 0) return `${result.datasets.length} datasets up to date, nothing uploaded`;
    return `uploaded ${result.uploadedBytes} bytes (${formatBytes(result.uploadedBytes)}): ${versions(sent)}`;
  },
  standing: (last) => `nothing to upload: ${versions(last.datasets)}`,
};

/** Before the package goes up for the first time: what of it is large, in case something should not go. */
function largestFiles(
  { files }: Project,
  changed: readonly DatasetPlan[],
  known: readonly UploadedDataset[],
): string {
  const app = planOf(changed, 'inferenceapp');
  if (app === undefined || known.some(({ slug }) => slug === app.slug)) return '';
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, LARGEST_FILES);
  if (largest.length === 0) return '';
  const named = largest.map(({ place, bytes }) => `${place} (${formatBytes(bytes)})`);
  return `; the largest of the package’s ${plural(files.length, 'file')}: ${named.join(', ')}`;
}

function versions(datasets: readonly UploadedDataset[]): string {
  return datasets.map(({ slug, version }) => `${slug} v${version}`).join(', ');
}

interface Around {
  readonly kaggle: KaggleClient;
  readonly owner: string;
  readonly plan: DatasetPlan;
  readonly project: Project;
  readonly known: readonly UploadedDataset[];
  readonly ledger: UploadLedger;
  /** What an interrupted run was about to make. */
  readonly sendingBefore: readonly Sending[];
}

/** A dataset with what Kaggle has of it, and what is to be done. */
interface Task extends Around {
  readonly remote: RemoteDataset | undefined;
  readonly decision: UploadDecision;
}

/** All side by side; the results in the order of the items. The first failure aborts the others. */
async function inOrder<Item, Result>(
  items: readonly Item[],
  context: StageContext,
  work: (item: Item, context: StageContext) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const works = items.map((item, index) => async (signal: AbortSignal) => {
    results[index] = await work(item, { ...context, signal });
  });
  await together(context.signal, works);
  return results;
}

async function prepare(around: Around, context: StageContext): Promise<Task> {
  const { kaggle, owner, plan, known, sendingBefore } = around;
  const sending = sendingBefore.find(({ slug }) => slug === plan.slug);
  await waitForInterrupted(around, sending, context);
  const remote = await look(kaggle, owner, plan.slug, context);
  const decision = decide(plan, remote, known, sending);
  const isUnknown = sending === undefined && !known.some(({ slug }) => slug === plan.slug);
  if (decision.do !== 'version' || remote === undefined || !isUnknown) return { ...around, remote, decision };
  // Of the first run on this machine, or of one whose record was lost: Kaggle may have it all the same.
  const isThere = differences(plan, remote.files).length === 0 && (await hasMarker(around, context));
  const kept: UploadDecision = { do: 'keep', dataset: uploaded(plan, remote.currentVersion, 0) };
  return { ...around, remote, decision: isThere ? kept : decision };
}

/** Whether the dataset's own account of its content is that of the plan, word for word: names, sizes and sha256. */
async function hasMarker({ kaggle, owner, plan }: Around, context: StageContext): Promise<boolean> {
  const path = join(context.folder, 'bundle', `${plan.slug}.remote.${MARKER_FILE}`);
  try {
    await context.files.lend(path, (safe) =>
      kaggle.downloadDatasetFile(owner, plan.slug, MARKER_FILE, safe, context.signal),
    );
    return (await context.files.readText(path)) === plan.marker;
  } catch (error) {
    if (!isUserError(error)) throw error;
    // What cannot be looked at is sent anew.
    return false;
  } finally {
    await context.files.remove(path);
  }
}

async function bringUpToDate(
  task: Task,
  transfer: Transfer,
  context: StageContext,
): Promise<UploadedDataset> {
  const { kaggle, owner, plan, remote, decision, ledger } = task;
  if (decision.do === 'keep') {
    context.log('note', `${plan.slug} is up to date (version ${decision.dataset.version})`);
    await ledger.finish(decision.dataset);
    return decision.dataset;
  }
  // A version that is still taken in would be overtaken by the next.
  if (
    remote !== undefined &&
    (await kaggle.getDatasetStatus(owner, plan.slug, context.signal)) === 'processing'
  )
    await waitUntilReady(kaggle, owner, plan.slug, context);
  const make = (): Promise<void> => makeVersion(task, transfer, context);
  await make().catch(async (error: unknown) => {
    if (!isUserError(error, 'upload-stale')) throw error;
    context.log('note', error.title);
    await make();
  });
  await waitUntilReady(kaggle, owner, plan.slug, context);
  const found = await look(kaggle, owner, plan.slug, context);
  const wrong = found === undefined ? ['it is not there'] : differences(plan, found.files);
  if (found === undefined || wrong.length > 0) throw incomplete(kaggle, owner, plan.slug, wrong);
  const dataset = uploaded(plan, found.currentVersion, bytesOf(plan));
  await ledger.finish(dataset);
  return dataset;
}

/** The version that an interrupted run was sending may be there, but still in the making. */
async function waitForInterrupted(
  { kaggle, owner, plan }: Around,
  sending: Sending | undefined,
  context: StageContext,
): Promise<void> {
  if (sending?.bundleId !== plan.bundleId) return;
  if ((await kaggle.getDatasetStatus(owner, plan.slug, context.signal)) === 'processing')
    await waitUntilReady(kaggle, owner, plan.slug, context);
}

/** Sends the files and makes one version of them. @throws UserError `upload-stale`: call it again. */
async function makeVersion(
  { kaggle, owner, plan, project, remote, ledger }: Task,
  transfer: Transfer,
  context: StageContext,
): Promise<void> {
  const send = () => transfer.send(kaggle, plan, context);
  const files = await removingSpoiled(plan.files, project, ownFolders(context), context.signal, send);
  const { slug, bundleId } = plan;
  await ledger.announce({ slug, bundleId, after: remote?.currentVersion ?? 0 });
  if (remote === undefined) {
    await kaggle.createDataset({ owner, slug, title: slug, files }, context.signal);
  } else {
    await kaggle.createDatasetVersion({ owner, slug, notes: notesOf(plan, project), files }, context.signal);
  }
}

/** Where the program's own files lie: the project's, and the Julia that all projects share. */
function ownFolders({ folder, ports }: StageContext): GuardedFolder[] {
  const { hashesFile } = ports;
  return [
    new GuardedFolder(folder),
    ...(hashesFile === undefined ? [] : [new GuardedFolder(dirname(hashesFile))]),
  ];
}

async function look(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  context: StageContext,
): Promise<RemoteDataset | undefined> {
  const dataset = await kaggle.findDataset(owner, slug, context.signal);
  if (dataset === undefined) return undefined;
  return {
    currentVersion: dataset.currentVersion,
    files: await filesOf(kaggle, owner, slug, context),
  };
}

/** The files of the current version; none when Kaggle could not take it in, which it says in their place. */
async function filesOf(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  { signal }: StageContext,
): Promise<readonly RemoteFile[]> {
  try {
    return await kaggle.listDatasetFiles(owner, slug, signal);
  } catch (error) {
    if (!isUserError(error, 'kaggle-refused')) throw error;
    if ((await kaggle.getDatasetStatus(owner, slug, signal)) !== 'failed') throw error;
    return [];
  }
}

function notesOf(plan: DatasetPlan, project: Project): string {
  const commit =
    project.git === undefined ? '' : ` from ${project.git.commit}${project.git.dirty ? ' (changed)' : ''}`;
  return `bundle ${plan.bundleId}${commit}`;
}

async function waitUntilReady(
  kaggle: KaggleClient,
  owner: string,
  slug: string,
  context: StageContext,
): Promise<void> {
  const { clock } = context.ports;
  const started = clock.now();
  context.progress(`Waiting for Kaggle to take in ${slug}`);
  await poll(
    async () => {
      const status = await kaggle.getDatasetStatus(owner, slug, context.signal);
      if (status === 'ready') return true;
      const gone = status === 'missing' && clock.now() - started > APPEARS_WITHIN_MS;
      if (status === 'failed' || status === 'deleted' || gone) throw notReady(kaggle, owner, slug, status);
      return undefined;
    },
    clock,
    context.signal,
  );
}

function pageOf(kaggle: KaggleClient, owner: string, slug: string): string {
  return `${kaggle.siteUrl}/datasets/${owner}/${slug}`;
}

function notReady(kaggle: KaggleClient, owner: string, slug: string, status: string): UserError {
  return new UserError({
    code: 'dataset-failed',
    title: `Kaggle could not take in the dataset ${slug}: its state is "${status}".`,
    actions: [{ title: 'Look at its page, then run again.', url: pageOf(kaggle, owner, slug) }],
  });
}

function incomplete(kaggle: KaggleClient, owner: string, slug: string, wrong: readonly string[]): UserError {
  return new UserError({
    code: 'upload-incomplete',
    title: `The dataset ${slug} on Kaggle is not what was sent: ${wrong[0] ?? ''}.`,
    detail: wrong.join('\n'),
    actions: [{ title: 'Run again: a new version is uploaded.', url: pageOf(kaggle, owner, slug) }],
  });
}
