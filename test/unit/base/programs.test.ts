import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findProgram, type ProgramName } from '../../../src/base/programs.ts';
import { isWithin } from '../../../src/base/files.ts';
import { tempFolder } from '../../support/temp.ts';

/** `docker` and `code` are never started by name; should they ever be, they are found in the same way. */
const NAMES = ['git', 'ssh', 'xdg-open', 'open', 'rundll32', 'docker', 'code'] as ProgramName[];
const ENDINGS = ['', '.exe', '.com', '.cmd', '.bat'];

/** A folder with copies of a program of this system by all these names. */
async function withCopies(): Promise<string> {
  const folder = await tempFolder();
  for (const place of [folder, join(folder, 'bin')]) {
    await mkdir(place, { recursive: true });
    for (const name of NAMES)
      for (const ending of ENDINGS) {
        await copyFile(join(import.meta.dirname, 'programs.test.ts'), join(place, name + ending));
        await chmod(join(place, name + ending), 0o755);
      }
  }
  return folder;
}

describe('a program', () => {
  const before = process.cwd();
  afterEach(() => process.chdir(before));

  it('is never one in the current folder or in the project, whatever PATH says', async () => {
    const [current, project] = [await withCopies(), await withCopies()];
    process.chdir(current);
    const ways = [
      '',
      '.',
      'bin',
      current,
      join(current, 'bin'),
      project,
      join(project, 'bin'),
      `${project}/.`,
    ];
    for (const name of NAMES)
      for (const PATH of [...ways, ways.join(delimiter)]) {
        const environment = { PATH, SystemRoot: current, HOME: before, USERPROFILE: before };
        assert.equal(findProgram(name, { environment, foreign: [project] }), undefined, `${name} by ${PATH}`);
      }
  });

  it('is found in a folder of the user’s, by its absolute path, behind those', async () => {
    const [current, own] = [await withCopies(), await withCopies()];
    process.chdir(current);
    const environment = { PATH: ['.', current, own].join(delimiter), HOME: before, USERPROFILE: before };
    for (const name of ['git', 'ssh'] as const) {
      const program = findProgram(name, { environment });
      assert.ok(program !== undefined && isWithin(own, program.path), `${name}: ${program?.path}`);
      assert.ok(!(program.environment['PATH'] ?? '').split(delimiter).includes(current));
    }
  });
});
