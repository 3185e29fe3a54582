import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isUserError, UserError } from '../../base/errors.ts';
import { writeAtomic } from '../../base/files.ts';
import { formatBytes } from '../../base/format.ts';
import { fingerprint, sha256 } from '../../base/hash.ts';
import { TransferMeter } from '../../base/transfer-meter.ts';
import type { BlobSource, KaggleClient, RemoteFile } from '../../kaggle/client.ts';
import { datasets as datasetsSchema, type Project, type UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, MARKER_FILE, planDatasets } from '../contract/datasets.ts';
import { poll } from '../contract/poll.ts';
import type { Stage, StageContext } from '../stage.ts';
import { decide, differences, knownDatasets, type RemoteDataset, type Sending, uploaded } from './decide.ts';

/** What an interrupted upload leaves: the versions it made, and the one it was about to make. */
const pendingSchema = z.object({
  datasets: datasetsSchema.shape.datasets,
  sending: z.optional(z.object({ slug: z.string(), bundleId: z.string(), after: z.number() })),
});

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
    return `upload ${changed.map((plan) => plan.slug).join(', ')} (${formatBytes(bytes)}) as private datasets`;
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
    const done: UploadedDataset[] = [];
    for (const plan of planDatasets(project, pack)) {
      const announce = (sending: Sending): Promise<void> =>
        context.savePending({ datasets: [...done, ...known], sending });
      done.push(
        await bringUpToDate(
          { kaggle, owner, plan, project, known, sending: pending?.sending, announce },
          context,
        ),
      );
      await context.savePending({ datasets: [...done, ...known] });
    }
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

function versions(datasets: readonly UploadedDataset[]): string {
  return datasets.map(({ slug, version }) => `${slug} v${version}`).join(', ');
}

interface Task {
  readonly kaggle: KaggleClient;
  readonly owner: string;
  readonly plan: DatasetPlan;
  readonly project: Project;
  readonly known: readonly UploadedDataset[];
  readonly sending: Sending | undefined;
  /** Saves what is about to be sent. */
  readonly announce: (sending: Sending) => Promise<void>;
}

async function bringUpToDate(task: Task, context: StageContext): Promise<UploadedDataset> {
  const { kaggle, owner, plan } = task;
  await waitForInterrupted(task, context);
  const remote = await look(kaggle, owner, plan.slug, context);
  const decision = decide(plan, remote, task.known, task.sending);
  if (decision.do === 'keep') {
    context.log('note', `${plan.slug} is up to date (version ${decision.dataset.version})`);
    return decision.dataset;
  }
  const make = (): Promise<void> => makeVersion(task, remote, context);
  await make().catch(async (error: unknown) => {
    if (!isUserError(error, 'upload-stale')) throw error;
    context.log('note', error.title);
    await make();
  });
  await waitUntilReady(kaggle, owner, plan.slug, context);
  const found = await look(kaggle, owner, plan.slug, context);
  const wrong = found === undefined ? ['it is not there'] : differences(plan, found.files);
  if (found === undefined || wrong.length > 0) throw incomplete(kaggle, owner, plan.slug, wrong);
  return uploaded(plan, found.currentVersion, bytesOf(plan));
}

/** The version that an interrupted run was sending may be there, but still in the making. */
async function waitForInterrupted(
  { kaggle, owner, plan, sending }: Task,
  context: StageContext,
): Promise<void> {
  if (sending?.slug !== plan.slug || sending.bundleId !== plan.bundleId) return;
  if ((await kaggle.getDatasetStatus(owner, plan.slug, context.signal)) === 'processing')
    await waitUntilReady(kaggle, owner, plan.slug, context);
}

/** Sends the files and makes one version of them. @throws UserError `upload-stale`: call it again. */
async function makeVersion(
  { kaggle, owner, plan, project, announce }: Task,
  remote: RemoteDataset | undefined,
  context: StageContext,
): Promise<void> {
  const tokens = await sendFiles(kaggle, plan, context);
  const { slug, bundleId } = plan;
  await announce({ slug, bundleId, after: remote?.currentVersion ?? 0 });
  if (remote === undefined) {
    await kaggle.createDataset({ owner, slug, title: slug, tokens }, context.signal);
  } else {
    await kaggle.createDatasetVersion({ owner, slug, notes: notesOf(plan, project), tokens }, context.signal);
  }
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

async function sendFiles(kaggle: KaggleClient, plan: DatasetPlan, context: StageContext): Promise<string[]> {
  const total = bytesOf(plan);
  const meter = new TransferMeter(() => context.ports.clock.now());
  const tokens: string[] = [];
  let [thereBefore, crossedBefore] = [0, 0];
  for (const file of [...plan.files, await markerFile(plan, context)]) {
    let crossedOfFile = 0;
    const onBytes = (there: number, crossed: number): void => {
      crossedOfFile = crossed;
      meter.note(crossedBefore + crossed);
      const done = thereBefore + there;
      const pace = meter.text(total - done);
      const text = `Uploading ${plan.slug}: ${file.name}${pace === '' ? '' : `, ${pace}`}`;
      context.progress(text, done, total);
    };
    if ((await stat(file.path)).size !== file.bytes) throw changed(file.path);
    tokens.push(await kaggle.uploadBlob(file, onBytes, context.signal));
    thereBefore += file.bytes;
    crossedBefore += crossedOfFile;
  }
  return tokens;
}

async function markerFile(plan: DatasetPlan, context: StageContext): Promise<BlobSource> {
  const path = join(context.folder, 'bundle', `${plan.slug}.${MARKER_FILE}`);
  await writeAtomic(path, plan.marker);
  return { name: MARKER_FILE, path, bytes: Buffer.byteLength(plan.marker), sha256: sha256(plan.marker) };
}

function bytesOf(plan: DatasetPlan): number {
  return plan.files.reduce((sum, file) => sum + file.bytes, Buffer.byteLength(plan.marker));
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

function changed(path: string): UserError {
  return new UserError({
    code: 'file-changed',
    title: `${path} changed after it was packed.`,
    actions: [{ title: 'Run again when nothing writes to it.' }],
  });
}
