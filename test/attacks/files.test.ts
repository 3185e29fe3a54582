import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe } from 'mocha';
import { pack } from 'tar-stream';
import { systemClock } from '../../src/base/abort.ts';
import { isUserError } from '../../src/base/errors.ts';
import { GuardedFolder } from '../../src/base/guarded-folder.ts';
import { sha256 } from '../../src/base/hash.ts';
import { PROCESS_SPACE } from '../../src/base/lock-folder.ts';
import { withLock } from '../../src/base/lock.ts';
import type { BundlePart, Project } from '../../src/core/artefacts.ts';
import { saveFromWorking } from '../../src/core/contract/submission/output-file.ts';
import type { RunEvent } from '../../src/core/events.ts';
import { isThere } from '../../src/core/pack/parts.ts';
import { applyChange } from '../../src/core/scaffold/staged-edits.ts';
import { prepareFolder, RunRecord } from '../../src/core/pipeline/record.ts';
import { openStage } from '../../src/core/pipeline/reporter.ts';
import { readStageLog } from '../../src/core/pipeline/stage-log.ts';
import { planScaffold, writeScaffold } from '../../src/core/scaffold/scaffold.ts';
import { writeStagedEdits } from '../../src/core/scaffold/staged-edits.ts';
import { getCompetitionData } from '../../src/core/test/competition-data.ts';
import { removingDamaged } from '../../src/core/upload/damaged.ts';
import { BlobReader } from '../../src/kaggle/blob-reader.ts';
import { aProject } from '../support/artefacts.ts';
import { keptContext } from '../support/stage-context.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NEVER = new AbortController().signal;
const OLD = 'what the user wrote';
const GUARD = 'base/guarded-folder';

/** A user's home folder with a stranger's project in it. */
interface Home {
  readonly home: string;
  readonly project: string;
  /** The file that the attack is after, outside of the project. */
  readonly victim: string;
  /** `.julia-kaggle` of the project. */
  readonly folder: string;
}

/** @param links places below the project, and where a link at each leads; a folder in `folders` is a real one. */
async function homeWith(
  links: Readonly<Record<string, string>>,
  folders: readonly string[] = [],
): Promise<Home> {
  const home = await tempFolder({
    '.bashrc': OLD,
    'Documents/letter.txt': OLD,
    'Evil/Project.toml': 'name = "Evil"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\nversion = "0.1.0"\n',
    'Evil/Manifest.toml': '[deps]\n',
    'Evil/src/Evil.jl': 'module Evil\nend\n',
    'Evil/JuliaKaggle.toml': 'competition = "evil-comp"\njulia = "1.5.3"\n',
  });
  const project = join(home, 'Evil');
  for (const each of folders) await mkdir(join(project, each), { recursive: true });
  for (const [place, target] of Object.entries(links)) {
    await mkdir(join(project, place, '..'), { recursive: true });
    await symlink(target, join(project, place));
  }
  return { home, project, victim: join(home, '.bashrc'), folder: join(project, '.julia-kaggle') };
}

/** Asserts that nothing in the home folder but the project is other than it was. */
async function untouched({ home, victim }: Home): Promise<void> {
  assert.equal(await readFile(victim, 'utf8'), OLD);
  assert.deepEqual((await readdir(home)).sort(), ['.bashrc', 'Documents', 'Evil']);
  assert.deepEqual(await readdir(join(home, 'Documents')), ['letter.txt']);
  assert.equal(await readFile(join(home, 'Documents', 'letter.txt'), 'utf8'), OLD);
}

/** Asserts that `work` is refused since a path is not safe. */
async function refused(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => isUserError(error, 'unsafe-path'));
}

async function cli(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const child = spawn('node', ['--import=tsx', 'src/cli/main.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
      JULIA_KAGGLE_CACHE: await tempFolder(),
    },
  });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number];
  return { code, said: (await said).join('\n') };
}

/** What a container's working folder gives: the output file, with what the stranger wants in the user's file. */
function workingTar(name: string): Readable {
  const archive = pack();
  archive.entry({ name: `working/${name}` }, 'touch PROOF/by-output\n');
  archive.finalize();
  return archive as unknown as Readable;
}

