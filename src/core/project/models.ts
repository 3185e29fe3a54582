import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import type { ModelFile } from '../artefacts.ts';
import { configInvalid, CONFIG_FILE } from './config.ts';
import { readFacts } from './stage-files.ts';
import { refuseSecret } from './secrets.ts';

/** Kaggle unpacks these (kaggle-api 2.6): the file itself would not be there. */
const UNPACKED = /\.(zip|tar|tgz|gz|7z|whl)$/i;
/** The program's own files, which may share a dataset with the models. */
const RESERVED = ['julia', 'dotjulia', 'dotjulia-delta', 'inferenceapp', 'bundle.json'];

/**
 * The model files of `[models] files`, read whole for their sha256. A link is followed, wherever it leads.
 * @param folder The one with JuliaKaggle.toml.
 * @throws UserError `model-missing`, `config-invalid`, `bundle-refused`, `file-unreadable`; CancelledError.
 */
export async function readModels(
  files: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<ModelFile[]> {
  files.forEach((file, i) => checkName(file, i, files));
  const models: ModelFile[] = [];
  for (const file of files) {
    const source = resolve(folder, file);
    await checkPresence(file, source);
    const { bytes, sha256 } = await readFacts(source, signal);
    models.push({ name: basename(source), source, bytes, sha256 });
  }
  return models;
}

/** Pure: in its dataset a model has the file's name only. */
function checkName(file: string, index: number, files: readonly string[]): void {
  const key = `models.files[${index}]`;
  const name = basename(file);
  refuseSecret(file, name);
  if (files.slice(0, index).some((other) => basename(other) === name)) {
    throw configInvalid(key, `has the name "${name}" a second time`, 'Rename one of the two files.');
  }
  if (UNPACKED.test(name)) {
    throw configInvalid(
      key,
      `is "${name}", which Kaggle would unpack on arrival`,
      `Rename it to "${name.replace(UNPACKED, '')}", and let the program tell the format by the content.`,
    );
  }
  if (RESERVED.includes(name)) {
    throw configInvalid(key, `has the name "${name}", which the program uses itself`, 'Rename the file.');
  }
}

async function checkPresence(file: string, source: string): Promise<void> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile() === true) return;
  const problem = found === undefined ? `is missing: there is no ${source}` : `is not a file: ${source}`;
  throw new UserError({
    code: 'model-missing',
    title: `The model ${file} ${problem}.`,
    actions: [
      {
        title: `Train the model, or correct [models] files in ${CONFIG_FILE}; a folder is given file by file.`,
      },
    ],
  });
}
