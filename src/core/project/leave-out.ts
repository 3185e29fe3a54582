import { relative, sep } from 'node:path';
import { isWithin } from '../../base/files.ts';
import { GuardedFolder } from '../../base/guarded-folder.ts';
import { OWN_IGNORE_FILE } from '../config-file.ts';
import { isAlwaysStaged } from './ignore-files.ts';

/** Pure: the rule of an ignore file by which this very file or folder below it is left out. (gitignore(5)) */
export function ruleFor(below: string): string {
  const path = below.split(sep).join('/');
  return `/${path.replaceAll(/[\\*?[\]!#]/g, String.raw`\$&`).replaceAll(/ (?= *$)/g, '\\ ')}`;
}

/** Pure: whether a file of this project can be left out: it lies in the folder, and Julia can do without it. */
export function canLeaveOut(root: string, source: string): boolean {
  const name = source.split(sep).at(-1) ?? '';
  return source !== root && isWithin(root, source) && !isAlwaysStaged({ name, isDirectory: () => false });
}

/**
 * Adds the rule that leaves a file or folder out to the project's own ignore file, once. Returns the rule.
 * @throws UserError `unsafe-path`, `file-unreadable`.
 */
export async function leaveOut(root: string, source: string): Promise<string> {
  if (!isWithin(root, source)) throw new Error(`${source} is not in the project.`);
  const rule = ruleFor(relative(root, source));
  const files = new GuardedFolder(root);
  const before = (await files.readText(OWN_IGNORE_FILE)) ?? '';
  if (before.split(/\r?\n/).includes(rule)) return rule;
  const begin = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await files.write(OWN_IGNORE_FILE, `${begin}${rule}\n`);
  return rule;
}
