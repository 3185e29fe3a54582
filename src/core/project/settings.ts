import * as l10n from '@vscode/l10n';
import { join, resolve } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isWithin } from '../../base/files.ts';
import type { ReadablePlaces } from '../../base/readable-places.ts';
import { parseChannel } from '../../julia/channel.ts';
import type { Project } from '../artefacts.ts';
import { CONFIG_FILE } from '../config-file.ts';
import { imageFor } from '../contract/image/default-image.ts';
import { defaultDatasets, defaultTitle } from '../contract/slugs.ts';
import { eachPart, PART_KINDS } from '../packing.ts';
import type { RouteName } from '../stages.ts';
import type { KaggleConfig } from './config-schema.ts';
import { configInvalid } from './config.ts';
import type { OpenProject } from './find-project.ts';
import type { SecretGuard } from './secrets.ts';

/** The configured version when it is not exact. */
export function channelOf(configured: string | undefined): string | undefined {
  return configured !== undefined && parseChannel(configured)?.kind !== 'exact' ? configured : undefined;
}

/** Models, data and cells have their own way to Kaggle; an edit of JuliaKaggle.toml is no edit of the package. */
export function leftOut(folder: string, config: KaggleConfig): string[] {
  const { data } = config;
  for (const key of ['folder', 'hidden'] as const) {
    const named = data[key];
    if (named === undefined || !isWithin(resolve(folder, named), folder)) continue;
    throw configInvalid(
      `data.${key}`,
      l10n.t('is "{0}", which holds the project itself', named),
      l10n.t('Name the data folder only.'),
    );
  }
  const { before, after } = config.notebook;
  const named = [data.folder, data.hidden, before, after, ...config.models.files];
  const paths = named.filter((path) => path !== undefined);
  return [join(folder, CONFIG_FILE), ...paths.map((path) => resolve(folder, path))];
}

/** Pure: what JuliaKaggle.toml says besides, with the defaults that hang on the project. */
export function settings(
  config: KaggleConfig,
  { route, name, juliaVersion }: Pick<Project, 'name' | 'juliaVersion'> & { readonly route: RouteName },
  overrides: { readonly image?: string } | undefined,
) {
  const { competition, datasets, notebook, output } = config;
  const named = overrides?.image ?? config.image.name;
  const defaults = defaultDatasets(competition, name, juliaVersion);
  const slugs = eachPart((kind) => datasets[kind] ?? defaults[kind]);
  return {
    image: named ?? imageFor(route, { accelerator: notebook.accelerator, juliaVersion }),
    isImageOfRoute: named === undefined,
    ...modelsPlace(config, slugs),
    datasets: slugs,
    output: {
      file: output.file ?? usualOutput(config),
      ...defined({ sample: output.sample, rows: output.rows }),
    },
    ...defined({ betterScore: config.score.better }),
    // Programs of the competition are strangers: what they see of the project must not leave this machine.
    ...((config.test.network ?? config.run.predict === undefined) ? {} : { offlineTest: true }),
    packMode: config.pack.mode,
    packExclude: config.pack.exclude,
    packCodec: config.pack.codec,
    packKeep: config.pack.keep,
  };
}

/** Pure: where the models go. @throws UserError `config-invalid` where they would be a part of a dataset as well. */
function modelsPlace(
  { models }: KaggleConfig,
  slugs: Project['datasets'],
): Pick<Project, 'modelsOn' | 'modelLicense'> {
  if (models.on === 'dataset') return {};
  const other = PART_KINDS.find((kind) => kind !== 'models' && slugs[kind] === slugs.models);
  if (other !== undefined)
    throw configInvalid(
      'datasets.models',
      l10n.t('is "{0}", the name of the dataset for {1} too', slugs.models, other),
      l10n.t('Give the model a name of its own, or remove [models] on.'),
    );
  return { modelsOn: 'model', ...defined({ modelLicense: models.license }) };
}

/** Pure: what is written where nothing is said: of a competition that calls, what most gateways write. */
function usualOutput({ run }: KaggleConfig): string {
  return run.predict === undefined ? 'submission.csv' : 'submission.parquet';
}

/** What the notebook is called and has besides ours, the user's own cells read. @throws UserError `config-invalid`. */
export async function notebookSettings(
  { competition, notebook }: KaggleConfig,
  { name, folder }: OpenProject,
  places: ReadablePlaces,
): Promise<Project['notebook']> {
  return {
    title: notebook.title ?? defaultTitle(competition, name),
    accelerator: notebook.accelerator,
    timeLimitMinutes: notebook.time_limit_minutes,
    ...(await ownCells('before', notebook.before, folder, places)),
    ...(await ownCells('after', notebook.after, folder, places)),
  };
}

async function ownCells(
  key: 'before' | 'after',
  path: string | undefined,
  folder: string,
  places: ReadablePlaces,
): Promise<Partial<Project['notebook']>> {
  if (path === undefined) return {};
  const text = await places.readText(join(folder, path));
  if (text !== undefined) return { [key]: text };
  throw configInvalid(
    `notebook.${key}`,
    l10n.t('is "{0}", which is not there', path),
    l10n.t('Write your cells into it: Python, with "# %%" where a cell begins.'),
  );
}

/** The user's own cells and the program's arguments stand in the notebook as they are. */
export function lookAtTexts(
  guard: SecretGuard,
  { run, notebook: { before, after } }: KaggleConfig,
  cells: Project['notebook'],
  folder: string,
): void {
  guard.lookAtText(join(folder, CONFIG_FILE), run.args.join('\n'));
  if (before !== undefined) guard.lookAtText(join(folder, before), cells.before ?? '');
  if (after !== undefined) guard.lookAtText(join(folder, after), cells.after ?? '');
}

/** Pure: the size of the hidden test set, as far as JuliaKaggle.toml tells it. */
export function fullTestSet({ data }: KaggleConfig): Pick<Project, 'fullTestSet'> {
  const { full_rows: rows, full_bytes: bytes } = data;
  if (rows === undefined && bytes === undefined) return {};
  return { fullTestSet: { ...(rows !== undefined && { rows }), ...(bytes !== undefined && { bytes }) } };
}
