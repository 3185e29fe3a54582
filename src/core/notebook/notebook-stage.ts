import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isUserError } from '../../base/errors.ts';
import { exists } from '../../base/files.ts';
import { formatDuration } from '../../base/format.ts';
import { fingerprint, sha256OfFile } from '../../base/hash.ts';
import type { KaggleClient, NotebookInit, NotebookOutput, PushedNotebook } from '../../kaggle/client.ts';
import type { Artefacts, FileComparison, Project } from '../artefacts.ts';
import { modelRef, planDatasets } from '../contract/datasets.ts';
import { composeNotebook } from '../contract/notebook/ipynb.ts';
import { pinnedImage } from '../contract/image/kaggle-image.ts';
import { demandInputs } from '../contract/image/newer-inputs.ts';
import { inputSources } from '../contract/image/other-inputs.ts';
import { expectationOf } from '../contract/submission/expectation.ts';
import { checkSubmission } from '../contract/submission/submission-file.ts';
import { isTable } from '../contract/submission/table-rows.ts';
import { titleSlug } from '../contract/slugs.ts';
import type { Stage, StageContext } from '../stage.ts';
import { compareSubmissions, comparisonInWords } from './compare.ts';
import { onlineNeeds, withoutOutput } from './failed-run.ts';
import { followOrForget } from './follow.ts';
import { forget, isBegun, pushOnce } from './push.ts';

type NeedName = 'project' | 'build' | 'test' | 'pack' | 'rehearse' | 'upload';
type Needs = Pick<Artefacts, NeedName>;

/** Pure: of what decides what a run comes to, whichever versions of notebook and datasets it is made with. */
function contentOf({ project, build, test, pack }: Needs): string {
  return fingerprint({
    notebook: composeNotebook(project, planDatasets(project, pack), pack, test),
    settings: project.notebook,
    image: pinnedImage({ digest: build.image.digest }),
  });
}

/** Pushes the rehearsed notebook with internet off and follows its run. */
export const notebookStage: Stage<'notebook', NeedName> = {
  name: 'notebook',
  needs: ['project', 'build', 'test', 'pack', 'rehearse', 'upload'],
  fingerprint: (input) =>
    fingerprint({
      content: contentOf(input),
      owner: input.upload.owner,
      // A push fixes the versions of its datasets (kaggle-api 4.1). New content needs a new push, and so does a dataset that
      // was deleted and created again; a newer version with the same content does not.
      datasets: input.upload.datasets.map(({ slug, on, id, bundleId }) => ({
        ...{ slug, id, bundleId },
        ...defined({ on }),
      })),
    }),
  plan: ({ project }) =>
    l10n.t('push the notebook "{0}", internet off, and follow its run', project.notebook.title),
  foresee: demandInputs,
  doubt: async (last, _, { ports, signal }) => {
    const found = await (await ports.kaggle()).notebooks.find(last.owner, last.slug, signal);
    const isOther = last.id !== undefined && found?.id !== undefined && found.id !== last.id;
    if (found !== undefined && found.currentVersion >= last.version && !isOther) return undefined;
    return {
      because: l10n.t(
        'since version {0} of {1}/{2} is not on Kaggle any more',
        last.version,
        last.owner,
        last.slug,
      ),
    };
  },
  run: async (input, previous, context) => {
    const kaggle = await context.ports.kaggle();
    const wanted = notebookStage.fingerprint(input);
    const init = notebookInit(input);
    const pending = context.probe
      ? await probe(kaggle, input.project, init, wanted, context)
      : context.pending;
    const pushed = await pushOnce(
      kaggle,
      init,
      { wanted, pending, isUnknown: previous === undefined },
      context,
    );
    const output = await followOrForget(kaggle, pushed, input.project, context);
    const file = join(context.folder, 'notebook', input.project.output.file);
    try {
      await fetchOutput(kaggle, pushed, output, input.project.output.file, file, context);
      await checkSubmission(file, expectationOf(input.project, input.test));
      const comparison = await compareWithRehearsal(input, file, context);
      return {
        fingerprint: wanted,
        content: contentOf(input),
        ...pushed,
        seconds: output.log.at(-1)?.seconds ?? 0,
        submissionSha256: await sha256OfFile(file),
        ...defined({ comparison }),
      };
    } catch (error) {
      // A version with a wrong file, or with none, stays so: the next run pushes anew.
      if (isUserError(error, 'submission-file')) await forget(context);
      throw error;
    }
  },
  summary: (run) =>
    [
      l10n.t(
        'version {0} of {1}/{2} ran in {3}',
        run.version,
        run.owner,
        run.slug,
        formatDuration(run.seconds * 1000),
      ),
      ...(run.comparison === undefined ? [] : [comparisonInBrief(run.comparison)]),
    ].join(', '),
};

