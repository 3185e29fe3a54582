import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artefacts, InventoryItem } from '../../../src/core/artefacts.ts';
import { planDatasets } from '../../../src/core/contract/datasets.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';
import { ROOT } from './setup.ts';

/** A copy of the examples below `parent`; gives the folder of the package. The copy has what it refers to beside it. */
export async function exampleProject(parent: string): Promise<string> {
  const examples = join(parent, 'examples');
  const isRunRecord = (path: string): boolean => path.includes('.julia-kaggle');
  await cp(join(ROOT, 'examples'), examples, { recursive: true, filter: (path) => !isRunRecord(path) });
  // As in a checkout: what the project reads beside its folder is of the same work tree.
  await mkdir(join(examples, '.git'), { recursive: true });
  return join(examples, 'Inference');
}

/** A Julia package that knows nothing of Kaggle. */
export async function plainJuliaProject(parent: string): Promise<string> {
  return folderWith(parent, 'Plain', {
    'Project.toml': 'name = "Plain"\nuuid = "7f1c1b0e-2a6f-4a52-9a86-0f5d8f2a4b11"\nversion = "0.1.0"\n',
  });
}

/** The example with a run record: two submissions, of which the first is the better one. */
export async function projectWithHistory(parent: string): Promise<string> {
  const folder = await exampleProject(parent);
  await writeRecord(folder, {}, HISTORY);
  return folder;
}

/** The example as it is after some runs: with what each stage gave, the modes compared, two submissions. */
export async function projectWithRecord(parent: string): Promise<string> {
  const folder = await exampleProject(parent);
  const project = aProject({ root: folder, juliaVersion: '1.5.3' });
  const sizes = { julia: 118_000_000, dotjulia: 194_000_000, inferenceapp: 38_112, models: 2_400_000 };
  const parts = aBundle().parts.map((part) => ({
    ...part,
    files: part.files.map((file) => ({ ...file, bytes: sizes[part.kind as keyof typeof sizes] })),
  }));
  const pack = aBundle({ parts });
  const figures = { rehearsalSeconds: 41.2, startSeconds: 2.1, firstPredictionSeconds: 6.4, runSeconds: 9.8 };
  const artefacts: Partial<Artefacts> = {
    project,
    build: aDepot({
      julia: JULIA,
      inventory: INVENTORY,
      bytes: INVENTORY.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
    test: aTestReport({ seconds: 14.2, peakMemoryBytes: 900_000_000, rows: 480 }),
    pack,
    rehearse: {
      fingerprint: 'r',
      seconds: 41.2,
      steps: [{ name: 'run', seconds: 9.8 }],
      peakMemoryBytes: 2_700_000_000,
      rows: 480,
      submissionSha256: 's',
      modes: {
        depot: { ...figures, bundleBytes: 312_000_000 },
        app: {
          ...{ rehearsalSeconds: 33.5, startSeconds: 0.4, firstPredictionSeconds: 0.9, runSeconds: 2.6 },
          ...{ bundleBytes: 540_000_000, compileSeconds: 233 },
        },
      },
    },
    upload: {
      fingerprint: 'u',
      owner: 'ada',
      uploadedBytes: 38_112,
      datasets: planDatasets(project, pack).map(({ slug, bundleId, kinds }, index) => ({
        slug,
        bundleId,
        kinds: [...kinds],
        version: [1, 3, 7, 2][index] ?? 1,
        uploadedBytes: 0,
      })),
    },
  };
  await writeRecord(folder, artefacts, HISTORY);
  return folder;
}

const INVENTORY: InventoryItem[] = [
  { kind: 'artifact', name: 'artifacts/mkl', label: 'MKL', bytes: 510_000_000 },
  { kind: 'artifact', name: 'artifacts/stations', label: 'stations', bytes: 2_000_000 },
  { kind: 'package', name: 'packages/DataFrames/aB3dE', bytes: 12_000_000 },
  { kind: 'package', name: 'packages/CSV/aB3dE', bytes: 4_000_000 },
  { kind: 'package', name: 'packages/StaticArrays/aB3dE', bytes: 2_000_000 },
];

const JULIA = { version: '1.5.3', file: '/cache/julia.tar.gz', bytes: 100, sha256: 'j'.repeat(64) };

const submission = (ref: number, day: number, publicScore: string, commit: string) => ({
  fingerprint: `f${ref}`,
  ref,
  state: 'complete',
  publicScore,
  betterScore: 'lower',
  submittedAt: `2026-08-0${day}T10:20:00Z`,
  url: `https://www.kaggle.com/competitions/harbour-tides/submissions?ref=${ref}`,
  bundleId: `b${ref}`,
  notebook: 'ada/harbour-tides-inference v3',
  competition: 'harbour-tides',
  commit,
  note: day === 1 ? 'ridge, 12 features' : undefined,
});

const HISTORY = [
  submission(101, 1, '0.0913', '0123456789abcdef0123456789abcdef01234567'),
  submission(102, 2, '0.1204', 'fedcba9876543210fedcba9876543210fedcba98'),
];

async function writeRecord(
  folder: string,
  artefacts: Partial<Artefacts>,
  history: typeof HISTORY,
): Promise<void> {
  const record = { format: 1, artefacts, unfinished: [], pending: {}, history };
  await folderWith(folder, '.julia-kaggle', { 'record.json': JSON.stringify(record) });
}

/** A folder with two Julia packages, both for Kaggle. */
export async function severalProjects(parent: string): Promise<string> {
  const folder = join(parent, 'Packages');
  for (const [name, id] of [
    ['First', '1'],
    ['Second', '2'],
  ] as const) {
    await folderWith(folder, name, {
      'Project.toml': `name = "${name}"\nuuid = "7f1c1b0e-2a6f-4a52-9a86-0f5d8f2a4b1${id}"\nversion = "0.1.0"\n`,
      'JuliaKaggle.toml': `competition = "${name.toLowerCase()}-competition"\n`,
    });
  }
  return folder;
}

/** Three copies of the example beside each other, each for another competition: `First`, `Second` and `Third`. */
export async function threeProjects(parent: string): Promise<string> {
  const examples = dirname(await exampleProject(parent));
  for (const name of ['First', 'Second', 'Third']) {
    const folder = join(examples, name);
    await cp(join(examples, 'Inference'), folder, { recursive: true });
    const file = join(folder, 'JuliaKaggle.toml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"harbour-tides"', `"${name.toLowerCase()}-tides"`));
  }
  return examples;
}

/** A folder that has nothing to do with Julia. */
export async function foreignFolder(parent: string): Promise<string> {
  return folderWith(parent, 'Notes', { 'notes.txt': 'The tide is high.\n' });
}

async function folderWith(
  parent: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}
