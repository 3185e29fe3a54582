import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { removeHalfWritten } from '../../../src/base/files.ts';
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
