import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../../src/base/files.ts';
import { readGitState } from '../../../src/core/project/git-state.ts';
import { withTempFolder } from '../../support/temp.ts';

const never = new AbortController().signal;

/** A repository with a change, whose own settings name a program that leaves a mark. */
async function inRepository(
  use: (folder: string, program: string, mark: string) => Promise<void>,
): Promise<void> {
  await withTempFolder(async (root) => {
    const [folder, mark, program] = [join(root, 'repository'), join(root, 'mark'), join(root, 'program')];
    await writeFile(program, `#!/bin/sh\ntouch ${mark}\ncat\n`);
    await chmod(program, 0o755);
    git(root, 'init', '-q', folder);
    await writeFile(join(folder, 'a'), 'a');
    await writeFile(join(folder, '.gitattributes'), '* filter=evil\n');
    git(folder, 'add', '.');
    git(folder, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'x');
    await writeFile(join(folder, 'a'), 'b');
    await use(folder, program, mark);
  });
}

function git(folder: string, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd: folder });
}

describe('the state of a repository whose own settings name a program', () => {
  for (const setting of ['filter.evil.clean', 'filter.evil.process', 'core.fsmonitor'])
    it(`is told without running it: ${setting}`, async () => {
      await inRepository(async (folder, program, mark) => {
        git(folder, 'config', setting, program);
        git(folder, 'config', 'filter.evil.required', 'true');
        const state = await readGitState(folder, process.env, never);
        assert.equal(state?.dirty, true);
        assert.equal(await exists(mark), false);
      });
    });
});
