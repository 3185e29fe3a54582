import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { CONFIG_FILE, inputsIn } from '../config-file.ts';
import { inputVariable } from '../contract/image/other-inputs.ts';
import type { ProjectInput } from '../project-artefact.ts';
import { configInvalid } from './config.ts';
import type { KaggleConfig } from './config-schema.ts';

/** An input as JuliaKaggle.toml names it: with a version only where one is named there. */
export type NamedInput = Pick<ProjectInput, 'name' | 'kind' | 'ref' | 'version' | 'only'>;

/**
 * Pure: what `[inputs]` names, each under a short name of its own, and nothing that `[run] args` name is missing.
 * @throws UserError `config-invalid`.
 */
export function namedInputs({
  inputs,
  run,
  competition,
}: Pick<KaggleConfig, 'inputs' | 'run' | 'competition'>): NamedInput[] {
  const entries = [
    ...inputs.datasets.map((entry, index) => ({ ...datasetOf(entry), place: `datasets[${index}]` })),
    ...inputs.models.map((entry, index) => ({ ...modelOf(entry), place: `models[${index}]` })),
    ...inputs.notebooks.map((entry, index) => ({ ...notebookOf(entry), place: `notebooks[${index}]` })),
    ...inputs.competitions.map((entry, index) => ({
      ...competitionOf(entry),
      place: `competitions[${index}]`,
    })),
  ];
  refuseRepeats(entries, competition);
  const named = entries.map(({ place: _, ...input }) => input);
  refuseUnknown(named, run.args);
  return named;
}

type Entry = KaggleConfig['inputs']['datasets'][number];

function plain(entry: Entry): Exclude<Entry, string> {
  return typeof entry === 'string' ? { source: entry } : entry;
}

function datasetOf(entry: Entry): NamedInput {
  const { source, name, only } = plain(entry);
  const [owner = '', slug = '', version] = source.split('/');
  return {
    name: name ?? slug,
    kind: 'dataset',
    ref: `${owner}/${slug}`,
    ...defined({ version: version === undefined ? undefined : Number(version), only }),
  };
}

function modelOf(entry: Entry): NamedInput {
  const { source, name, only } = plain(entry);
  const [owner = '', model = '', framework = '', variation = '', version] = source.split('/');
  return {
    name: name ?? model,
    kind: 'model',
    ref: [owner, model, framework, variation].join('/'),
    version: Number(version),
    ...defined({ only }),
  };
}

function notebookOf(entry: Entry): NamedInput {
  const { source, name, only } = plain(entry);
  return {
    name: name ?? source.split('/')[1] ?? '',
    kind: 'notebook',
    ref: source,
    ...defined({ only }),
  };
}

function competitionOf(entry: Entry): NamedInput {
  const { source, name, only } = plain(entry);
  return { name: name ?? source, kind: 'competition', ref: source, ...defined({ only }) };
}

/** Two variables of one name would be one; Kaggle's classic layout has no owners. */
function refuseRepeats(
  named: readonly (NamedInput & { readonly place: string })[],
  competition: string,
): void {
  for (const [index, { name, kind, ref, place }] of named.entries()) {
    if (kind === 'competition' && ref === competition)
      throw configInvalid(
        `inputs.${place}`,
        l10n.t('names {0} again', ref),
        l10n.t('Remove it: the data of the competition itself are {0}.', '{competition}'),
      );
    const other = named
      .slice(0, index)
      .find(
        (each) =>
          (each.kind === kind && each.ref === ref) || inputVariable(each.name) === inputVariable(name),
      );
    if (other === undefined) continue;
    const isSame = other.kind === kind && other.ref === ref;
    throw configInvalid(
      `inputs.${place}`,
      isSame ? l10n.t('names {0} again', ref) : l10n.t('has the name of {0}: {1}', other.ref, name),
      isSame
        ? l10n.t('Remove one of the two in {0}.', CONFIG_FILE)
        : l10n.t('Give one of the two another name in {0}: {1}', CONFIG_FILE, tomlOf(ref)),
    );
  }
}

function refuseUnknown(named: readonly NamedInput[], args: readonly string[]): void {
  const names = named.map(({ name }) => name);
  for (const [index, argument] of args.entries()) {
    const unknown = inputsIn(argument).find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    throw configInvalid(
      `run.args[${index}]`,
      l10n.t('names the input {0}, which is none of [inputs]', JSON.stringify(unknown)),
      names.length === 0
        ? l10n.t('Name it in {0}: [inputs] datasets = ["owner/{1}"].', CONFIG_FILE, unknown)
        : l10n.t('The names are: {0}.', names.map((name) => `{inputs.${name}}`).join(', ')),
    );
  }
}

/** As it is written with a name of its own. */
function tomlOf(source: string): string {
  return `{source=${JSON.stringify(source)},name="…"}`;
}
