import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { isUserError } from '../../../src/base/errors.ts';
import { diskError, removeHalfWritten } from '../../../src/base/files.ts';
import { tempFolder } from '../../support/temp.ts';

describe('removing what a killed process had half written', () => {
  it('takes the numbered neighbours of these files, and nothing else', async () => {
    const folder = await tempFolder({
      'record.json': '{}',
      'record.json.1772372261': '{"for',
      'record.json.old': 'kept by a person',
      'log.1': 'another file',
    });
    await removeHalfWritten(folder, ['record.json']);
    assert.deepEqual((await readdir(folder)).sort(), ['log.1', 'record.json', 'record.json.old']);
  });

  it('of a folder that is not there is nothing', async () => {
    await removeHalfWritten('/nowhere/at/all', ['record.json']);
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
    }
  });

  it('stays the bug that it is, when it is none of the disk’s', () => {
    const bug = new TypeError('x is not a function');
    assert.equal(diskError(bug), bug);
  });
});
