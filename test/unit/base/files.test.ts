import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { diskError, makeFolder, writeOwn } from '../../../src/base/files.ts';
import { tempFolder } from '../../support/temp.ts';

describe('writing a file in a folder of our own', () => {
  it('removes what a killed process had half written of it, and nothing else', async () => {
    const folder = await tempFolder({
      'record.json': '{}',
      'record.json.1772372261': '{"for',
      'record.json.old': 'kept by a person',
      'log.1': 'another file',
    });
    await writeOwn(join(folder, 'record.json'), 'new');
    assert.deepEqual((await readdir(folder)).sort(), ['log.1', 'record.json', 'record.json.old']);
    assert.equal(await readFile(join(folder, 'record.json'), 'utf8'), 'new');
  });

  it('makes the folder', async () => {
    const file = join(await tempFolder(), 'julia', 'versions.json');
    await writeOwn(file, 'new');
    assert.equal(await readFile(file, 'utf8'), 'new');
  });

  it('serves many that write it at once: one of the contents stays, whole', async () => {
    const folder = await tempFolder();
    const file = join(folder, 'record.json');
    const contents = Array.from({ length: 30 }, (_, index) => `${index}`.repeat(10_000));
    await Promise.all(contents.map((content) => writeOwn(file, content)));
    assert.ok(contents.includes(await readFile(file, 'utf8')));
    assert.deepEqual(await readdir(folder), ['record.json']);
  });
});

describe('making a folder', () => {
  it('makes those that it lies in as well, and is content with what is there', async () => {
    const folder = join(await tempFolder(), 'a', 'b');
    await makeFolder(join(folder, 'c'));
    await Promise.all([makeFolder(join(folder, 'c')), makeFolder(join(folder, 'd')), makeFolder(folder)]);
    assert.deepEqual((await readdir(folder)).sort(), ['c', 'd']);
  });

  it('tells of a file in its place or in its way', async () => {
    const file = join(await tempFolder({ file: '' }), 'file');
    const says = { code: 'file-unreadable', title: `${file} is a file, where a folder is to be.` };
    await assert.rejects(makeFolder(file), says);
    await assert.rejects(makeFolder(join(file, 'a')), says);
  });

  it('ends where nothing can be made, with the system’s reason', async () => {
    // Nobody can make anything there, and whoever tries is told that there is no such place.
    await assert.rejects(makeFolder('/proc/a/b'), { code: 'ENOENT' });
  });
});

describe('an error of the disk that nobody translated', () => {
  const systemError = (code: string): Error =>
    Object.assign(new Error(code), { code, path: '/project/.julia-kaggle/run.lock' });

  it('has its remedy and names its file', () => {
    for (const [code, wanted] of [
      ['ENOSPC', 'disk-full'],
      ['EROFS', 'file-unreadable'],
    ] as const) {
      const error = diskError(systemError(code));
      assert.ok(isUserError(error, wanted));
      assert.match(error.title, /run\.lock/);
      assert.doesNotMatch(error.actions[0].title, /permissions/);
    }
  });

  it('stays the bug that it is, when it is none of the disk’s', () => {
    const bug = new TypeError('x is not a function');
    assert.equal(diskError(bug), bug);
  });
});
