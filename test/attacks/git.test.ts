import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { readGitState } from '../../src/core/project/git-state.ts';
import { cli, git, plant, type Stranger, stranger, wasRun, write } from '../support/stranger.ts';
import { attack } from './attack.ts';

const GIT_STATE = 'core/project/git-state';
const never = new AbortController().signal;

const stateOf = ({ project, environment }: Stranger, folder = project) =>
  readGitState(folder, environment, never);

/** The repository says that a remote has the objects that are missing: those of its last commit's folder. */
async function makePartial(who: Stranger, settings: string): Promise<void> {
  const tree = git(who.project, 'rev-parse', 'HEAD^{tree}');
  await rm(join(who.project, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
  await writeFile(join(who.project, '.git', 'config'), PARTIAL + settings);
}

/** Of the same length as before: git has to read it to see that it differs. */
const CHANGED = 'module Tidal end\n';

/** Nothing of the stranger's was run, and git as it is would have run it: the attack is a real one. */
async function assertHeld(who: Stranger, folder = who.project): Promise<void> {
  assert.equal(await wasRun(who), false);
  spawnSync('git', ['status'], { cwd: folder, env: who.environment });
  assert.equal(await wasRun(who), true, 'the attack is none');
}

const PARTIAL = `[core]
	repositoryformatversion = 1
[extensions]
	partialClone = origin
[remote "origin"]
	promisor = true
`;

/** Ways in which git fetches what is missing, each of which names a program; by what the repository's settings say. */
const TRANSPORTS: Readonly<Record<string, (who: Stranger) => string>> = {
  'an ssh remote and core.sshCommand': ({ mark }) =>
    `\turl = ssh://nobody@127.0.0.1/x\n[core]\n\tsshCommand = "touch ${mark}; false"\n`,
  'a local remote and its uploadpack': ({ mark, project }) =>
    `\turl = ${project}\n\tuploadpack = "touch ${mark}; false"\n`,
};

const OTHER_TRANSPORTS: typeof TRANSPORTS = {
  'an ext:: remote that the settings allow': ({ mark }) =>
    `\turl = "ext::sh -c touch% ${mark}"\n[protocol "ext"]\n\tallow = always\n`,
  'url.insteadOf that makes an ext:: remote': ({ mark }) =>
    `\turl = safe://x\n[url "ext::sh -c touch% ${mark}% "]\n\tinsteadOf = safe://\n[protocol]\n\tallow = always\n`,
  'a remote helper by remote.vcs': ({ mark }) =>
    `\turl = "sh -c touch% ${mark}"\n\tvcs = ext\n[protocol]\n\tallow = always\n`,
  'git:// and core.gitProxy': ({ root }) =>
    `\turl = git://127.0.0.1:1/x\n[core]\n\tgitProxy = ${join(root, 'evil')}\n`,
  'settings of an included file': ({ root }) => `[include]\n\tpath = ${join(root, 'included')}\n`,
  'settings included for this work tree only': ({ root, project }) =>
    `[includeIf "gitdir:${project}/"]\n\tpath = ${join(root, 'included')}\n`,
};

describe('attacks by the settings of a git repository', function () {
  this.timeout(60_000);

  for (const [way, settings] of Object.entries(TRANSPORTS))
    for (const args of [['status'], ['history'], ['run', '--dry-run'], ['run', '--until', 'project']])
      attack('H1', `${way}, at julia-kaggle ${args.join(' ')}`, GIT_STATE, async () => {
        const who = await stranger();
        const [command = '', ...rest] = args;
        // The first two have nothing to say before there was a run.
        await mkdir(join(who.project, '.julia-kaggle'));
        await makePartial(who, settings(who));
        const printed = await cli(who, [command, who.project, ...rest]);
        assert.match(printed, /project|Tides|submission/);
        await assertHeld(who);
      });

  for (const [way, settings] of Object.entries(OTHER_TRANSPORTS))
    attack('H1', way, GIT_STATE, async () => {
      const who = await stranger();
      const included = `[remote "origin"]\n\turl = ${who.project}\n\tuploadpack = "touch ${who.mark}; false"\n`;
      await write(who.root, { included });
      await plant(who, join(who.root, 'evil'));
      await makePartial(who, settings(who));
      await stateOf(who);
      await assertHeld(who);
    });

  attack(
    'H1',
    'a server that asks for a password, and credential.helper and core.askPass',
    GIT_STATE,
    async () => {
      const who = await stranger();
      let asked = 0;
      const server = createServer((_, response) => {
        asked += 1;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const evil = await plant(who, join(who.root, 'evil'));
      const url = `\turl = http://127.0.0.1:${port}/x\n`;
      await makePartial(who, `${url}[credential]\n\thelper = "!${evil}"\n[core]\n\taskPass = ${evil}\n`);
      await stateOf(who);
      server.close();
      assert.deepEqual([asked, await wasRun(who)], [0, false]);
    },
  );

  attack('H1', 'settings of one work tree (config.worktree)', GIT_STATE, async () => {
    const who = await stranger();
    await makePartial(who, '[extensions]\n\tworktreeConfig = true\n');
    const url = `[remote "origin"]\n\turl = ${who.project}\n`;
    await write(who.project, { '.git/config.worktree': `${url}\tuploadpack = "touch ${who.mark}; false"\n` });
    await stateOf(who);
    await assertHeld(who);
  });

  attack('H1', 'a .git file that leads to a git folder elsewhere in the project', GIT_STATE, async () => {
    const who = await stranger();
    await makePartial(who, TRANSPORTS['a local remote and its uploadpack']?.(who) ?? '');
    await rename(join(who.project, '.git'), join(who.project, 'docs'));
    await write(who.project, { '.git': 'gitdir: docs\n' });
    await stateOf(who);
    await assertHeld(who);
  });

  attack('H1', 'a linked work tree whose common folder is elsewhere in the project', GIT_STATE, async () => {
    const who = await stranger();
    await makePartial(who, TRANSPORTS['an ssh remote and core.sshCommand']?.(who) ?? '');
    await rename(join(who.project, '.git'), join(who.project, 'docs'));
    const index = await readFile(join(who.project, 'docs', 'index'));
    const head = await readFile(join(who.project, 'docs', 'HEAD'), 'utf8');
    await write(who.project, { '.git/HEAD': head, '.git/commondir': '../docs\n' });
    await writeFile(join(who.project, '.git', 'index'), index);
    await stateOf(who);
    await assertHeld(who);
  });

  attack(
    'git',
    "a user's own filter that goes by the repository's settings, as Git LFS does",
    GIT_STATE,
    async () => {
      const who = await stranger({ '.gitattributes': '* filter=large\n' });
      const own = await plant(who, join(who.root, 'large'), 'bash -c "$(git config large.extension)"; cat');
      await write(who.home, { '.gitconfig': `[filter "large"]\n\tclean = ${own}\n` });
      git(who.project, 'config', 'large.extension', `touch ${who.mark}`);
      await write(who.project, { 'src/Tides.jl': CHANGED });
      assert.equal((await stateOf(who))?.dirty, true);
      await assertHeld(who);
    },
  );

  attack('git', 'a pipe among the settings that never ends', GIT_STATE, async () => {
    const who = await stranger();
    execFileSync('mkfifo', [join(who.root, 'pipe')]);
    git(who.project, 'config', 'include.path', join(who.root, 'pipe'));
    assert.equal(await stateOf(who), undefined);
  });

  attack('git', 'core.worktree at a folder that is none of its own', GIT_STATE, async () => {
    const who = await stranger();
    git(who.project, 'config', 'core.worktree', who.root);
    assert.equal(await stateOf(who), undefined);
  });

  for (const [setting, name] of [
    ['core.fsmonitor', 'a file system monitor'],
    ['filter.large.clean', 'a filter'],
    ['filter.a.b.c.clean', 'a filter with a dotted name'],
    ['filter.large.process', 'a filter process'],
  ] as const)
    attack('git', `${name} (${setting})`, GIT_STATE, async () => {
      const filter = setting.includes('a.b.c') ? 'a.b.c' : 'large';
      const who = await stranger({ '.gitattributes': `* filter=${filter}\n` });
      const evil = await plant(who, join(who.root, 'evil'));
      git(who.project, 'config', setting, evil);
      await write(who.project, { 'src/Tides.jl': CHANGED });
      assert.equal((await stateOf(who))?.dirty, true);
      await assertHeld(who);
    });

  attack('git', 'a filter process that an included file names and requires', GIT_STATE, async () => {
    const who = await stranger({ '.gitattributes': '* filter=large\n' });
    const evil = await plant(who, join(who.root, 'evil'));
    const settings = `[filter "large"]\n\tprocess = ${evil}\n\trequired = true\n`;
    await write(who.project, { '.git/more': settings, 'src/Tides.jl': CHANGED });
    git(who.project, 'config', 'include.path', 'more');
    assert.equal((await stateOf(who))?.dirty, true);
    await assertHeld(who);
  });

  for (const place of ['.git/hooks', 'hooks'])
    attack('git', `a hook for a changed index, in ${place}`, GIT_STATE, async () => {
      const who = await stranger();
      for (const hook of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman', 'pre-auto-gc'])
        await plant(who, join(who.project, place, hook));
      if (place === 'hooks') git(who.project, 'config', 'core.hooksPath', join(who.project, place));
      await write(who.project, { 'src/Tides.jl': 'module Tides end\n' });
      assert.notEqual(await stateOf(who), undefined);
      await assertHeld(who);
    });

  attack('git', 'a bare repository in a folder of the project that is opened', GIT_STATE, async () => {
    const who = await stranger();
    const bare = join(who.project, 'data.git');
    git(who.project, 'init', '--quiet', '--bare', bare);
    git(who.project, `--git-dir=${bare}`, '--work-tree=.', 'add', 'src');
    const evil = await plant(who, join(who.root, 'evil'));
    for (const [name, value] of [
      ['core.bare', 'false'],
      ['core.worktree', '..'],
      ['core.fsmonitor', evil],
    ] as const)
      git(bare, 'config', name, value);
    await stateOf(who, bare);
    await assertHeld(who, bare);
  });

  attack('git', 'a nested repository with a monitor and a filter', GIT_STATE, async () => {
    const who = await stranger();
    const nested = join(who.project, 'lib');
    await write(nested, { a: 'a', '.gitattributes': '* filter=large\n' });
    git(nested, 'init', '--quiet');
    git(nested, 'add', 'a');
    git(nested, 'commit', '--quiet', '--message', 'x');
    git(who.project, 'add', 'lib');
    const evil = await plant(who, join(who.root, 'evil'));
    git(nested, 'config', 'core.fsmonitor', evil);
    git(nested, 'config', 'filter.large.clean', evil);
    await write(nested, { a: 'b' });
    assert.equal((await stateOf(who))?.dirty, true);
    await assertHeld(who);
  });
});
