import * as l10n from '@vscode/l10n';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { together } from '../../base/abort.ts';
import { defined } from '../../base/defined.ts';
import { isUserError, UserError } from '../../base/errors.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { formatBytes } from '../../base/format.ts';
import { fingerprint } from '../../base/hash.ts';
import { datasets as datasetsSchema, type Project, type UploadedDataset } from '../artefacts.ts';
import { type DatasetPlan, MARKER_FILE, planDatasets } from '../contract/datasets.ts';
import { bringJulia } from '../contract/image/julia.ts';
import type { Stage, StageContext } from '../stage.ts';
import { checkLimits } from './account-limits.ts';
import {
  decide,
  differences,
  knownDatasets,
  type RemoteDataset,
  type Sending,
  isVersion,
  type UploadDecision,
  uploaded,
} from './decide.ts';
import { UploadLedger } from './ledger.ts';
import { notOurs, notPrivate, ownershipOf } from './ownership.ts';
import { planInWords } from './plan.ts';
import { remoteMarker, waitUntilReady } from './remote-dataset.ts';
import { removingDamaged } from './damaged.ts';
import { type Store, storeOf } from './store.ts';
import { bytesOf, Transfer } from './transfer.ts';

/**
 * What an interrupted upload leaves: the versions it made, and those it was about to make. `suspect`: the datasets whose
 * files a run on Kaggle found damaged.
 */
const pendingSchema = z.object({
  datasets: z._default(datasetsSchema.shape.datasets, []),
  sending: z._default(
    z.array(
      z.object({
        slug: z.string(),
        on: z.optional(z.literal('model')),
        bundleId: z.string(),
        after: z.number(),
      }),
    ),
    [],
  ),
  suspect: z._default(z.array(z.string()), []),
});

/** As much of a commit as the notebook tells, too. */
const COMMIT_CHARACTERS = 12;

