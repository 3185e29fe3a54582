import assert from 'node:assert/strict';
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { isUserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { type TarFile, tarFingerprint, tarOfFiles } from '../../../src/docker/tar-files.ts';
import { tempFolder } from '../../support/temp.ts';

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
        assert.match(error.title, /[/\\]model changed while it was copied/);
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

describe('the fingerprint of a tar stream', () => {
  type Facts = Partial<Header> & { name: string };
  type Entry = [header: Facts, content?: string];
  const file = (name: string, content: string, more: Partial<Facts> = {}): Entry => [
    { name, mode: 0o644, mtime: new Date(5000), ...more },
    content,
  ];
  const of = (entries: readonly Entry[], top = ''): Promise<string> => {
    const archive = pack();
    for (const [header, content = ''] of entries) archive.entry(header, content);
    archive.finalize();
    return tarFingerprint(Readable.from(archive, { objectMode: false }), top);
  };
  const tree: Entry[] = [
    file('a/b', 'one'),
    file('a/c', 'two', { mode: 0o755 }),
    [{ name: 'a/d', type: 'symlink', linkname: 'b' }],
  ];

  it('is the same in any order, below any top folder, with or without entries for folders', async () => {
    const wanted = await of(tree);
    assert.equal(await of(tree.toReversed()), wanted);
    const below: Entry[] = [
      [{ name: 'top/', type: 'directory' }],
      [{ name: 'top/a/', type: 'directory' }],
      ...tree.map(([header, content = '']): Entry => [{ ...header, name: `top/${header.name}` }, content]),
    ];
    assert.equal(await of(below, 'top'), wanted);
    // As Podman gives the folder that a volume is mounted at, with a folder of that very name in it.
    const mounted = [...tree, file('top/e', 'three')];
    const named = mounted.map(([header, content = '']): Entry => [
      { ...header, name: `/${header.name}` },
      content,
    ]);
    assert.equal(await of([[{ name: '/', type: 'directory' }], ...named], 'top'), await of(mounted));
  });

  it('is the same whichever of two names is the link', async () => {
    const link = (name: string, linkname: string): Entry => [{ name, type: 'link', linkname }];
    const one = await of([file('a', 'one'), link('b', 'a')]);
    assert.equal(await of([file('b', 'one'), link('a', 'b')]), one);
    assert.equal(await of([file('a', 'one'), file('b', 'one')]), one);
  });

  const changes: Readonly<Record<string, Entry[]>> = {
    'a content of the same size': [file('a/b', 'ONE'), ...tree.slice(1)],
    'a time': [file('a/b', 'one', { mtime: new Date(6000) }), ...tree.slice(1)],
    'a setuid bit': [file('a/b', 'one', { mode: 0o4644 }), ...tree.slice(1)],
    'a target of a link': [...tree.slice(0, 2), [{ name: 'a/d', type: 'symlink', linkname: 'c' }]],
    'a file in place of a link': [...tree.slice(0, 2), file('a/d', 'b')],
    'one more file': [...tree, file('etc/startup.jl', '')],
    'one file less': tree.slice(1),
    'a device': [...tree, [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }]],
    'a file beside the top folder': [...tree, file('../a/b', 'one')],
  };
  for (const [what, entries] of Object.entries(changes))
    it(`is another for ${what}`, async () => assert.notEqual(await of(entries), await of(tree)));

  it('fails with the stream', async () => {
    await assert.rejects(tarFingerprint(tarOfFiles([await fileThatBecame(undefined)]), ''), (error) =>
      isUserError(error, 'file-changed'),
    );
  });
});
