import { UserError } from '../../base/errors.ts';

/** Never staged, wherever they are: other tools' and our own files, nothing that a Julia program reads. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  '.julia-kaggle',
  '.vscode',
  'node_modules',
  '.DS_Store',
  '.ipynb_checkpoints',
]);

/** Whether a file or folder of this name, wherever it is in the project, is left out. */
export function isSkipped(name: string): boolean {
  return SKIPPED.has(name);
}

/** A link that cannot be followed. `problem` completes the sentence "... is a link ...". */
export function refusedLink(path: string, problem: string): UserError {
  return new UserError({
    code: 'bundle-refused',
    title: `${path} is a link ${problem}.`,
    actions: [{ title: 'Replace the link by what it points to, or move it out of the project.' }],
  });
}
