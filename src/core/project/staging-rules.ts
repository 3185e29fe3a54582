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

const SECRETS = /^(kaggle\.json|\.env|.*\.pem|id_rsa|id_ed25519|access_token)$/i;

export function isSkipped(name: string): boolean {
  return SKIPPED.has(name);
}

/** @throws UserError `bundle-refused` when files of that name hold a secret. */
export function refuseSecret(path: string, name: string): void {
  if (!SECRETS.test(name)) return;
  throw new UserError({
    code: 'bundle-refused',
    title: `${path} looks like a secret and would go to Kaggle with the project.`,
    actions: [
      { title: `Move ${name} out of the folder; the program takes Kaggle's token from its own place.` },
    ],
  });
}

/** A link that cannot be followed. `problem` completes the sentence "... is a link ...". */
export function refusedLink(path: string, problem: string): UserError {
  return new UserError({
    code: 'bundle-refused',
    title: `${path} is a link ${problem}.`,
    actions: [{ title: 'Replace the link by what it points to, or move it out of the project.' }],
  });
}
