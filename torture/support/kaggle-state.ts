import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { World } from '../../test/support/world.ts';

/** What there is of a world's project, on Kaggle's side and on this one, in a form that two worlds can be compared by. */
export interface WorldState {
  readonly datasets: readonly string[];
  readonly notebooks: readonly string[];
  readonly submissions: readonly string[];
  /** The submissions as the project's own history has them. */
  readonly history: readonly string[];
  readonly leftovers: readonly string[];
}

type Answer = Readonly<Record<string, string | number>>;

/** Asks Kaggle's side and looks at the files and the engine of this one. */
export async function stateOf(world: World): Promise<WorldState> {
  const { datasets = [] } = await ask(world, 'datasets.DatasetApiService/ListDatasets', {
    group: 'DATASET_SELECTION_GROUP_MY',
  });
  const { kernels = [] } = await ask(world, 'kernels.KernelsApiService/ListKernels', { group: 'PROFILE' });
  const { submissions = [] } = await ask(world, 'competitions.CompetitionApiService/ListSubmissions', {
    competitionName: world.competition,
  });
  const { stdout } = await world.julia(['history', world.project, '--json']);
  const history = JSON.parse(stdout) as { submissions: Answer[] };
  return {
    datasets: sorted(datasets, ({ ref, currentVersionNumber }) => `${ref} version ${currentVersionNumber}`),
    notebooks: sorted(kernels, ({ ref, currentVersionNumber }) => `${ref} version ${currentVersionNumber}`),
    submissions: sorted(submissions, ({ status, publicScore }) => `${status} ${publicScore}`),
    history: sorted(history.submissions, ({ state, publicScore }) => `${state} ${publicScore}`),
    leftovers: await leftoversOf(world),
  };
}

/** Containers, locks, and files that something else was to be made of. */
export async function leftoversOf(world: World): Promise<readonly string[]> {
  const label = `label=julia-kaggle.project=${world.project}`;
  const containers = await world.docker('ps', '--all', '--format', '{{.Names}}', '--filter', label);
  const folder = join(world.project, '.julia-kaggle');
  const own = (await readdir(folder, { recursive: true }).catch(() => [])).filter(isUnfinished);
  const cache = (
    await readdir(world.environment['JULIA_KAGGLE_CACHE'] ?? '', { recursive: true }).catch(() => [])
  ).filter(isUnfinished);
  const temporary = await readdir(world.temporary);
  return [
    ...containers.split('\n').filter((name) => name !== ''),
    ...own,
    ...cache,
    ...temporary.map((name) => `temporary ${name}`),
  ];
}

/** A lock, or a name such as files have until they are whole. */
function isUnfinished(path: string): boolean {
  const name = basename(path);
  return /\.lock(\.owner)?$|\.part$|\.tmp$|\.\d{5,}$|^tmp-|-tmp$/.test(name);
}

/** Calls a method of Kaggle's side with the world's key. */
export async function ask(
  { environment }: Pick<World, 'environment'>,
  method: string,
  body: object,
): Promise<Partial<Record<string, Answer[]>>> {
  const { JULIA_KAGGLE_API_URL: url = '', KAGGLE_USERNAME: name = '', KAGGLE_KEY: key = '' } = environment;
  const response = await fetch(`${url}/v1/${method}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Basic ${Buffer.from(`${name}:${key}`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Partial<Record<string, Answer[]>>;
}

function sorted(answers: readonly Answer[], word: (answer: Answer) => string): string[] {
  return answers.map(word).sort();
}