/** Pure: what is pushed. */
function notebookInit({ project, build, test, pack, upload }: Needs): NotebookInit {
  const { title, accelerator, timeLimitMinutes } = project.notebook;
  const { datasets, models, ...others } = inputSources(project);
  const own = (on: 'model' | undefined) => upload.datasets.filter((each) => each.on === on);
  return {
    owner: upload.owner,
    slug: titleSlug(title),
    title,
    source: composeNotebook(project, planDatasets(project, pack), pack, test),
    competition: project.competition,
    datasets: [...own(undefined).map(({ slug }) => `${upload.owner}/${slug}`), ...datasets],
    others: {
      ...others,
      models: [
        ...own('model').map(({ slug, version }) => `${modelRef(upload.owner, slug)}/${version}`),
        ...models,
      ],
    },
    machineShape: accelerator === 'none' ? undefined : accelerator,
    timeoutSeconds: timeLimitMinutes === undefined ? undefined : timeLimitMinutes * 60,
    dockerImage: pinnedImage({ digest: build.image.digest }),
  };
}

async function fetchOutput(
  kaggle: KaggleClient,
  pushed: PushedNotebook,
  { files, log }: NotebookOutput,
  name: string,
  path: string,
  context: StageContext,
): Promise<void> {
  const output = files.find((file) => file.name === name);
  if (output === undefined) throw withoutOutput(name, log, pushed);
  await context.files.lend(path, (safe) => kaggle.notebooks.downloadOutput(output.url, safe, context.signal));
}

/** The rehearsal's file may be gone, or of a later rehearsal: then there is nothing to compare with. */
async function compareWithRehearsal(
  { project, rehearse }: Needs,
  file: string,
  context: StageContext,
): Promise<FileComparison | undefined> {
  const rehearsed = join(context.folder, 'rehearsal', project.output.file);
  if (!(await exists(rehearsed)) || (await sha256OfFile(rehearsed)) !== rehearse.submissionSha256)
    return undefined;
  const comparison = await compareFiles(rehearsed, file);
  if (comparison === undefined) {
    context.warn(
      l10n.t(
        "{0} of Kaggle's run is not byte for byte the rehearsal's; it is no table to be compared by rows.",
        project.output.file,
      ),
    );
    return undefined;
  }
  const words = comparisonInWords(comparison);
  if (comparison.differingRows === 0) context.log('note', words);
  else context.warn(words);
  return comparison;
}

/** Undefined for files that differ and are no tables: how much cannot be told. */
async function compareFiles(rehearsed: string, file: string): Promise<FileComparison | undefined> {
  if (isTable(file)) return compareSubmissions(rehearsed, file);
  const identical = (await sha256OfFile(rehearsed)) === (await sha256OfFile(file));
  return identical ? { identical, differingRows: 0, rows: 0 } : undefined;
}

function comparisonInBrief({ identical, differingRows, rows }: FileComparison): string {
  if (identical) return l10n.t('the same file as in the rehearsal');
  return differingRows === 0
    ? l10n.t('the same values as in the rehearsal')
    : l10n.t('{0} of {1} rows other than in the rehearsal', differingRows, rows);
}

const SUFFIX = ' probe';
/** The most that a title has (src/core/project, `notebookTitle`). */
const TITLE_CHARACTERS = 50;

/**
 * Runs the same notebook once with internet on and reads in its log what a run without would miss. It has a notebook of
 * its own, so that the versions of the real one are all without internet and none can be submitted by mistake.
 * Returns what is pending afterwards, for the real push.
 * @throws UserError `rehearsal-download`, `rehearsal-recompile`, `notebook-failed`.
 */
async function probe(
  kaggle: KaggleClient,
  project: Project,
  init: NotebookInit,
  wanted: string,
  context: StageContext,
): Promise<unknown> {
  // An interrupted run had the probe behind it.
  if (isBegun({ wanted, pending: context.pending })) return context.pending;
  const wish = { wanted: fingerprint({ probe: wanted }), pending: context.pending, isUnknown: false };
  context.log('note', 'The probe: the same notebook once with internet on.');
  const pushed = await pushOnce(kaggle, probeInit(init), wish, context);
  const { log } = await followOrForget(kaggle, pushed, project, context);
  await context.savePending(undefined);
  const needs = onlineNeeds(log, pushed);
  if (needs !== undefined) throw needs;
  context.log('note', 'The probe downloaded nothing and compiled nothing again.');
  return undefined;
}

/** Pure: the probe of a notebook. */
function probeInit(init: NotebookInit): NotebookInit {
  const title = `${init.title.slice(0, TITLE_CHARACTERS - SUFFIX.length).trimEnd()}${SUFFIX}`;
  return { ...init, title, slug: titleSlug(title), internet: true };
}
