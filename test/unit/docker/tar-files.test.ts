import assert from 'node:assert/strict';
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isUserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import type { Container } from '../../../src/docker/engine.ts';
import { ensureFilledVolume } from '../../../src/docker/filled-volume.ts';
import { type TarFile, tarOfFiles } from '../../../src/docker/tar-files.ts';
import { playedEngine } from '../../support/played-engine.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;
const CONTENT = 'weights of a model';

/** A file that was looked at, and then came to hold something else; undefined: was removed. */
async function fileThatBecame(content: string | undefined): Promise<TarFile> {
  const file = join(await tempFolder({ model: CONTENT }), 'model');
  if (content === undefined) await rm(file);
  else await writeFile(file, content);
  return { path: 'model', from: { file, bytes: CONTENT.length, sha256: sha256(CONTENT) } };
}

describe('a tar of files', () => {
  it('holds the files that were announced', async () => {
    const tar = await buffer(tarOfFiles([await fileThatBecame(CONTENT), { path: 'a', from: { text: 'b' } }]));
    assert.ok(tar.includes(CONTENT));
  });

  const changes: Readonly<Record<string, string | undefined>> = {
    'is longer': `${CONTENT}, and more`,
    'is shorter': 'weights',
    'has another content of the same size': CONTENT.toUpperCase(),
    'is gone': undefined,
  };
  for (const [what, content] of Object.entries(changes))
    it(`fails with file-changed when a file ${what}`, async () => {
      const file = await fileThatBecame(content);
      await assert.rejects(buffer(tarOfFiles([file])), (error) => {
        assert.ok(isUserError(error, 'file-changed'), String(error));
        assert.match(error.title, /\/model changed while it was copied/);
        return true;
      });
    });

  it('closes the file that is read when it is not wanted any more', async () => {
    const folder = await tempFolder({ model: 'x'.repeat(2_000_000) });
    const file = { path: 'model', from: { file: join(folder, 'model'), bytes: 2_000_000 } };
    for await (const _ of tarOfFiles([file])) break;
    const openFiles = async (): Promise<string[]> => {
      const names = await readdir('/proc/self/fd');
      const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
      return paths.filter((path) => path.startsWith(folder));
    };
    for (let turn = 0; turn < 50 && (await openFiles()).length > 0; turn += 1)
      await new Promise(setImmediate);
    assert.deepEqual(await openFiles(), []);
  });
});

describe('a volume that is filled', () => {
  it('does not stay when a file turned out to be another: it would be taken for the right one', async () => {
    const calls: string[] = [];
    const note = (call: string): Promise<void> => {
      calls.push(call);
      return Promise.resolve();
    };
    const container: Pick<Container, 'putArchive'> = {
      putArchive: async (_folder, tar) => {
        await buffer(tar);
      },
    };
    const engine = playedEngine(() => ({}), {
      hasVolume: () => Promise.resolve(false),
      ensureVolume: (name) => note(`make ${name}`),
      removeVolume: (name) => note(`remove ${name}`),
      withContainer: (_spec, _signal, use) => use(container as Container),
    });
    const volume = { name: 'models', labels: {}, image: 'x' };
    const fill = async (content: string): Promise<void> =>
      ensureFilledVolume(
        engine,
        { ...volume, files: [await fileThatBecame(content)] },
        () => undefined,
        NEVER,
      );
    await fill(CONTENT);
    assert.deepEqual(calls.splice(0), ['make models']);
    await assert.rejects(fill(CONTENT.toUpperCase()), (error) => isUserError(error, 'file-changed'));
    assert.deepEqual(calls, ['make models', 'remove models']);
  });
});
