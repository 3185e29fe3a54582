import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import {
  chown,
  cp,
  lchown,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { AgreedPlaces } from '../../src/base/agreed-places.ts';
import { isUserError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { ReadablePlaces } from '../../src/base/readable-places.ts';
import { stagedFiles } from '../../src/core/build/plan.ts';
import { findProjects } from '../../src/core/project/find-projects.ts';
import { readProject } from '../../src/core/project/project-stage.ts';
import { getCompetitionData, isSameData } from '../../src/core/test/competition-data.ts';
import { tarOfFiles } from '../../src/docker/tar-files.ts';
import { aProject } from '../support/artefacts.ts';
import { keptContext } from '../support/stage-context.ts';
import { inHome, PRIVATE, type Stranger, stranger, type Told } from '../support/strange-machine.ts';
import { tempFolder } from '../support/temp.ts';
import { attack } from './attack.ts';

const NOBODY = 65534;
const PLACES = 'base/readable-places';
const CREDENTIALS = 'base/private-places';
const AGREED = 'base/agreed-places';

const config = (text: string) => ({ 'JuliaKaggle.toml': `competition = "evil-comp"\n${text}\n` });
const until = (project: string, ...more: string[]) => [
  'run',
  project,
  '--until',
  'project',
  '--json',
  ...more,
];

/** It ended with this error, and told nothing of what is in the user's files. */
function assertRefused(outcome: Told, code: string, named?: string): void {
  assert.equal(outcome.error, code, outcome.output);
  assert.equal(outcome.code, 1);
  assert.ok(!outcome.output.includes(PRIVATE), outcome.output);
  if (named !== undefined) assert.ok(outcome.output.includes(named), outcome.output);
}

function assertAsked(outcome: Told, ...places: string[]): void {
  assertRefused(outcome, 'outside-project');
  assert.deepEqual(outcome.places, places.sort());
}

/** A stranger whose project names files and folders, in JuliaKaggle.toml, and has these links. */
async function naming(toml: string, links: Readonly<Record<string, string>> = {}): Promise<Stranger> {
  const it = await stranger(config(toml));
  for (const [path, target] of Object.entries(links)) await link(it, path, target);
  return it;
}

async function link({ project }: Stranger, path: string, target: string): Promise<void> {
  await rm(join(project, path), { recursive: true, force: true });
  await mkdir(join(project, path, '..'), { recursive: true });
  await symlink(target, join(project, path));
}

function pipe({ project }: Stranger, path: string): void {
  execFileSync('rm', ['-f', join(project, path)]);
  execFileSync('mkfifo', [join(project, path)]);
}

const dependency = (path: string): Record<string, string> => ({
  'Manifest.toml': [
    'julia_version = "1.10.5"\nmanifest_format = "2.0"',
    '[[deps.Sec]]',
    `path = ${JSON.stringify(path)}`,
    'uuid = "0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22"\nversion = "0.1.0"\n',
  ].join('\n'),
});
const PACKAGE = {
  '../secretpkg/Project.toml': 'name = "Sec"\nuuid = "0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22"\n',
  '../secretpkg/src/Sec.jl': `module Sec end # ${PRIVATE}\n`,
};

describe('a project that reads the user’s other files', () => {
  attack('H2', '[data] folder = "../../.ssh", by the program itself', CREDENTIALS, async () => {
    const it = await naming('[data]\nfolder = "../../.ssh"');
    assertRefused(await it.program(...until(it.project)), 'unsafe-path', join(it.home, '.ssh'));
  });

  attack(
    'H2',
    '[models] files = ["../../.aws/credentials"], by the program itself',
    CREDENTIALS,
    async () => {
      const it = await naming('[models]\nfiles = ["../../.aws/credentials"]');
      assertRefused(await it.program(...until(it.project)), 'unsafe-path', join(it.home, '.aws'));
    },
  );

  attack('H2', 'a link to /etc/shadow in a models folder, by the program itself', CREDENTIALS, async () => {
    const it = await naming('[models]\nfiles = ["m"]', { 'm/notes.bin': '/etc/shadow' });
    const outcome = await it.program(...until(it.project));
    assertRefused(outcome, 'unsafe-path', join(it.project, 'm', 'notes.bin'));
    assert.ok(outcome.output.includes('/etc/shadow'));
  });

  attack(
    'H2',
    'a path dependency in a folder beside the project, by the program itself',
    PLACES,
    async () => {
      const it = await stranger({ ...dependency('../secretpkg'), ...PACKAGE });
      assertAsked(await it.program(...until(it.project)), join(it.home, 'code', 'secretpkg'));
    },
  );

  const credentials: Readonly<Record<string, string>> = {
    'a whole folder of keys as models': '../../.gnupg',
    'a browser’s profile as models': '../../.mozilla',
    'a folder of credentials by another spelling': '../../code/../.SSH/../.ssh/',
    // Refused by their names: not even whether they are there is told.
    'another user’s keys': `${'../'.repeat(20)}home/bob/.ssh`,
    'the keys of root': `${'../'.repeat(20)}root/.ssh/id_rsa`,
    'this process’s own variables': '/proc/self/environ',
    'a device': '/dev/zero',
    'the program’s own sign-in': '../../.kaggle/credentials.json',
  };
  for (const [what, path] of Object.entries(credentials)) {
    attack('H2', what, CREDENTIALS, async () => {
      // An absolute path is no value of JuliaKaggle.toml: a link is.
      const it = path.startsWith('/')
        ? await naming('[models]\nfiles = ["m"]', { m: path })
        : await naming(`[models]\nfiles = ["${path}"]`);
      assertRefused(await it.julia(until(it.project)), 'unsafe-path');
    });
  }

  attack('H2', 'a link as the models folder', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["m"]', { m: '../../letters' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('H2', 'a link to one file in the models folder', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["m"]', { 'm/a.bin': '../../../letters/diary.txt' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters', 'diary.txt'));
  });

  attack('H2', 'a link to a link that leads out', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["m"]', { m: 'n', n: '../../letters' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('H2', 'a link as the data folder', PLACES, async () => {
    const it = await naming('[data]\nfolder = "data"', { data: '../../letters' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  const dataOf = (root: string): Promise<unknown> => {
    const { context } = keptContext({}, { folder: join(root, '.julia-kaggle') });
    return getCompetitionData(aProject({ root, dataFolder: join(root, 'data') }), context);
  };

  for (const name of ['train.csv', 'sample_submission.csv'])
    attack('H2', `a link out as ${name} in the data folder`, PLACES, async () => {
      const it = await naming('[data]\nfolder = "data"', { [`data/${name}`]: '../../../letters/diary.txt' });
      await assert.rejects(dataOf(it.project), (error) => isUserError(error, 'unsafe-path'));
    });

  attack('H2', 'a link to a folder of keys in the data folder', CREDENTIALS, async () => {
    const it = await naming('[data]\nfolder = "data"', { 'data/keys': '../../../.ssh' });
    const found = inHome(it.home, () => dataOf(it.project));
    await assert.rejects(found, (error) => isUserError(error, 'unsafe-path'));
  });

  attack(
    'H2',
    'a record of runs that says the data were elsewhere',
    'core/test/competition-data',
    async () => {
      const it = await naming('[data]\nfolder = "data"');
      const { context } = keptContext({}, { folder: join(it.project, '.julia-kaggle') });
      const project = aProject({ root: it.project, dataFolder: join(it.project, 'data') });
      const planted = { dataFolder: join(it.home, 'letters'), dataFiles: [] };
      assert.equal(await isSameData(planted, project, context), false);
    },
  );

  attack('H2', 'a path dependency on Windows’ separators', 'project/path-dependencies', async () => {
    const it = await stranger({ ...dependency('..\\secretpkg'), ...PACKAGE });
    assertRefused(await it.julia(until(it.project)), 'path-dependency-missing');
  });

  attack('H2', 'a path dependency in a folder of keys', CREDENTIALS, async () => {
    const it = await stranger(dependency('../../.ssh'));
    assertRefused(await it.julia(until(it.project)), 'unsafe-path');
  });

  attack('H2', 'a path dependency that is a link', PLACES, async () => {
    const it = await stranger({ ...dependency('dep'), ...PACKAGE });
    await link(it, 'dep', '../secretpkg');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'code', 'secretpkg'));
  });

  attack('H2', 'a source file that is a link', PLACES, async () => {
    const it = await stranger();
    await link(it, 'src/data.jl', '../../../letters/diary.txt');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters', 'diary.txt'));
  });

  attack('H2', 'a source folder that is a link', PLACES, async () => {
    const it = await stranger();
    await link(it, 'src/more', '../../../letters');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('H2', 'the whole home folder as models', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["../../../home"]');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', it.home);
  });

  attack('H2', 'all places at once: one question names them all', PLACES, async () => {
    const it = await stranger({
      ...config('[data]\nfolder = "../../letters"\n[models]\nfiles = ["../../.config/tool/data.bin"]'),
      ...dependency('../secretpkg'),
      ...PACKAGE,
    });
    const wanted = [join(it.home, 'letters'), join(it.home, '.config/tool/data.bin')];
    assertAsked(await it.julia(until(it.project)), ...wanted, join(it.home, 'code', 'secretpkg'));
  });
});

describe('cells, Manifests and settings that are links', () => {
  attack('M1', 'before.py is a link to a key, by the program itself', CREDENTIALS, async () => {
    const it = await naming('[notebook]\nbefore = "before.py"', { 'before.py': '../../.ssh/id_mine' });
    assertRefused(await it.program(...until(it.project)), 'unsafe-path', join(it.home, '.ssh'));
  });

  attack('M1', 'before.py is a link to a letter', PLACES, async () => {
    const it = await naming('[notebook]\nbefore = "before.py"', { 'before.py': '../../letters/diary.txt' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('M1', 'after.py lies in a folder that is a link', PLACES, async () => {
    const it = await naming('[notebook]\nafter = "cells/diary.txt"', { cells: '../../letters' });
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('L8', 'a link as Manifest has its target quoted, by the program itself', CREDENTIALS, async () => {
    const it = await stranger();
    await link(it, 'Manifest.toml', '../../.netrc');
    assertRefused(await it.program(...until(it.project)), 'unsafe-path', join(it.home, '.netrc'));
  });

  attack('L8', 'a link as Manifest to a letter', PLACES, async () => {
    const it = await stranger();
    await link(it, 'Manifest.toml', '../../letters/diary.txt');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('L8', 'Project.toml names a Manifest elsewhere', PLACES, async () => {
    const it = await stranger();
    const text = await readFile(join(it.project, 'Project.toml'), 'utf8');
    await it.write({ 'Project.toml': `manifest = "../../letters/diary.txt"\n${text}` });
    assertAsked(await it.julia(until(it.project)), join(it.home, 'letters', 'diary.txt'));
  });

  for (const name of ['JuliaKaggle.toml', 'Project.toml', 'LocalPreferences.toml', 'Artifacts.toml'])
    attack('L8', `${name} is a link out`, PLACES, async () => {
      const it = await stranger();
      await link(it, name, '../../letters/diary.txt');
      assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
    });

  attack('L8', 'JuliaKaggle.toml is a link to /dev/zero, by the program itself', CREDENTIALS, async () => {
    const it = await stranger();
    await link(it, 'JuliaKaggle.toml', '/dev/zero');
    assertRefused(await it.program(...until(it.project)), 'unsafe-path', '/dev/zero');
  });

  attack(
    'L8',
    'JuliaKaggle.toml is a pipe that nobody writes, by the program itself',
    'base/guarded-folder',
    async () => {
      const it = await stranger();
      pipe(it, 'JuliaKaggle.toml');
      assertRefused(await it.program(...until(it.project)), 'unsafe-path', 'JuliaKaggle.toml');
    },
  );

  for (const name of ['Project.toml', 'Manifest.toml', '.gitignore'])
    attack('L8', `${name} is a pipe`, 'base/guarded-folder', async () => {
      const it = await stranger();
      pipe(it, name);
      assertRefused(await it.julia(until(it.project)), 'unsafe-path', name);
    });

  attack('L8', 'a doctor’s look at JuliaKaggle.toml that is a pipe', 'base/guarded-folder', async () => {
    const it = await stranger();
    pipe(it, 'JuliaKaggle.toml');
    const { requirementsOf } = await import('../../src/core/doctor/examine.ts');
    assert.deepEqual(await requirementsOf(it.project, undefined), await requirementsOf(undefined, undefined));
  });

  attack('L8', 'a change of mode reads JuliaKaggle.toml through a link', PLACES, async () => {
    const it = await stranger();
    await it.write({ '../../letters/other.toml': 'competition = "mine"\n' });
    await link(it, 'JuliaKaggle.toml', '../../letters/other.toml');
    const { code, output } = await it.julia(['mode', 'app', it.project]);
    assert.equal(code, 1, output);
    assert.equal(await readFile(join(it.home, 'letters', 'other.toml'), 'utf8'), 'competition = "mine"\n');
  });

  attack('L8', 'projects are searched among pipes and endless files', 'base/guarded-folder', async () => {
    const it = await stranger();
    pipe(it, 'Project.toml');
    await mkdir(join(it.project, 'sub'));
    await link(it, 'sub/Project.toml', '/dev/zero');
    const found = await findProjects([it.project]);
    assert.deepEqual(found.map(({ folder }) => folder).sort(), [it.project, join(it.project, 'sub')]);
  });

  for (const name of ['JuliaKaggle.toml', 'Manifest.toml'])
    attack('L8', `${name} has 5 GB`, 'base/guarded-folder', async () => {
      const it = await stranger();
      await truncate(join(it.project, name), 5e9);
      assertRefused(await it.julia(until(it.project)), 'unsafe-path', name);
    });

  attack('H2', 'an ignore file is a link to a key', CREDENTIALS, async () => {
    const it = await stranger();
    await link(it, '.gitignore', '../../.ssh/id_mine');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path');
  });

  attack('H2', 'a workspace above brings its Manifest', PLACES, async () => {
    const it = await stranger({
      '../Project.toml': '[workspace]\nprojects = ["evil"]\n',
      '../Manifest.toml': `# ${PRIVATE}\njulia_version = "1.12.1"\nmanifest_format = "2.0"\n[deps]\n`,
    });
    assertAsked(await it.julia(until(it.project)), join(it.home, 'code'));
  });

  attack('H2', 'a workspace of the project’s own names a folder of keys as member', CREDENTIALS, async () => {
    const it = await stranger({
      'Project.toml': '[workspace]\nprojects = ["inner", "../../.ssh"]\n',
      'Manifest.toml': 'julia_version = "1.12.1"\nmanifest_format = "2.0"\n[deps]\n',
      'inner/Project.toml': 'name = "Evil"\nuuid = "7f1c1b0e-2a6f-4a52-9a86-0f5d8f2a4b11"\n',
      'inner/JuliaKaggle.toml': 'competition = "evil-comp"\n',
      '.git/HEAD': '',
    });
    assertRefused(await it.julia(until(join(it.project, 'inner'))), 'unsafe-path', join(it.home, '.ssh'));
  });
});

describe('what counts as the git work tree', () => {
  attack('H2', 'a home folder that is a git work tree', PLACES, async () => {
    const it = await stranger({ ...dependency('../secretpkg'), ...PACKAGE });
    await mkdir(join(it.home, '.git'));
    assertAsked(await it.julia(until(it.project)), join(it.home, 'code', 'secretpkg'));
  });

  attack('H2', 'a .git that another user put into a folder of all', PLACES, async () => {
    const it = await stranger({ ...dependency('../secretpkg'), ...PACKAGE });
    const mark = join(it.home, 'code', '.git');
    await mkdir(mark);
    // A user without rights cannot even try.
    if (process.getuid?.() === 0) await chown(mark, NOBODY, NOBODY);
    else await rm(mark, { recursive: true });
    assertAsked(await it.julia(until(it.project)), join(it.home, 'code', 'secretpkg'));
  });

  it('an honest work tree is read without a question, links in it too', async () => {
    const it = await stranger({
      ...config('[data]\nfolder = "../data"\n[models]\nfiles = ["../m"]\n[notebook]\nbefore = "b.py"'),
      ...dependency('../secretpkg'),
      ...PACKAGE,
      '../data/train.csv': 'id\n',
      '../m/a.bin': 'a',
      '../shared/b.py': 'print()\n',
    });
    await mkdir(join(it.home, 'code', '.git'));
    await link(it, 'b.py', '../shared/b.py');
    const asked: string[] = [];
    const { code, output } = await it.julia(['run', it.project, '--until', 'project'], (question) => {
      asked.push(question);
      return true;
    });
    assert.equal(code, 0, output);
    assert.deepEqual(asked, []);
  });
});

describe('files that are swapped after the look', () => {
  /** A project that was read, with one source file and one model. */
  async function readOnce() {
    const it = await naming('[models]\nfiles = ["m/a.bin"]');
    await it.write({ 'm/a.bin': 'model', 'src/sub/part.jl': 'x = 1 # of the project\n' });
    const signal = new AbortController().signal;
    const project = await readProject(it.project, {
      environment: {},
      resolveJulia: () => Promise.reject(new Error('exact')),
      signal,
    });
    const file = stagedFiles(project).filter(({ path }) => path.endsWith('part.jl'));
    return { it, project, file };
  }

  async function assertNothingSent(files: Parameters<typeof tarOfFiles>[0], code: string): Promise<void> {
    const sent: Buffer[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of tarOfFiles(files)) sent.push(chunk as Buffer);
    };
    await assert.rejects(read(), (error) => isUserError(error, code as 'file-changed'));
    assert.ok(!Buffer.concat(sent).includes(PRIVATE));
  }

  attack('H2', 'a source file becomes a link before it is sent', 'docker/tar-files', async () => {
    const { it, file } = await readOnce();
    await link(it, 'src/sub/part.jl', join(it.home, 'letters', 'diary.txt'));
    await assertNothingSent(file, 'unsafe-path');
  });

  attack('H2', 'its folder becomes a link before it is sent', 'docker/tar-files', async () => {
    const { it, file } = await readOnce();
    await cp(join(it.home, 'letters', 'diary.txt'), join(it.home, 'letters', 'part.jl'));
    await link(it, 'src/sub', join(it.home, 'letters'));
    await assertNothingSent(file, 'file-changed');
  });

  attack('H2', 'its folder above becomes a link to one of the same names', 'docker/tar-files', async () => {
    const { it, file } = await readOnce();
    await it.write({ '../other/sub/part.jl': PRIVATE });
    await link(it, 'src', '../other');
    await assertNothingSent(file, 'file-changed');
  });

  attack('H2', 'it becomes a pipe before it is sent', 'docker/tar-files', async () => {
    const { it, file } = await readOnce();
    pipe(it, 'src/sub/part.jl');
    await assertNothingSent(file, 'unsafe-path');
  });

  attack(
    'H2',
    'a data file without a hash becomes a link to a file of its size',
    'docker/tar-files',
    async () => {
      const it = await naming('[data]\nfolder = "data"');
      await it.write({ 'data/train.csv': 'x'.repeat(PRIVATE.length) });
      const file = { file: join(it.project, 'data', 'train.csv'), isReal: true, bytes: PRIVATE.length };
      await link(it, 'data', join(it.home, 'letters'));
      await rename(join(it.home, 'letters', 'diary.txt'), join(it.home, 'letters', 'train.csv'));
      await assertNothingSent([{ path: 'train.csv', from: file }], 'file-changed');
    },
  );

  it('a file that stayed what it was is sent', async () => {
    const { file, project } = await readOnce();
    assert.ok((await buffer(tarOfFiles(file))).includes('of the project'));
    assert.equal(project.models[0]?.sha256, sha256('model'));
  });

  attack('H2', 'a file becomes a link between the look and the reading', 'base/guarded-folder', async () => {
    const it = await stranger();
    const places = await ReadablePlaces.around(it.project);
    const found = await places.find(join(it.project, 'src', 'Evil.jl'));
    await link(it, 'src/Evil.jl', join(it.home, 'letters', 'diary.txt'));
    assert.ok(found !== undefined);
    await assert.rejects(found.guard.readText(found.real), (error) => isUserError(error, 'unsafe-path'));
  });

  attack(
    'H2',
    'a folder becomes a link between the look and the reading',
    'base/guarded-folder',
    async () => {
      const it = await stranger();
      const places = await ReadablePlaces.around(it.project);
      const found = await places.find(join(it.project, 'src', 'Evil.jl'));
      await writeFile(join(it.home, 'letters', 'Evil.jl'), PRIVATE);
      await link(it, 'src', join(it.home, 'letters'));
      assert.ok(found !== undefined);
      await assert.rejects(found.guard.readText(found.real), (error) => isUserError(error, 'unsafe-path'));
    },
  );
});

describe('what the user agreed to', () => {
  const LETTERS = '[models]\nfiles = ["../../letters"]';

  attack('H2', '--yes is taken for an agreement, by the program itself', 'cli/allow-outside', async () => {
    const it = await naming(LETTERS);
    assertAsked(await it.program(...until(it.project, '--yes')), join(it.home, 'letters'));
  });

  attack('H2', '--yes at a terminal is taken for an agreement', 'cli/allow-outside', async () => {
    const it = await naming(LETTERS);
    const asked: string[] = [];
    const say = (question: string): boolean => asked.push(question) > 0;
    const { code } = await it.julia(['run', it.project, '--until', 'project', '--yes'], say);
    assert.deepEqual([code, asked], [1, []]);
  });

  attack('H2', '--json at a terminal is taken for an agreement', 'cli/allow-outside', async () => {
    const it = await naming(LETTERS);
    assertAsked(await it.julia(until(it.project), () => true), join(it.home, 'letters'));
  });

  it('is asked at the terminal, once, and kept', async () => {
    const it = await naming(LETTERS);
    const asked: string[] = [];
    const say = (question: string): boolean => asked.push(question) > 0;
    assert.equal((await it.julia(['run', it.project, '--until', 'project'], say)).code, 0);
    assert.equal(asked.length, 1);
    assert.ok(asked[0]?.includes(join(it.home, 'letters')));
    assert.equal((await it.julia(until(it.project, '--yes'))).code, 0);
    assert.equal((await it.julia(['run', it.project, '--until', 'project'], say)).code, 0);
    assert.equal(asked.length, 1);
  });

  it('is given by --allow-outside, and kept, and by every command that reads a project', async () => {
    const it = await naming(LETTERS);
    const letters = join(it.home, 'letters');
    assert.equal((await it.julia(until(it.project, '--allow-outside', letters))).code, 0);
    assert.equal((await it.julia(until(it.project))).code, 0);
    for (const command of ['pin-cuda', 'status', 'history']) {
      const other = await naming(LETTERS);
      const place = ['--allow-outside', join(other.home, 'letters')];
      await mkdir(join(other.project, '.julia-kaggle'));
      const { code, output } = await other.julia([command, other.project, ...place]);
      assert.equal(code, 0, output);
      assert.equal((await other.julia(until(other.project))).code, 0);
    }
  });

  attack('H2', 'a no is forgotten', 'core/pipeline/read-project', async () => {
    const it = await naming(LETTERS);
    assert.equal((await it.julia(['run', it.project, '--until', 'project'], () => false)).code, 1);
    assertAsked(await it.julia(until(it.project)), join(it.home, 'letters'));
  });

  attack('H2', 'the agreement of another project', AGREED, async () => {
    const [it, other] = [await naming(LETTERS), await naming(LETTERS)];
    const letters = join(it.home, 'letters');
    const agreed = new AgreedPlaces(join(it.cache, 'agreed-places.json'));
    await agreed.agree(other.project, [letters]);
    await agreed.agree(join(it.home, 'code'), [letters]);
    assertAsked(await it.julia(until(it.project)), letters);
  });

  const planted = (project: string, place: string): string =>
    JSON.stringify({ format: 1, projects: { [project]: [place] } });

  attack('H2', 'an agreement that comes with the project', AGREED, async () => {
    const it = await naming(LETTERS);
    const letters = join(it.home, 'letters');
    const text = planted(it.project, letters);
    const names = ['agreed-places.json', '.julia-kaggle/agreed-places.json', '.cache/agreed-places.json'];
    await it.write(Object.fromEntries(names.map((name) => [name, text])));
    assertAsked(await it.julia(until(it.project)), letters);
  });

  attack('H2', 'an agreement in a cache that lies in the project', AGREED, async () => {
    const it = await naming(LETTERS);
    const letters = join(it.home, 'letters');
    await it.write({ 'cache/agreed-places.json': planted(it.project, letters) });
    const agreed = new AgreedPlaces(join(it.project, 'cache', 'agreed-places.json'));
    assert.deepEqual(await agreed.of(it.project), []);
  });

  attack('H2', 'an agreement that is a link to one in the project', AGREED, async () => {
    const it = await naming(LETTERS);
    const letters = join(it.home, 'letters');
    await it.write({ 'mine.json': planted(it.project, letters) });
    await mkdir(it.cache, { recursive: true });
    await symlink(join(it.project, 'mine.json'), join(it.cache, 'agreed-places.json'));
    assertAsked(await it.julia(until(it.project)), letters);
  });

  attack('H2', 'an agreement that another user wrote', AGREED, async () => {
    const it = await naming(LETTERS);
    const letters = join(it.home, 'letters');
    const file = join(it.cache, 'agreed-places.json');
    await mkdir(it.cache, { recursive: true });
    await writeFile(file, planted(it.project, letters));
    if (process.getuid?.() === 0) await lchown(file, NOBODY, NOBODY);
    else await rm(file);
    assertAsked(await it.julia(until(it.project)), letters);
  });

  attack('H2', 'an agreement to credentials, written by hand', CREDENTIALS, async () => {
    const it = await naming('[models]\nfiles = ["../../.aws"]');
    for (const place of [join(it.home, '.aws'), it.home, '/']) {
      await new AgreedPlaces(join(it.cache, 'agreed-places.json')).agree(it.project, [place]);
      assertRefused(await it.julia(until(it.project)), 'unsafe-path');
    }
  });

  attack('H2', 'credentials in a folder that was agreed to', CREDENTIALS, async () => {
    const it = await naming('[models]\nfiles = ["../../.config"]');
    const outcome = await it.julia(until(it.project, '--allow-outside', join(it.home, '.config')));
    assertRefused(outcome, 'unsafe-path', join(it.home, '.config', 'gcloud'));
  });

  attack('H2', 'a link out of a folder that was agreed to', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["../../letters"]');
    await it.write({ '../../elsewhere/x': PRIVATE });
    await link(it, '../../letters/x', '../elsewhere/x');
    const outcome = await it.julia(until(it.project, '--allow-outside', join(it.home, 'letters')));
    assertRefused(outcome, 'unsafe-path', join(it.home, 'elsewhere', 'x'));
  });

  attack('H2', 'a further place after the agreement', PLACES, async () => {
    const it = await naming(LETTERS);
    assert.equal((await it.julia(until(it.project, '--allow-outside', join(it.home, 'letters')))).code, 0);
    await it.write({ ...config('[models]\nfiles = ["../../letters", "../../.config/tool"]') });
    assertAsked(await it.julia(until(it.project)), join(it.home, '.config', 'tool'));
  });

  attack('H2', 'a place that was agreed to becomes a link to another', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["../../given"]');
    await it.write({ '../../given/a.bin': 'a' });
    const given = join(it.home, 'given');
    assert.equal((await it.julia(until(it.project, '--allow-outside', given))).code, 0);
    await link(it, '../../given', 'letters');
    assertRefused(await it.julia(until(it.project)), 'unsafe-path', join(it.home, 'letters'));
  });

  attack('H2', 'a harmless name for another place: the real path is named', PLACES, async () => {
    const it = await naming('[models]\nfiles = ["../weights"]');
    await symlink(join(it.home, 'letters'), join(it.home, 'code', 'weights'));
    assertAsked(await it.julia(until(it.project)), await realpath(join(it.home, 'letters')));
  });

  for (const [what, place] of Object.entries({
    'a folder of keys': '.ssh',
    'the home folder': '.',
    'the folder of all home folders': '..',
  }))
    attack('H2', `--allow-outside ${what}`, CREDENTIALS, async () => {
      const it = await naming(LETTERS);
      const outcome = await it.julia(until(it.project, '--allow-outside', join(it.home, place)));
      assertRefused(outcome, 'unsafe-path');
      assertAsked(await it.julia(until(it.project)), join(it.home, 'letters'));
    });

  attack('H2', '--allow-outside a link to a folder of keys', CREDENTIALS, async () => {
    const it = await naming(LETTERS);
    await symlink(join(it.home, '.ssh'), join(it.home, 'nice'));
    assertRefused(await it.julia(until(it.project, '--allow-outside', join(it.home, 'nice'))), 'unsafe-path');
  });

  attack('M4', 'a name that repaints the question', 'cli/allow-outside', async () => {
    const name = 'x\u001b[2K\u202ey';
    const it = await naming(`[models]\nfiles = [${JSON.stringify(`../${name}`)}]`);
    await mkdir(join(it.home, 'code', name));
    const asked: string[] = [];
    await it.julia(['run', it.project, '--until', 'project'], (question) => asked.push(question) === 0);
    assert.equal(asked.length, 1);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(asked[0] ?? '', /[\u001b\u202e]/);
  });

  attack('L3', 'a name that is a command in the remedy', PLACES, async () => {
    const name = 'x"; touch owned; "';
    const it = await naming(`[models]\nfiles = [${JSON.stringify(`../${name}`)}]`);
    await mkdir(join(it.home, 'code', name));
    const { output } = await it.julia(until(it.project));
    const [line = ''] = output.split('\n').filter((one) => one.includes('"outside-project"'));
    const { error } = JSON.parse(line) as { error: { actions: { title: string }[] } };
    assert.ok(!error.actions.some(({ title }) => title.includes('touch')), output);
  });

  it('holds for a process even where nothing can be kept', async () => {
    const file = join(await tempFolder({ cache: 'no folder' }), 'cache', 'agreed-places.json');
    const agreed = new AgreedPlaces(file);
    await agreed.agree('/p', ['/q']);
    assert.deepEqual(await agreed.of('/p'), ['/q']);
    assert.deepEqual(await new AgreedPlaces(file).of('/p'), []);
  });
});
