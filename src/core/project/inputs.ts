import * as l10n from '@vscode/l10n';
import { defined } from '../../base/defined.ts';
import { CONFIG_FILE, inputsIn } from '../config-file.ts';
import { inputVariable } from '../contract/image/other-inputs.ts';
import type { ProjectInput } from '../project-artefact.ts';
import { configInvalid, keyOf } from './config.ts';
import type { KaggleConfig } from './config-schema.ts';

/** An input as JuliaKaggle.toml names it: with a version only where one is named there. */
export type NamedInput = Pick<ProjectInput, 'name' | 'kind' | 'ref' | 'version' | 'only'>;

/** Something of `[inputs]` that the schema takes and that cannot be. `problem` completes the sentence of its key. */
export interface InputProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
  readonly remedy: string;
}

/** An input, and where JuliaKaggle.toml names it. */
export interface PlacedInput extends NamedInput {
  readonly path: InputProblem['path'];
}

type Config = Pick<KaggleConfig, 'inputs' | 'run' | 'competition'>;

/**
 * Pure: what `[inputs]` names, each under a short name of its own, and nothing that `[run] args` name is missing.
 * @throws UserError `config-invalid`.
 */
export function namedInputs(config: Config): NamedInput[] {
  const [first] = inputProblems(config);
  if (first !== undefined) throw configInvalid(keyOf(first.path), first.problem, first.remedy);
  return placedInputs(config).map(({ path: _, ...input }) => input);
}

/** Pure: the inputs with their places. */
export function placedInputs({ inputs }: Pick<Config, 'inputs'>): PlacedInput[] {
  const readers = {
    datasets: datasetOf,
    models: modelOf,
    notebooks: notebookOf,
    competitions: competitionOf,
  } as const;
  const keys = ['datasets', 'models', 'notebooks', 'competitions'] as const;
  return keys.flatMap((key) =>
    inputs[key].map((entry, index) => ({ ...readers[key](entry), path: ['inputs', key, index] })),
  );
}

/** Pure: what is wrong with them together, and with the arguments that name them. */
export function inputProblems(config: Config): InputProblem[] {
  const placed = placedInputs(config);
  return [
    ...placed.flatMap((input, index) => repeatOf(input, placed.slice(0, index), config.competition)),
    ...unknownIn(
      config.run.args,
      placed.map(({ name }) => name),
    ),
  ];
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
function repeatOf(
  { name, kind, ref, path }: PlacedInput,
  before: readonly PlacedInput[],
  competition: string,
): InputProblem[] {
  if (kind === 'competition' && ref === competition)
    return [
      {
        path,
        problem: l10n.t('names {0} again', ref),
        remedy: l10n.t('Remove it: the data of the competition itself are {0}.', '{competition}'),
      },
    ];
  const isSame = (each: PlacedInput): boolean => each.kind === kind && each.ref === ref;
  const other = before.find((each) => isSame(each) || inputVariable(each.name) === inputVariable(name));
  if (other === undefined) return [];
  return [
    isSame(other)
      ? {
          path,
          problem: l10n.t('names {0} again', ref),
          remedy: l10n.t('Remove one of the two in {0}.', CONFIG_FILE),
        }
      : {
          path,
          problem: l10n.t('has the name of {0}: {1}', other.ref, name),
          remedy: l10n.t('Give one of the two another name in {0}: {1}', CONFIG_FILE, tomlOf(ref)),
        },
  ];
}

function unknownIn(args: readonly string[], names: readonly string[]): InputProblem[] {
  return args.flatMap((argument, index) => {
    const unknown = inputsIn(argument).find((name) => !names.includes(name));
    if (unknown === undefined) return [];
    return [
      {
        path: ['run', 'args', index],
        problem: l10n.t('names the input {0}, which is none of [inputs]', JSON.stringify(unknown)),
        remedy:
          names.length === 0
            ? l10n.t('Name it in {0}: [inputs] datasets = ["owner/{1}"].', CONFIG_FILE, unknown)
            : l10n.t('The names are: {0}.', names.map((name) => `{inputs.${name}}`).join(', ')),
      },
    ];
  });
}

/** As it is written with a name of its own. */
function tomlOf(source: string): string {
  return `{source=${JSON.stringify(source)},name="…"}`;
}
