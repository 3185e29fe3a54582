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
