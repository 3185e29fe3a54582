import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../src/base/errors.ts';
import { readProject } from '../../src/core/project/project-stage.ts';
import { uploadStage } from '../../src/core/upload/upload-stage.ts';
import { aBundle } from '../support/artefacts.ts';
import { git, type Stranger, stranger, write } from '../support/stranger.ts';
import { attack } from './attack.ts';

const LISTS = 'core/project/ignore-files';
const NO_GIT = { PATH: '/nowhere' };

/** What a run reads of the project. */
async function projectOf(
  who: Stranger,
  folder = who.project,
  variables: Readonly<Record<string, string>> = {},
) {
  return readProject(folder, {
    environment: { ...who.environment, ...variables },
    resolveJulia: () => Promise.reject(new Error('the version is exact')),
    signal: new AbortController().signal,
  });
}

/** Nothing that git ignores is among the files that are staged; git itself says what that is. */
async function assertKept(
  who: Stranger,
  folder = who.project,
  variables: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { files } = await projectOf(who, folder, variables);
  const places = files.map(({ place }) => place);
  assert.ok(places.includes('Tides/src/Tides.jl'), 'the project itself is there');
  assert.deepEqual(
    places.filter((place) => place.includes('private')),
    [],
  );
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard'];
  const env = { ...who.environment, ...variables, PATH: who.environment['PATH'] };
  assert.match(execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }), /private/);
}