/** Makes the private datasets, and the model that the trained models are, hold exactly the bundle: creates or versions only what differs, and verifies it. */
export const uploadStage: Stage<'upload', 'project' | 'pack' | 'rehearse'> = {
  name: 'upload',
  needs: ['project', 'pack', 'rehearse'],
  fingerprint: ({ project, pack }) =>
    fingerprint(
      planDatasets(project, pack).map(({ slug, on, bundleId }) => ({ slug, ...defined({ on }), bundleId })),
    ),
  plan: planInWords,
  doubt: async (last, { project, pack }, context) => {
    const kaggle = await context.ports.kaggle();
    const name = await kaggle.account.whoAmI(context.signal);
    if (name !== last.owner)
      return { because: l10n.t('since {0} is signed in, and not {1}', name, last.owner) };
    const plans = planDatasets(project, pack);
    const doubts = await inOrder(last.datasets, context, async (dataset, inner) => {
      const plan = plans.find(({ slug, on }) => slug === dataset.slug && on === dataset.on);
      if (plan === undefined) return undefined;
      const store = storeOf(kaggle, last.owner, plan);
      const because = doubtDataset(plan, dataset, await store.find(inner.signal));
      if (because !== undefined || !(await isRefused(store, inner))) return because;
      return l10n.t('since Kaggle could not take in {0}', plan.slug);
    });
    const because = doubts.find((each) => each !== undefined);
    return because === undefined ? undefined : { because };
  },
  run: async ({ project, pack, rehearse }, previous, context) => {
    const kaggle = await context.ports.kaggle();
    const owner = await kaggle.account.whoAmI(context.signal);
    for (const warning of kaggle.warnings) context.warn(warning);
    const pending = pendingSchema.safeParse(context.pending).data;
    const known = knownDatasets(pending?.datasets ?? [], previous?.owner === owner ? previous : undefined);
    const suspect = pending?.suspect ?? [];
    const ledger = new UploadLedger(known, suspect, (value) => context.savePending(value));
    const plans = planDatasets(project, pack);
    const around = { project, known, suspect, ledger, sendingBefore: pending?.sending ?? [] };
    const tasks = await inOrder(plans, context, async (plan, inner) =>
      prepare({ ...around, plan, store: storeOf(kaggle, owner, plan) }, inner),
    );
    await checkLimits(
      kaggle,
      plans.filter(({ on }, index) => on === undefined && tasks[index]?.decision.do !== 'keep'),
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
    if (sent.length === 0) return l10n.t('{0} datasets up to date, nothing uploaded', result.datasets.length);
    return l10n.t('uploaded {0}: {1}', formatBytes(result.uploadedBytes), versions(sent));
  },
  standing: ({ datasets, uploadedBytes }) =>
    uploadedBytes === 0
      ? l10n.t('nothing to upload: {0}', versions(datasets))
      : l10n.t(
          'uploaded before ({0}), nothing to upload now: {1}',
          formatBytes(uploadedBytes),
          versions(datasets),
        ),
};

/** Pure: why a dataset on Kaggle is not the one that was uploaded; undefined when it is. */
function doubtDataset(
  plan: DatasetPlan,
  dataset: UploadedDataset,
  remote: RemoteDataset | undefined,
): string | undefined {
  const { slug } = plan;
  if (remote === undefined) return l10n.t('since {0} is not on Kaggle any more', slug);
  if (!isVersion(dataset, plan, remote))
    return l10n.t('since {0} on Kaggle is not the version that was uploaded', slug);
  const [difference] = differences(plan, remote.files);
  return difference === undefined ? undefined : l10n.t('since in {0} on Kaggle {1}', slug, difference);
}

function versions(datasets: readonly UploadedDataset[]): string {
  return datasets.map(({ slug, version }) => `${slug} v${version}`).join(', ');
}

interface Around {
  readonly plan: DatasetPlan;
  /** Where Kaggle keeps it. */
  readonly store: Store;
  readonly project: Project;
  readonly known: readonly UploadedDataset[];
  /** Slugs of what is sent again, whatever Kaggle lists. */
  readonly suspect: readonly string[];
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
  const { plan, store, known, suspect, sendingBefore } = around;
  const sending = sendingBefore.find((each) => each.slug === plan.slug && each.on === plan.on);
  await waitForInterrupted(around, sending, context);
  const remote = await store.find(context.signal);
  const isSuspect = suspect.includes(plan.slug);
  // Where the version has no notes of ours, only its content tells that the one that was announced arrived.
  const announced = store.hasNotes ? sending : undefined;
  const decided = decide(plan, remote, known, announced);
  const decision = decided.do === 'keep' && isSuspect ? ({ do: 'version' } as const) : decided;
  if (remote === undefined) return { ...around, remote, decision };
  if (decision.do === 'keep')
    return { ...around, remote, decision: await keepKnown(decision, around, context) };
  const marker = await remoteMarker(store, plan, remote, context);
  const isUnknown = announced === undefined && !known.some((each) => isVersion(each, plan, remote));
  // Made by another machine, or by a run whose record was lost: Kaggle may have it all the same, if the dataset's own
  // account of its content is that of the plan, word for word: names, sizes and sha256.
  if (isUnknown && !isSuspect && marker === plan.marker && differences(plan, remote.files).length === 0) {
    const kept = { do: 'keep', dataset: uploaded(plan, remote, 0) } as const;
    return { ...around, remote, decision: await keepKnown(kept, around, context) };
  }
  refuseOthers(around, remote, marker, context);
  await refusePublic(store, 'before', context);
  return { ...around, remote, decision };
}

/** Whether Kaggle has the files and could not make a version of them. */
async function isRefused(store: Store, { signal }: StageContext): Promise<boolean> {
  return (await store.status(0, signal)) === 'failed';
}

/** What is kept was uploaded before: that it is public now is the user's own choice, or a mistake to hear of. */
async function keepKnown(
  decision: UploadDecision,
  { store }: Around,
  context: StageContext,
): Promise<UploadDecision> {
  const { signal, warn } = context;
  if (await isRefused(store, context)) return { do: 'version' };
  if (!(await store.isPrivate(signal)))
    warn(l10n.t('{0} is public: everyone can read what it holds.', store.name));
  return decision;
}

/** @throws UserError `not-ours` when a version would replace what is not this project's. */
function refuseOthers(
  { store, plan, project }: Around,
  { files }: RemoteDataset,
  marker: string | undefined,
  { adopt, log }: StageContext,
): void {
  const ownership = ownershipOf(plan, project.uuid, files, marker);
  if (ownership === 'mine') return;
  if (ownership === 'unmarked') {
    log('note', `${plan.slug} is of an earlier version of julia-kaggle; from now on it is this project's.`);
  } else if (ownership === 'shared' || !adopt.includes(plan.slug)) {
    throw notOurs(store, plan.slug, ownership, files);
  }
}

/** @throws UserError `not-private` when everyone can read it. */
async function refusePublic(
  store: Store,
  state: 'before' | 'after',
  { signal }: StageContext,
): Promise<void> {
  if (!(await store.isPrivate(signal))) throw notPrivate(store, state);
}

/** Where the program's own files lie: the project's, and the Julia that all projects share. */
function ownFolders({ folder, ports }: StageContext): GuardedFolder[] {
  const { hashesFile } = ports;
  return [
    new GuardedFolder(folder),
    ...(hashesFile === undefined ? [] : [new GuardedFolder(dirname(hashesFile))]),
  ];
}

async function bringUpToDate(
  task: Task,
  transfer: Transfer,
  context: StageContext,
): Promise<UploadedDataset> {
  const { store, plan, remote, decision, ledger } = task;
  if (decision.do === 'keep') {
    context.log('note', `${plan.slug} is up to date (version ${decision.dataset.version})`);
    await ledger.finish(decision.dataset);
    return decision.dataset;
  }
  // A version that is still taken in would be overtaken by the next.
  if (remote !== undefined && (await store.status(0, context.signal)) === 'processing')
    await waitUntilReady(store, plan, 0, context);
  const make = (): Promise<void> => makeVersion(task, transfer, context);
  await make().catch(async (error: unknown) => {
    if (!isUserError(error, 'upload-stale')) throw error;
    context.log('note', error.title);
    await make();
  });
  await waitUntilReady(store, plan, remote?.currentVersion ?? 0, context);
  const found = await store.find(context.signal);
  await refusePublic(store, 'after', context);
  if (found === undefined) throw incomplete(store, [l10n.t('it is not there')]);
  const wrong = [...differences(plan, found.files), ...(await otherThanOurs(task, found, context))];
  if (wrong.length > 0) throw incomplete(store, wrong);
  const dataset = uploaded(plan, found, bytesOf(plan));
  await ledger.finish(dataset);
  return dataset;
}

/** Without notes, a version that somebody else made at the same time is told by its content only. */
async function otherThanOurs(
  { store, plan }: Pick<Task, 'store' | 'plan'>,
  found: RemoteDataset,
  context: StageContext,
): Promise<string[]> {
  if (store.hasNotes || (await remoteMarker(store, plan, found, context)) === plan.marker) return [];
  return [l10n.t('{0} is another', MARKER_FILE)];
}

/** The version that an interrupted run was sending may be there, but still in the making. */
async function waitForInterrupted(
  { store, plan }: Around,
  sending: Sending | undefined,
  context: StageContext,
): Promise<void> {
  if (sending?.bundleId !== plan.bundleId) return;
  if ((await store.status(0, context.signal)) === 'processing') await waitUntilReady(store, plan, 0, context);
}

/** Sends the files and makes one version of them. @throws UserError `upload-stale`: call it again. */
async function makeVersion(task: Task, transfer: Transfer, context: StageContext): Promise<void> {
  const { store, plan, project, remote, ledger } = task;
  const here = await bringJulia(plan.files, project.juliaVersion, context);
  const send = () => transfer.send(store, { ...plan, files: here }, context);
  const files = await removingDamaged(here, project, ownFolders(context), context.signal, send);
  // Sending may take an hour, in which it can have been made public.
  if (remote !== undefined) await refusePublic(store, 'before', context);
  const { slug, on, bundleId } = plan;
  await ledger.announce({ slug, ...defined({ on }), bundleId, after: remote?.currentVersion ?? 0 });
  await store.make({ files, notes: notesOf(plan, project), before: remote }, context.signal);
}

function notesOf(plan: DatasetPlan, project: Project): string {
  const commit =
    project.git === undefined
      ? ''
      : ` from ${project.git.commit.slice(0, COMMIT_CHARACTERS)}${project.git.dirty ? ' (changed)' : ''}`;
  return `bundle ${plan.bundleId}${commit}`;
}

function incomplete({ name, page }: Store, wrong: readonly string[]): UserError {
  return new UserError({
    code: 'upload-incomplete',
    title: l10n.t('{0} on Kaggle is not what was sent: {1}.', name, wrong[0] ?? ''),
    detail: wrong.join('\n'),
    actions: [{ title: l10n.t('Run again: a new version is uploaded.'), url: page }],
  });
}
