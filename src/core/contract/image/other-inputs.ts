import ignore from 'ignore';
import type { Project } from '../../artefacts.ts';
import type { InputKind, ProjectInput } from '../../project-artefact.ts';
import { competitionInput, datasetInput, modelInput, notebookInput } from './paths.ts';

// What `[inputs]` names: made by others, attached to the notebook, and fetched to this machine for test and rehearsal.

/** An input that a run has asked Kaggle about; a competition's data have no version. */
export type KnownInput = ProjectInput;

/** Pure: the inputs of a project that is run. @throws Error for one that nobody asked Kaggle about, which a run does. */
export function knownInputs({ inputs = [] }: Pick<Project, 'inputs'>): KnownInput[] {
  const unknown = inputs.find(({ kind, version }) => kind !== 'competition' && version === undefined);
  if (unknown !== undefined) throw new Error(`The version of ${unknown.ref} was not asked for.`);
  return [...inputs];
}

/** How a pushed notebook names what others made (kaggle-api 4.1). */
export interface InputSources {
  readonly datasets: string[];
  readonly competitions: string[];
  readonly notebooks: string[];
  readonly models: string[];
}

/** Pure: datasets and models by their version: `owner/slug/3`. Kaggle attaches a notebook's newest output. */
export function inputSources(project: Pick<Project, 'inputs'>): InputSources {
  const inputs = knownInputs(project);
  const of = (wanted: InputKind): KnownInput[] => inputs.filter(({ kind }) => kind === wanted);
  const withVersion = ({ ref, version = 0 }: KnownInput): string => `${ref}/${version}`;
  return {
    datasets: of('dataset').map(withVersion),
    models: of('model').map(withVersion),
    notebooks: of('notebook').map(({ ref }) => ref),
    competitions: of('competition').map(({ ref }) => ref),
  };
}

/** Pure: the owner's name and the slug of a dataset or a notebook. */
export function partsOf({ ref }: Pick<ProjectInput, 'ref'>): {
  readonly owner: string;
  readonly slug: string;
} {
  const [owner = '', slug = ''] = ref.split('/');
  return { owner, slug };
}

/** Pure: where an input is mounted, in the present layout of Kaggle's mounts. */
export function inputFolder(input: Pick<ProjectInput, 'kind' | 'ref' | 'version'>): string {
  const { owner, slug } = partsOf(input);
  switch (input.kind) {
    case 'dataset':
      return datasetInput(owner, slug);
    case 'notebook':
      return notebookInput(owner, slug);
    case 'competition':
      return competitionInput(input.ref);
    case 'model':
      return modelInput(input.ref, input.version ?? 0);
  }
}

/** Pure: the same in Kaggle's classic layout, which has no owners (kaggle-api 5.4). */
export function classicFolder(input: Pick<ProjectInput, 'kind' | 'ref' | 'version'>): string {
  const parts = inputFolder(input).split('/');
  // `/kaggle/input`, then the kind, then the owner, which competitions have none of.
  return [...parts.slice(0, 3), ...parts.slice(input.kind === 'competition' ? 4 : 5)].join('/');
}

/** Pure: where each is found, by its short name. */
export function inputFolders({ inputs = [] }: Pick<Project, 'inputs'>): Record<string, string> {
  return Object.fromEntries(inputs.map((input) => [input.name, inputFolder(input)]));
}

/** Pure: the variables that name the same folders: `JULIA_KAGGLE_INPUT_GLOVE`, ... */
export function inputEnvironment(folders: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(folders).map(([name, folder]) => [inputVariable(name), folder]));
}

/** Pure: the variable of an input: its name in capitals, `_` for `-`. */
export function inputVariable(name: string): string {
  return `JULIA_KAGGLE_INPUT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Pure: of the files of an input those that are fetched. @param only patterns as in a .gitignore; absent: all. */
export function wantedFiles<T extends { readonly name: string }>(
  files: readonly T[],
  only: ProjectInput['only'],
): T[] {
  if (only === undefined) return [...files];
  const matcher = ignore().add([...only]);
  return files.filter(({ name }) => matcher.ignores(name));
}