function saveOutput({ project, folder }: Home, stage: string, name: string): Promise<boolean> {
  return saveFromWorking(workingTar(name), name, new GuardedFolder(project), join(folder, stage, name));
}

/** A Kaggle whose competition has one data file, which writes as the real client does. */
async function download(home: Home, name: string): Promise<unknown> {
  const { context } = keptContext(
    {
      competitions: {
        listFiles: () => Promise.resolve([{ name, bytes: 5 }]),
        downloadFile: async (_slug, _file, path) => {
          await writeFile(`${path}.part`, 'touch');
          await rename(`${path}.part`, path);
        },
      },
    },
    { folder: home.folder },
  );
  return getCompetitionData(aProject({ root: home.project, competition: 'evil-comp' }), context);
}

async function logOfBuild(home: Home): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const { context } = keptContext({});
  const reporter = openStage('build', {
    ports: { ...context.ports, clock: systemClock },
    signal: NEVER,
    onEvent: (event) => events.push(event),
    folder: home.folder,
    record: await RunRecord.open(join(await tempFolder(), '.julia-kaggle')),
    project: aProject({ root: home.project }),
    checkout: 'a-checkout',
  });
  reporter.context.log('stdout', 'touch PROOF/by-log');
  await reporter.close();
  return events;
}

