import { execFile } from 'node:child_process';
import {
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../../test/support/world.ts';
import { type Outcome, Tally, type TortureCase } from '../case.ts';
import { Random } from '../random.ts';
import { type Changed, inWorld, type InWorldOptions } from '../support/in-world.ts';
import { live } from '../support/killed-program.ts';
import { inside, STAGES } from '../support/moments.ts';
import { checkState, endOf, type Fault, type Struck, tellOf, throughStrikes } from '../support/struck-run.ts';

const execute = promisify(execFile);

function filesCase(name: string, fault: Fault, options?: InWorldOptions): TortureCase {
  return {
    group: 'files',
    name,
    fullOnly: true,
    run: async (seed: number): Promise<Outcome> => {
      const tally = new Tally();
      await inWorld(tally, (world) => throughStrikes(world, fault, new Random(seed), tally), options);
      return tally.outcome();
    },
  };
}

const recordOf = ({ project }: World): string => join(project, '.julia-kaggle', 'record.json');

/** What a power cut, a bad disk or a version of ours that is yet to come leave. */
const SPOILINGS: Readonly<Record<string, (path: string, random: Random) => Promise<void>>> = {
  truncated: async (path, random) => truncate(path, random.below((await stat(path)).size)),
  empty: (path) => writeFile(path, ''),
  zeros: async (path) => writeFile(path, Buffer.alloc((await stat(path)).size)),
  'from a newer version': async (path) => {
    const content = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...content, format: 1_000, later: { a: 1 } }));
  },
  gone: (path) => rm(path),
};

/**
 * The program is killed inside of each stage, and the record spoiled before the next run: what Kaggle has already is
 * found there.
 */
const recordSpoiled: TortureCase = {
  group: 'files',
  name: 'the run record spoiled',
  fullOnly: true,
  run: async (seed) => {
    const tally = new Tally();
    const random = new Random(seed);
    await inWorld(tally, async (world) => {
      let what = 'nothing';
      for (const stage of [...STAGES, 'notebook', 'submit'] as const) {
        const life = world.heard(await live(world, { moment: inside(random, stage) }));
        if (!life.killed && life.code !== 0) tally.failed(`${what}, before ${stage}: ${tellOf(life)}`);
        what = random.pick(Object.keys(SPOILINGS));
        await SPOILINGS[what]?.(recordOf(world), random);
        tally.survived();
      }
      const last = world.heard(await live(world));
      if (last.code !== 0) tally.failed(`${what}: ${tellOf(last)}`);
      await checkState(world, {}, tally);
    });
    return tally.outcome();
  },
};

const configEdited: Fault = {
  when: ['before', ...STAGES],
  strike: async ({ project }, random) => {
    const file = join(project, 'JuliaKaggle.toml');
    const text = await readFile(file, 'utf8');
    const [what, edited] = random.pick([
      ['cut', text.slice(0, random.below(text.length))],
      ['empty', ''],
      ['broken', `${text}\n[run\n`],
      ['another competition', text.replace(/^competition.*$/m, 'competition = "no-such-competition"')],
      ['a comment', `${text}\n# a thought\n`],
    ] as const);
    await writeFile(file, edited);
    return { what, mend: () => writeFile(file, text) };
  },
};

const folderRenamed: Fault = {
  when: STAGES,
  strike: async ({ project }) => {
    const elsewhere = `${project} renamed`;
    await rename(project, elsewhere);
    return {
      mend: async () => {
        // What was made anew at the old place would be in the way of whoever renames it back.
        const made = await readdir(project, { recursive: true }).catch(() => []);
        if (made.length > 0) throw new Error(`made at the old place: ${made.join(', ')}`);
        await rm(project, { recursive: true, force: true });
        await rename(elsewhere, project);
      },
    };
  },
};

/** A file of the cache or the bundle, with the size it had or another one. */
const cacheSpoiled: Fault = {
  foundLate: true,
  when: ['before', 'test', 'before', 'before', 'pack', 'rehearse', 'upload', 'notebook', 'submit'],
  strike: async ({ project, environment }, random) => {
    const folders = [environment['JULIA_KAGGLE_CACHE'] ?? '', join(project, '.julia-kaggle', 'bundle')];
    const paths = (await Promise.all(folders.map(filesBelow))).flat();
    if (paths.length === 0) return undefined;
    const path = random.pick(paths);
    const { size } = await stat(path);
    const how = random.pick(['cut', 'flipped', 'flipped', 'gone'] as const);
    if (how === 'cut') await truncate(path, random.below(size + 1));
    else if (how === 'gone') await rm(path);
    else if (size > 0) await flipByte(path, random.below(size));
    return { what: `${path} ${how}` };
  },
};

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, at);
  } finally {
    await file.close();
  }
}

