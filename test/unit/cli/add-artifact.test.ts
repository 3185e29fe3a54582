import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { findArtifactAddition } from '../../../src/core/scaffold/add-artifact.ts';
import { applyChange } from '../../../src/core/scaffold/staged-edits.ts';
import { keptContext } from '../../support/stage-context.ts';
import { withFiles } from '../project/temp-project.ts';

const LAZY = '[stations]\ngit-tree-sha1 = "44b6"\nlazy = true # big\n';

/** The sample with a lazy artifact in its path dependency, on a machine without an engine. */
async function withLazy(
  use: (artifacts: string, find: () => ReturnType<typeof findArtifactAddition>) => Promise<void>,
) {
  const { ports, signal } = keptContext({}).context;
  await withFiles({ 'work/Features/Artifacts.toml': LAZY }, (folder) =>
    use(join(folder, 'work/Features/Artifacts.toml'), () =>
      findArtifactAddition({ folder: join(folder, 'work/Inference'), artifact: 'stations', ports, signal }),
    ),
  );
}

describe('an artifact of a path dependency', () => {
  it('is found without an engine, and only the asked-for change writes', () =>
    withLazy(async (artifacts, find) => {
      const addition = await find();
      assert.equal(addition?.file, artifacts);
      assert.ok(addition.diff.includes('-lazy = true # big'));
      assert.equal(await readFile(artifacts, 'utf8'), LAZY);
      await applyChange(addition);
      assert.equal(await readFile(artifacts, 'utf8'), '[stations]\ngit-tree-sha1 = "44b6"\n');
      assert.equal(await find(), undefined);
    }));

  it('stays as it is when somebody changed the file after the look', () =>
    withLazy(async (artifacts, find) => {
      const addition = await find();
      assert.ok(addition !== undefined);
      await writeFile(artifacts, `${LAZY}# mine\n`);
      await assert.rejects(applyChange(addition), (error) => isUserError(error, 'file-changed'));
      assert.equal(await readFile(artifacts, 'utf8'), `${LAZY}# mine\n`);
    }));
});
