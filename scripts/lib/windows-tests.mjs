// What `npm run test:windows` runs, and what it leaves out.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Why something is not run there, to what that is, in test/windows/left-out.json: folders and files by their paths, and
 * tests by their titles.
 */
export function leftOut(root) {
  const lists = JSON.parse(readFileSync(join(root, 'test', 'windows', 'left-out.json'), 'utf8'));
  const names = Object.values(lists).flat();
  const isPath = (name) => name.startsWith('test/');
  return { paths: names.filter(isPath), titles: names.filter((name) => !isPath(name)) };
}

/** Every test file that is not left out. @param patterns parts of paths; none: all. */
export function testsOf(root, patterns = []) {
  const { paths } = leftOut(root);
  return readdirSync(join(root, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll(sep, '/')}`)
    .filter((path) => !paths.some((left) => path === left || (left.endsWith('/') && path.startsWith(left))))
    .filter((path) => patterns.length === 0 || patterns.some((part) => path.includes(part)))
    .sort();
}