/** Modes do not hold the superuser back: the file system itself refuses. */
const readOnly: Fault = {
  when: ['before', 'before', ...STAGES],
  strike: async ({ project, environment, temporary }, random) => {
    const folders = [project, join(project, '.julia-kaggle'), environment['JULIA_KAGGLE_CACHE'], temporary];
    const folder = random.pick(folders) ?? temporary;
    await mkdir(folder, { recursive: true });
    await execute('mount', ['--bind', folder, folder]);
    await execute('mount', ['-o', 'remount,ro,bind', folder]);
    return { what: folder, mend: () => unmount(folder) };
  },
};

async function unmount(folder: string): Promise<void> {
  await execute('umount', ['--lazy', folder]);
}

/** One of the two is refused, or comes when the other is done. */
const secondProcess: Fault = {
  when: STAGES,
  strike: async (world, _random, args) => {
    const second = await live(world, { args });
    const end = endOf(second);
    if (end !== 'run-locked' && end !== 'went on') throw new Error(`the second one: ${tellOf(second)}`);
    return { what: end };
  },
};

/** In the package, beside its sources, in the data and the models: a folder that leads into itself, links without an end. */
const symlinkLoops: Fault = {
  until: 'rehearse',
  when: ['before', 'before', 'before', 'before'],
  strike: async ({ project, examples }, random) => {
    const places = [
      project,
      join(project, 'src'),
      join(examples, 'TideFeatures'),
      join(examples, 'TideFeatures', 'src'),
      join(examples, 'models'),
      join(examples, 'competition', 'public'),
    ];
    const folder = random.pick(places);
    const links = [
      ['loop', '.'],
      ['up', '..'],
      ['one', 'other'],
      ['other', 'one'],
      ['self', 'self'],
    ].map(([name = '', target = '']) => ({ path: join(folder, name), target }));
    for (const { path, target } of links) await symlink(target, path);
    return {
      what: folder,
      mend: async () => {
        for (const { path } of links) await rm(path, { force: true });
      },
    };
  },
};

const ODD_NAMES: readonly (string | Buffer)[] = [
  'a\nb.jl', '\nfirst', 'last\n', 'tab\there', 'bell\u0007', '\u001b[31mred', 'quote"s\'', 'back\\slash', '$(touch x)', '-rf', '--help',
  ' ', 'é', 'e\u0301', '\u202egnp.exe', 'x'.repeat(250), '*', '%s%n', Buffer.from([0x66, 0xff, 0xfe]), 'con', 'a\r', '#', '[x]',
]; // prettier-ignore

const oddNames: Fault = {
  until: 'pack',
  when: ['before', 'before', 'before', 'before', 'before', 'before'],
  strike: async ({ project, examples }, random): Promise<Struck> => {
    const folder = random.pick([
      join(project, 'src'),
      join(examples, 'TideFeatures', 'src'),
      join(project, 'data'),
    ]);
    await mkdir(folder, { recursive: true });
    const name = random.pick(ODD_NAMES);
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name as string)]);
    await writeFile(path, '# nothing\n');
    return { what: `${folder}: ${JSON.stringify(String(name))}`, mend: () => rm(path) };
  },
};

/** The project itself lies in a folder of such a name. */
async function inOddFolder(world: World): Promise<Changed> {
  const examples = join(dirname(world.examples), 'a\nb\t"c" $(touch x) \u001b[31m é');
  await cp(world.examples, examples, { recursive: true });
  return {
    world: { ...world, examples, project: join(examples, 'Inference') },
    undo: () => rm(examples, { recursive: true, force: true }),
  };
}

/** What happens to the files of a project on the way to its score. */
export const filesCases: readonly TortureCase[] = [
  recordSpoiled,
  filesCase('JuliaKaggle.toml edited during a run', configEdited),
  filesCase('the project’s folder renamed during a run', folderRenamed),
  filesCase('cached and packed files spoiled', cacheSpoiled),
  filesCase('folders that are read only', readOnly),
  filesCase('a second process on the same project', secondProcess),
  filesCase('symbolic links in loops', symlinkLoops),
  filesCase('names with newlines and control characters', oddNames, { change: inOddFolder }),
];