describe('a stranger’s project that leads to the user’s files: writing', () => {
  for (const [command, ...more] of [
    ['run', '--until', 'project'],
    ['run', '--until', 'build'],
    ['status'],
    ['history'],
  ] as const)
    attack(
      'C1',
      `.julia-kaggle is a link to the home folder: ${[command, ...more].join(' ')}`,
      GUARD,
      async () => {
        const home = await homeWith({ '.julia-kaggle': '..' });
        const { code, said } = await cli(command, home.project, ...more);
        assert.notEqual(code, 0);
        assert.match(said, /is a link/);
        await untouched(home);
      },
    );

  for (const stage of ['test', 'rehearsal', 'notebook'])
    attack(
      'C1',
      `.julia-kaggle/${stage} is a link to the home folder, and the output is .bashrc`,
      GUARD,
      async () => {
        const home = await homeWith({ [`.julia-kaggle/${stage}`]: '../..' });
        await refused(saveOutput(home, stage, '.bashrc'));
        await untouched(home);
      },
    );

  attack('C1', 'the output file in .julia-kaggle/test is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/test/submission.csv': '../../../.bashrc' });
    await refused(saveOutput(home, 'test', 'submission.csv'));
    await untouched(home);
  });

  attack('C1', 'a folder of the output file is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/test/out': '../../..' });
    await refused(saveOutput(home, 'test', 'out/.bashrc'));
    await untouched(home);
  });

  attack('C1', 'the output file is a dangling link to a new file', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/test/submission.csv': '../../../.profile' });
    await refused(saveOutput(home, 'test', 'submission.csv'));
    await untouched(home);
  });

  attack('C1', 'the output file is a hard link to the user’s file', GUARD, async () => {
    const home = await homeWith({}, ['.julia-kaggle/test']);
    await link(home.victim, join(home.folder, 'test', 'submission.csv'));
    assert.equal(await saveOutput(home, 'test', 'submission.csv'), true);
    await untouched(home);
  });

  attack('C1', '[output] file leads out by its name', 'core/project/config-values', async () => {
    const home = await homeWith({});
    await writeFile(
      join(home.project, 'JuliaKaggle.toml'),
      'competition = "x"\n[output]\nfile = "../../.bashrc"\n',
    );
    const { code, said } = await cli('run', home.project, '--until', 'project');
    assert.notEqual(code, 0);
    assert.match(said, /output\.file/);
    await untouched(home);
  });

  attack('C1', '.julia-kaggle/logs is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/logs': '../../Documents' });
    assert.equal((await logOfBuild(home)).length, 1);
    await untouched(home);
  });

  attack('C1', 'the log of a stage is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/logs/build.log': '../../../.bashrc' });
    assert.equal((await logOfBuild(home)).length, 1);
    await untouched(home);
    assert.equal(await readFile(join(home.folder, 'logs', 'build.log'), 'utf8'), 'touch PROOF/by-log\n');
  });

  attack('C1', 'record.json is a link: saving', GUARD, async () => {
    const home = await homeWith({}, ['.julia-kaggle']);
    const record = await RunRecord.open(home.folder);
    await symlink('../../.bashrc', join(home.folder, 'record.json'));
    await refused(record.begin('build'));
    await untouched(home);
  });

  attack('C1', 'the .gitignore in .julia-kaggle is a dangling link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/.gitignore': '../../.profile' });
    await prepareFolder(home.project);
    await untouched(home);
  });

  attack('C1', '.julia-kaggle is a dangling link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle': '../new' });
    await refused(prepareFolder(home.project));
    await untouched(home);
  });

  for (const [what, place, target] of [
    ['.julia-kaggle/competition', '.julia-kaggle/competition', '../..'],
    ['the folder of the competition', '.julia-kaggle/competition/evil-comp', '../../..'],
  ] as const)
    attack('C1', `${what} is a link, and a data file is named .profile`, GUARD, async () => {
      const home = await homeWith({ [place]: target });
      await refused(download(home, '.profile'));
      await untouched(home);
    });

  attack('C1', 'a data file is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/competition/evil-comp/train.csv': '../../../../.bashrc' });
    await download(home, 'train.csv');
    await untouched(home);
  });

  attack('C1', 'the unfinished part of a data file is a link', GUARD, async () => {
    const home = await homeWith({
      '.julia-kaggle/competition/evil-comp/train.csv.part': '../../../../.bashrc',
    });
    await download(home, 'train.csv');
    await untouched(home);
  });

  attack('C1', 'a folder of the data is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/competition/evil-comp/images': '../../../../Documents' });
    await refused(download(home, 'images/letter.txt'));
    await untouched(home);
  });

  for (const place of ['bundle', 'app', 'reports'])
    attack('C1', `.julia-kaggle/${place} is a link`, GUARD, async () => {
      const home = await homeWith({ [`.julia-kaggle/${place}`]: '../../Documents' });
      const { context } = keptContext({}, { folder: home.folder });
      await refused(context.files.write(join(home.folder, place, 'letter.txt'), 'ours'));
      await refused(
        context.files.save(join(home.folder, place, 'letter.txt'), Readable.from([Buffer.from('ours')])),
      );
      await untouched(home);
    });

  attack('C1', 'a packed tarball is a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/bundle/inferenceapp': '../../../.bashrc' });
    const path = join(home.folder, 'bundle', 'inferenceapp');
    await refused(new GuardedFolder(home.project).save(path, Readable.from([Buffer.from('ours')])));
    await untouched(home);
  });

  attack(
    'C1',
    'a packed tarball of the record is a link to a file of that size',
    'core/pack/parts',
    async () => {
      const home = await homeWith({ '.julia-kaggle/bundle/inferenceapp': '../../../.bashrc' });
      const path = join(home.folder, 'bundle', 'inferenceapp');
      const file = { name: 'inferenceapp', path, bytes: OLD.length, sha256: sha256(OLD) };
      const part: BundlePart = { kind: 'inferenceapp', fingerprint: 'x', files: [file] };
      assert.equal(await isThere(part), false);
    },
  );

  attack(
    'C1',
    'the tarball became a link to a file of that size before its upload',
    'kaggle/blob-reader',
    async () => {
      const home = await homeWith({ '.julia-kaggle/bundle/inferenceapp': '../../../.bashrc' });
      const path = join(home.folder, 'bundle', 'inferenceapp');
      const opening = BlobReader.open({ name: 'inferenceapp', path, bytes: OLD.length, sha256: sha256(OLD) });
      await assert.rejects(opening, (error) => isUserError(error, 'unsafe-path'));
    },
  );

  attack('C1', 'the record names the user’s file as a damaged tarball', 'core/upload/damaged', async () => {
    const home = await homeWith({}, ['.julia-kaggle']);
    const file = { name: 'inferenceapp', path: home.victim, bytes: OLD.length, sha256: 'f'.repeat(64) };
    const error = Object.assign(new Error('changed'), {
      name: 'UserError',
      code: 'file-changed',
      title: '',
      actions: [],
    });
    const sending = removingDamaged([file], { models: [] }, [new GuardedFolder(home.folder)], NEVER, () =>
      Promise.reject(error),
    );
    await assert.rejects(sending);
    await untouched(home);
  });

  attack('C1', 'the damaged tarball lies behind a link', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/bundle': '../../Documents' });
    const path = join(home.folder, 'bundle', 'letter.txt');
    const file = { name: 'inferenceapp', path, bytes: OLD.length, sha256: 'f'.repeat(64) };
    const error = Object.assign(new Error('changed'), {
      name: 'UserError',
      code: 'file-changed',
      title: '',
      actions: [],
    });
    await refused(
      removingDamaged([file], { models: [] }, [new GuardedFolder(home.folder)], NEVER, () =>
        Promise.reject(error),
      ),
    );
    await untouched(home);
  });

  attack('C1', 'JuliaKaggle.toml is a link: julia-kaggle mode', GUARD, async () => {
    const home = await homeWith({});
    await writeFile(home.victim, 'competition = "evil-comp"\n');
    const file = join(home.project, 'JuliaKaggle.toml');
    await rename(file, `${file}.away`);
    await symlink('../.bashrc', file);
    const { code } = await cli('mode', 'app', home.project);
    assert.notEqual(code, 0);
    assert.equal(await readFile(home.victim, 'utf8'), 'competition = "evil-comp"\n');
  });

  attack('C1', 'Artifacts.toml is a link: add-artifact --write', GUARD, async () => {
    const home = await homeWith({ 'Artifacts.toml': '../.bashrc' });
    const file = join(home.project, 'Artifacts.toml');
    await refused(applyChange({ file, before: OLD, after: 'ours' }));
    await untouched(home);
  });

  attack('C1', 'a file that is edited in the staged copy is a link', GUARD, async () => {
    const home = await homeWith({ 'LocalPreferences.toml': '../.bashrc' });
    const source = join(home.project, 'LocalPreferences.toml');
    const edited = { place: 'x', source, bytes: 4, sha256: '', executable: false, text: 'ours' };
    await refused(writeStagedEdits({ files: [edited] } as unknown as Project));
    await untouched(home);
  });

  attack('C1', 'a new package is made where src leads out', GUARD, async () => {
    const home = await homeWith({ 'new/src': '../../Documents' });
    const files = planScaffold({ name: 'New', competition: 'titanic', juliaVersion: '1.10.5', uuid: 'u' });
    await assert.rejects(writeScaffold(join(home.project, 'new'), files));
    await untouched(home);
  });

  attack('C1', 'a new package is made where JuliaKaggle.toml is a dangling link', GUARD, async () => {
    const home = await homeWith({ 'new/JuliaKaggle.toml': '../../.profile' });
    const files = planScaffold({ name: 'New', competition: 'titanic', juliaVersion: '1.10.5', uuid: 'u' });
    await assert.rejects(writeScaffold(join(home.project, 'new'), files));
    await untouched(home);
  });

  attack(
    'C1',
    'run.lock is a link to a folder with a file that looks like a lock of a dead process',
    'base/lock-folder',
    async () => {
      const home = await homeWith({ '.julia-kaggle/run.lock': '../../Documents' });
      const { hostname } = await import('node:os');
      const letter = join(home.home, 'Documents', 'letter.txt');
      await writeFile(letter, JSON.stringify({ host: hostname(), space: PROCESS_SPACE, pid: 2 ** 22 + 1 }));
      await withLock(join(home.folder, 'run.lock'), NEVER, () => Promise.resolve()).catch(() => undefined);
      assert.equal((await stat(letter)).isFile(), true);
      assert.deepEqual(await readdir(join(home.home, 'Documents')), ['letter.txt']);
    },
  );

  attack('C1', 'run.lock is an old link', 'base/lock-folder', async () => {
    const home = await homeWith({ '.julia-kaggle/run.lock': '../../Documents' });
    const before = await stat(join(home.home, 'Documents'));
    await withLock(join(home.folder, 'run.lock'), NEVER, () => Promise.resolve()).catch(() => undefined);
    assert.equal((await stat(join(home.home, 'Documents'))).mtimeMs, before.mtimeMs);
    await untouched(home);
  });

  attack('C1', '--out of julia-kaggle notebook has a link of the notebook’s name', GUARD, async () => {
    const home = await homeWith({ 'out/notebook.ipynb': '../../.bashrc' });
    await refused(new GuardedFolder(join(home.project, 'out')).write('notebook.ipynb', '{}'));
    await untouched(home);
  });
});

