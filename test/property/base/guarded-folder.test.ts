import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { messageOf } from '../../../src/base/errors.ts';
import { makeFolder } from '../../../src/base/files.ts';
import { GuardedFolder } from '../../../src/base/guarded-folder.ts';
import { withTempFolder } from '../../support/temp.ts';

const SECRET = 'what lies outside';
const NAMES = ['a', 'b', 'c'] as const;

const name = fc.constantFrom(...NAMES);
const way = fc.array(name, { minLength: 1, maxLength: 4 });

/** What a stranger puts at a path: a file, a folder, a link to inside, outside or nowhere. */
const KINDS = ['file', 'folder', 'to outside', 'to outside file', 'to root', 'upwards', 'broken'] as const;
interface Thing {
  readonly at: readonly string[];
  readonly kind: (typeof KINDS)[number];
}
const thing: fc.Arbitrary<Thing> = fc.record({ at: way, kind: fc.constantFrom(...KINDS) });

const CALLS = [
  'read',
  'write',
  'save',
  'create',
  'createNew',
  'makeFolder',
  'remove',
  'rename',
  'lend',
  'list',
  'open',
] as const;
interface Call {
  readonly at: readonly string[];
  readonly does: (typeof CALLS)[number];
}
const call: fc.Arbitrary<Call> = fc.record({ at: way, does: fc.constantFrom(...CALLS) });

async function plant(root: string, outside: string, { at, kind }: Thing): Promise<void> {
  const path = join(root, ...at);
  await makeFolder(dirname(path));
  if (kind === 'file') return writeFile(path, 'inside');
  if (kind === 'folder') return makeFolder(path);
  const target = {
    'to outside': outside,
    'to outside file': join(outside, 'a'),
    'to root': root,
    upwards: '../..',
    broken: join(outside, 'new'),
  }[kind];
  await symlink(target, path);
}

async function done(work: Promise<unknown>): Promise<string> {
  await work;
  return '';
}

const ACTS: Readonly<Record<Call['does'], (guard: GuardedFolder, path: string) => Promise<string>>> = {
  read: async (guard, path) => (await guard.readText(path)) ?? '',
  write: (guard, path) => done(guard.write(path, 'ours')),
  save: (guard, path) => done(guard.save(path, Readable.from([Buffer.from('ours')]))),
  create: async (guard, path) => {
    const handle = await guard.create(path);
    await handle.writeFile('ours');
    return done(handle.close());
  },
  createNew: (guard, path) => done(guard.createNew(path, 'ours')),
  makeFolder: (guard, path) => done(guard.makeFolder(path)),
  remove: (guard, path) => done(guard.remove(path)),
  rename: (guard, path) => done(guard.rename(path, 'c')),
  lend: (guard, path) => guard.lend(path, (safe) => done(writeFile(`${safe}.part`, 'ours'))),
  list: async (guard, path) => ((await guard.list(path)) ?? []).map(({ name: each }) => each).join(),
  open: async (guard, path) => {
    const handle = await guard.open(path);
    const text = (await handle?.readFile('utf8')) ?? '';
    await handle?.close();
    return text;
  },
};

function act(guard: GuardedFolder, { at, does }: Call): Promise<string> {
  return ACTS[does](guard, at.join('/'));
}

/** Everything outside, as one text: names, contents and links. */
async function outsideIs(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const texts = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return `${entry.name}/(${await outsideIs(path)})`;
    return `${entry.name}: ${await (entry.isSymbolicLink() ? readlink(path) : readFile(path, 'utf8'))}`;
  });
  return (await Promise.all(texts)).sort().join();
}

async function world(use: (root: string, outside: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (folder) => {
    const [root, outside] = [join(folder, 'project'), join(folder, 'home')];
    await mkdir(root);
    for (const inner of ['a', 'b/a', 'b/b/c', 'c/c']) {
      await mkdir(join(outside, inner, '..'), { recursive: true });
      await writeFile(join(outside, inner), SECRET);
    }
    await use(root, outside);
  });
}

describe('a guarded folder', () => {
  it('touches nothing outside, whatever tree a stranger made', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(thing, { maxLength: 8 }),
        fc.array(call, { maxLength: 8 }),
        async (things, calls) => {
          await world(async (root, outside) => {
            for (const each of things) await plant(root, outside, each).catch(() => undefined);
            const before = await outsideIs(outside);
            const guard = new GuardedFolder(root);
            for (const each of calls) {
              const text = await act(guard, each).catch(messageOf);
              assert.ok(!text.includes(SECRET), `${each.does} ${each.at.join('/')} read what lies outside`);
            }
            assert.equal(await outsideIs(outside), before);
          });
        },
      ),
      { numRuns: 200 },
    ));

  it('touches nothing outside while folders are swapped for links', () =>
    fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 30 }), async (calls) => {
        await world(async (root, outside) => {
          await mkdir(join(root, 'a', 'b', 'c'), { recursive: true });
          await mkdir(join(root, 'b', 'a'), { recursive: true });
          const before = await outsideIs(outside);
          const state = { ended: false };
          const swapping = (async () => {
            for (let turn = 0; !state.ended; turn += 1) {
              const path = join(root, turn % 2 === 0 ? 'a' : 'b');
              await rename(path, `${path}-away`).catch(() => undefined);
              await symlink(outside, path).catch(() => undefined);
              await new Promise(setImmediate);
              if ((await readlink(path).catch(() => '')) === outside)
                await unlink(path).catch(() => undefined);
              await rename(`${path}-away`, path).catch(() => undefined);
              await rm(`${path}-away`, { recursive: true, force: true }).catch(() => undefined);
            }
          })();
          const guard = new GuardedFolder(root);
          try {
            await Promise.all(
              calls.map(async (each) => {
                const text = await act(guard, each).catch(messageOf);
                assert.ok(!text.includes(SECRET), `${each.does} ${each.at.join('/')} read what lies outside`);
              }),
            );
          } finally {
            state.ended = true;
            await swapping;
          }
          assert.equal(await outsideIs(outside), before);
        });
      }),
      { numRuns: 40 },
    ));
});
