import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readGitState } from '../../../src/core/project/git-state.ts';
import { git, plant, type Stranger, stranger, write } from '../../support/stranger.ts';

/** Of the same length as before: git has to read it to see that it differs. */
const CHANGED = { 'src/Tides.jl': 'module Tidal end\n' };

const stateOf = (folder: string, { environment }: Stranger) =>
  readGitState(folder, environment, new AbortController().signal);

/** Makes a repository of another kind from a plain one; gives its folder. */
const KINDS: Readonly<Record<string, (from: Stranger, to: string) => Promise<void> | void>> = {
  'a clone': ({ project, root }, to) => void git(root, 'clone', '-q', project, to),
  'a linked work tree': ({ project }, to) => void git(project, 'worktree', 'add', '-q', to),
  'a clone that borrows its objects': ({ project, root }, to) =>
    void git(root, 'clone', '-q', '--shared', project, to),
  'a shallow clone': ({ project, root }, to) =>
    void git(root, 'clone', '-q', '--depth=1', pathToFileURL(project).href, to),
  'a partial clone': ({ project, root }, to) => {
    git(project, 'config', 'uploadpack.allowFilter', 'true');
    git(root, 'clone', '-q', '--filter=blob:none', pathToFileURL(project).href, to);
  },
  'a sparse clone': ({ project, root }, to) => {
    git(root, 'clone', '-q', project, to);
    git(to, 'sparse-checkout', 'init', '--cone', '--sparse-index');
    git(to, 'sparse-checkout', 'set', 'src');
  },
  'a split index': ({ project, root }, to) => {
    git(root, 'clone', '-q', project, to);
    git(to, 'update-index', '--split-index');
  },
  'hashes of SHA-256': async ({ project }, to) => {
    git(project, 'init', '-q', '--object-format=sha256', to);
    await write(to, { 'src/Tides.jl': 'module Tides end\n' });
    git(to, 'add', '.');
    git(to, 'commit', '-q', '-m', 'x');
  },
  'a submodule': ({ project, root }, to) => {
    git(root, 'init', '-q', 'outer');
    git(join(root, 'outer'), 'submodule', 'add', '-q', project, to);
  },
  'its own line ends': async ({ project, root }, to) => {
    git(root, 'clone', '-q', project, to);
    git(to, 'config', 'core.autocrlf', 'true');
    await rm(join(to, 'src', 'Tides.jl'));
    git(to, 'checkout', '-q', '.');
  },
};

describe('the state of a git repository', () => {
  for (const [kind, make] of Object.entries(KINDS))
    it(`is its commit, and whether it differs: ${kind}`, async () => {
      const who = await stranger();
      const folder = join(who.root, kind === 'a submodule' ? 'outer/sub' : 'made');
      await make(who, folder);
      const commit = git(folder, 'rev-parse', 'HEAD');
      assert.deepEqual(await stateOf(folder, who), { commit, dirty: false });
      assert.deepEqual(await stateOf(join(folder, 'src'), who), { commit, dirty: false });
      await write(folder, CHANGED);
      assert.deepEqual(await stateOf(folder, who), { commit, dirty: true });
    });

  it('goes by all lists of what is ignored', async () => {
    const who = await stranger({ '.gitignore': 'a\n' });
    await write(who.project, { a: '', b: '', c: '', '.git/info/exclude': 'b\n' });
    assert.equal((await stateOf(who.project, who))?.dirty, true);
    await write(who.home, { 'own-list': 'c\n' });
    git(who.project, 'config', 'core.excludesFile', '~/own-list');
    assert.equal((await stateOf(who.project, who))?.dirty, false);
  });

  it("goes by a filter of the user's own", async () => {
    const who = await stranger({ '.gitattributes': '*.jl filter=upper\n' });
    const clean = await plant(who, join(who.root, 'upper'), "tr 'A-Z' 'a-z' | sed 's/tides/Tides/'");
    await write(who.home, { '.gitconfig': `[filter "upper"]\n\tclean = ${clean}\n` });
    await write(who.project, { 'src/Tides.jl': 'MODULE Tides end\n' });
    assert.equal((await stateOf(who.project, who))?.dirty, false);
  });

  it('is unknown outside of any, before the first commit, and without git', async () => {
    const who = await stranger();
    git(who.root, 'init', '-q', 'empty');
    const nothing = { ...who, environment: { PATH: '/nowhere' } };
    assert.equal(await stateOf(who.home, who), undefined);
    assert.equal(await stateOf(join(who.root, 'empty'), who), undefined);
    assert.equal(await stateOf(who.project, nothing), undefined);
  });
});
