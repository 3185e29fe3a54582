import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './setup.ts';

/** A copy of the examples below `parent`; gives the folder of the package. The copy has what it refers to beside it. */
export async function exampleProject(parent: string): Promise<string> {
  const examples = join(parent, 'examples');
  const isRunRecord = (path: string): boolean => path.includes('.julia-kaggle');
  await cp(join(ROOT, 'examples'), examples, { recursive: true, filter: (path) => !isRunRecord(path) });
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
  const record = {
    format: 1,
    artefacts: {},
    unfinished: [],
    pending: {},
    history: [
      submission(101, 1, '0.0913', '0123456789abcdef0123456789abcdef01234567'),
      submission(102, 2, '0.1204', 'fedcba9876543210fedcba9876543210fedcba98'),
    ],
  };
  await folderWith(folder, '.julia-kaggle', { 'record.json': JSON.stringify(record) });
  return folder;
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