describe('a stranger’s project that leads to the user’s files: reading and removing', () => {
  attack('C1', 'the log of an earlier run is a link to a secret', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/logs/build.log': '../../../.bashrc' });
    await refused(readStageLog(home.project, 'build'));
  });

  attack('C1', 'record.json is a link: reading', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/record.json': '../../.bashrc' });
    await refused(RunRecord.open(home.folder));
  });

  attack('C1', 'record.json is a link to an endless file', GUARD, async () => {
    const home = await homeWith({ '.julia-kaggle/record.json': '/dev/zero' });
    await refused(RunRecord.open(home.folder));
  });

  attack('C1', 'record.json is a pipe that nobody writes', GUARD, async () => {
    const home = await homeWith({}, ['.julia-kaggle']);
    const made = spawn('mkfifo', [join(home.folder, 'record.json')]);
    await once(made, 'close');
    await refused(RunRecord.open(home.folder));
  });

  attack('C1', 'record.json has gigabytes', GUARD, async () => {
    const home = await homeWith({}, ['.julia-kaggle']);
    const file = join(home.folder, 'record.json');
    await writeFile(file, '');
    await truncate(file, 3e9);
    await refused(RunRecord.open(home.folder));
  });

  attack('C1', '.julia-kaggle belongs to another user', 'core/pipeline/record', async () => {
    const home = await homeWith({}, ['.julia-kaggle']);
    await chown(home.folder, 65534, 65534);
    await refused(RunRecord.open(home.folder));
    await refused(prepareFolder(home.project));
  });

  for (const [command, ...more] of [
    ['run', '--until', 'project'],
    ['run', '--dry-run'],
  ] as const)
    attack(
      'C1',
      `.julia-kaggle came with the repository: ${[command, ...more].join(' ')}`,
      'core/pipeline/read-project',
      async () => {
        const home = await homeWith({}, ['.julia-kaggle/logs']);
        await writeFile(join(home.folder, 'logs', 'build.log'), 'of the stranger');
        for (const args of [
          ['init', '-q'],
          ['add', '-f', '.julia-kaggle'],
        ])
          await once(spawn('git', args, { cwd: home.project }), 'close');
        const { code, said } = await cli(command, home.project, ...more);
        assert.notEqual(code, 0);
        assert.match(said, /git tracks .julia-kaggle/);
      },
    );

  attack('C1', '.julia-kaggle is a file', 'core/pipeline/record', async () => {
    const home = await homeWith({});
    await writeFile(home.folder, 'x');
    await refused(prepareFolder(home.project));
  });

  attack('C1', 'what is removed holds links to folders outside', GUARD, async () => {
    const home = await homeWith({
      '.julia-kaggle/bundle/a': '../../../Documents',
      '.julia-kaggle/bundle/b': '../../../.bashrc',
    });
    await new GuardedFolder(home.project).remove(join(home.folder, 'bundle'));
    assert.equal(await lstat(join(home.folder, 'bundle')).catch(() => undefined), undefined);
    await untouched(home);
  });

  for (const path of ['../.bashrc', '..', 'a/../../.bashrc', '/etc/passwd', 'a\0b'])
    attack('C1', `a path leads out by its name: ${JSON.stringify(path)}`, GUARD, async () => {
      const home = await homeWith({});
      await assert.rejects(
        async () => new GuardedFolder(home.project).write(path, 'ours'),
        (error) => isUserError(error, 'unsafe-path'),
      );
      await untouched(home);
    });
});
