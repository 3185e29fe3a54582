import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GuardedFolder } from '../../../src/base/guarded-folder.ts';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { Project } from '../../../src/core/artefacts.ts';
import { removingDamaged } from '../../../src/core/upload/damaged.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;

/** Sends a tarball, a damaged one and a damaged model; gives the error, and the files that are left. */
async function afterwards(models: readonly string[], error: Error): Promise<readonly [unknown, string[]]> {
  const folder = await tempFolder({ whole: 'packed', damaged: 'flipped', model: 'trained anew' });
  const files = ['whole', 'damaged', 'model'].map((name) => ({
    name,
    path: join(folder, name),
    bytes: 6,
    sha256: sha256('packed'),
  }));
  const project = { models: models.map((name) => ({ name, source: join(folder, name) })) };
  const sending = removingDamaged(
    files,
    project as unknown as Project,
    [new GuardedFolder(folder)],
    NEVER,
    () => Promise.reject(error),
  );
  const thrown = await sending.catch((each: unknown) => each);
  return [thrown, (await readdir(folder)).sort()];
}

describe('a packed file that does not hold any more what was packed', () => {
  const changed = new UserError({
    code: 'file-changed',
    title: 'damaged is not the file that was packed: it changed or is gone.',
    actions: [{ title: 'Make it anew, and run again.', command: 'run --fresh pack' }],
  });

  it('is removed when its upload finds that, so that the next run packs it anew; a model stays', async () => {
    const [error, left] = await afterwards(['model'], changed);
    assert.ok(isUserError(error, 'file-changed'));
    assert.equal(error.title, changed.title);
    assert.deepEqual(
      error.actions.map(({ command }) => command),
      ['run'],
    );
    assert.deepEqual(left, ['model', 'whole']);
  });

  it('stays when the upload fails for another reason', async () => {
    const failure = new Error('no');
    assert.deepEqual(await afterwards(['model'], failure), [failure, ['damaged', 'model', 'whole']]);
  });

  it('is told as before, and stays, when it is a model', async () => {
    const names = ['damaged', 'model', 'whole'];
    assert.deepEqual(await afterwards(names, changed), [changed, names]);
  });
});