describe('attacks on what git ignores', function () {
  this.timeout(60_000);

  attack('M2', 'a file that .git/info/exclude names', LISTS, async () => {
    const who = await stranger();
    await write(who.project, { 'private.txt': 'x', '.git/info/exclude': 'private.txt\n' });
    await assertKept(who);
    await assertKept(who, who.project, NO_GIT);
  });

  attack('M2', 'the same in a linked work tree, whose list is that of its repository', LISTS, async () => {
    const who = await stranger();
    const linked = join(who.root, 'linked');
    git(who.project, 'worktree', 'add', '-q', linked);
    await write(who.project, { '.git/info/exclude': 'private*\n' });
    await write(linked, { 'private.txt': 'x' });
    await assertKept(who, linked);
    await assertKept(who, linked, NO_GIT);
  });

  attack('M2', 'the same in a submodule, whose git folder is elsewhere', LISTS, async () => {
    const who = await stranger();
    const outer = join(who.root, 'outer');
    git(who.root, 'init', '-q', outer);
    git(outer, 'submodule', 'add', '-q', who.project, 'sub');
    await write(outer, { '.git/modules/sub/info/exclude': 'private*\n', 'sub/private.txt': 'x' });
    await assertKept(who, join(outer, 'sub'));
    await assertKept(who, join(outer, 'sub'), NO_GIT);
  });

  attack('M2', "a file that the user's core.excludesFile names", LISTS, async () => {
    const who = await stranger();
    await write(who.home, {
      '.gitconfig': '[core]\n\texcludesFile = ~/lists/all\n',
      'lists/all': 'private.*\n',
    });
    await write(who.project, { 'deep/private.txt': 'x' });
    await assertKept(who);
  });

  attack('M2', "the same from a file that the user's settings include for this place", LISTS, async () => {
    const who = await stranger();
    await write(who.home, {
      '.gitconfig': `[includeIf "gitdir:${who.root}/"]\n\tpath = more\n`,
      more: `[core]\n\texcludesFile = ${join(who.home, 'all')}\n`,
      all: 'private.*\n',
    });
    await write(who.project, { 'private.txt': 'x' });
    await assertKept(who);
  });

  attack('M2', 'a file that core.excludesFile of the repository alone names', LISTS, async () => {
    const who = await stranger();
    git(who.project, 'config', 'core.excludesFile', '../all');
    await write(who.root, { all: 'private.*\n', 'project/private.txt': 'x' });
    await assertKept(who);
  });

  attack('M2', "a file that git's own default list names (~/.config/git/ignore)", LISTS, async () => {
    const who = await stranger();
    await write(who.home, { '.config/git/ignore': 'private.*\n' });
    await write(who.project, { 'private.txt': 'x' });
    await assertKept(who);
    await assertKept(who, who.project, NO_GIT);
  });

  attack('M2', 'the same below XDG_CONFIG_HOME', LISTS, async () => {
    const who = await stranger();
    const xdg = { XDG_CONFIG_HOME: join(who.root, 'settings') };
    await write(who.root, { 'settings/git/ignore': 'private.*\n', 'project/private.txt': 'x' });
    await assertKept(who, who.project, xdg);
    await assertKept(who, who.project, { ...xdg, ...NO_GIT });
  });

  attack('M2', 'a list that begins with a byte order mark', LISTS, async () => {
    const who = await stranger({ '.gitignore': '\ufeffprivate.txt\n' });
    await write(who.project, { 'private.txt': 'x' });
    await assertKept(who);
  });

  attack('M2', 'a list whose exception differs in case only', LISTS, async () => {
    const who = await stranger({ '.gitignore': 'private.*\n!PRIVATE.TXT\n' });
    await write(who.project, { 'private.txt': 'x' });
    await assertKept(who);
  });

  attack('M2', 'a nested repository with a list of its own', LISTS, async () => {
    const who = await stranger();
    const nested = join(who.project, 'lib');
    await write(nested, { 'a.jl': '1', 'private.txt': 'x' });
    git(nested, 'init', '-q');
    await write(nested, { '.git/info/exclude': 'private.txt\n' });
    const { files } = await projectOf(who);
    assert.deepEqual(
      files.map(({ place }) => place).filter((place) => place.includes('/lib/')),
      ['Tides/lib/a.jl'],
    );
  });

  attack('M2', 'a project in an ignored folder, which takes the other lists with it', LISTS, async () => {
    const who = await stranger();
    const inner = join(who.project, 'trials', 'Inner');
    await write(who.project, {
      '.gitignore': 'trials/\n',
      '.git/info/exclude': '',
      'trials/Inner/private.txt': 'x',
    });
    for (const name of ['Project.toml', 'Manifest.toml', 'JuliaKaggle.toml', 'src/Tides.jl'])
      await write(inner, { [name]: git(who.project, 'show', `HEAD:${name}`) });
    await write(who.home, { '.config/git/ignore': 'private.*\n' });
    const { files, ignored } = await projectOf(who, inner);
    assert.equal(files.length, 3);
    assert.deepEqual(ignored, ['Tides/']);
  });

  attack(
    'M2',
    'an ignored LocalPreferences.toml with a token: it is named before it goes',
    LISTS,
    async () => {
      const who = await stranger({ '.gitignore': 'LocalPreferences.toml\n' });
      await write(who.project, { 'LocalPreferences.toml': '[Tides]\ntoken = "mine"\n' });
      const project = await projectOf(who);
      assert.deepEqual(project.ignored, ['Tides/LocalPreferences.toml']);
      const before = { fingerprint: 'x', owner: 'ada', datasets: [], uploadedBytes: 0 };
      for (const previous of [undefined, before]) {
        const plan = uploadStage.plan({ project, pack: aBundle(), rehearse: undefined as never }, previous);
        assert.match(plan, /git ignores them: Tides\/LocalPreferences\.toml/);
      }
    },
  );

  attack('M2', 'an ignored Manifest of a path dependency: it is named before it goes', LISTS, async () => {
    const uuid = '0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22';
    const who = await stranger({
      '.gitignore': 'Artifacts.toml\n/dev/\n',
      'Project.toml': `name = "Tides"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n[deps]\nWaves = "${uuid}"\n`,
      'Manifest.toml': `julia_version = "1.10.5"\nmanifest_format = "2.0"\n[[deps.Waves]]\npath = "dev/Waves"\nuuid = "${uuid}"\nversion = "0.1.0"\n`,
    });
    await write(who.project, {
      'dev/Waves/Project.toml': `name = "Waves"\nuuid = "${uuid}"\nversion = "0.1.0"\n`,
      'dev/Waves/src/Waves.jl': 'module Waves end\n',
      'dev/notes.txt': 'x',
      'Artifacts.toml': '',
    });
    const { files, ignored } = await projectOf(who);
    assert.deepEqual(ignored, ['Tides/Artifacts.toml', 'Tides/dev/Waves/']);
    assert.ok(!files.some(({ place }) => place.includes('notes')));
  });

  attack(
    'M2',
    'an ignored LocalPreferences.toml that is a link: it is named before it goes',
    LISTS,
    async () => {
      const who = await stranger({ '.gitignore': 'LocalPreferences.toml\n', 'other.toml': '' });
      await symlink('other.toml', join(who.project, 'LocalPreferences.toml'));
      assert.deepEqual((await projectOf(who)).ignored, ['Tides/LocalPreferences.toml']);
    },
  );

  attack('M2', 'a link to an ignored file: it is named before it goes', LISTS, async () => {
    const who = await stranger({ '.gitignore': 'private.*\n' });
    await write(who.project, { 'private.txt': 'x' });
    await symlink('private.txt', join(who.project, 'public.txt'));
    const { files, ignored } = await projectOf(who);
    assert.ok(!files.some(({ place }) => place === 'Tides/private.txt'));
    assert.deepEqual(ignored, ['Tides/public.txt']);
  });

  attack('M2', 'pipes in place of git’s own lists, whose end never comes', LISTS, async () => {
    const who = await stranger();
    execFileSync('rm', [join(who.project, '.git', 'info', 'exclude')]);
    for (const path of ['.git/info/exclude', '.git/commondir'])
      execFileSync('mkfifo', [join(who.project, path)]);
    const { files } = await projectOf(who, who.project, NO_GIT);
    assert.ok(files.some(({ place }) => place === 'Tides/src/Tides.jl'));
  });

  for (const name of ['.gitignore', '.juliakaggleignore'])
    attack('M2', `a pipe in place of ${name}: nothing is staged as if it said nothing`, LISTS, async () => {
      const who = await stranger();
      execFileSync('mkfifo', [join(who.project, name)]);
      const reading = projectOf(who, who.project, NO_GIT);
      await assert.rejects(reading, (error) => isUserError(error, 'unsafe-path'));
    });

  attack('M2', 'a list that is too large to be read, so that nothing is ignored', LISTS, async () => {
    const who = await stranger();
    await write(who.project, { 'private.txt': 'x', '.git/info/exclude': 'private.txt\n' });
    await truncate(join(who.project, '.git', 'info', 'exclude'), 2 ** 30);
    await assert.rejects(projectOf(who), (error) => isUserError(error, 'bundle-refused'));
  });
});
