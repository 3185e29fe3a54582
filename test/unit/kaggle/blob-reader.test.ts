import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled, isUserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { BlobReader } from '../../../src/kaggle/blob-reader.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;

describe('the reader of a file that is uploaded', () => {
  const content = 'abcdefghij'.repeat(300_000);
  const open = async (hash = sha256(content)): Promise<BlobReader> => {
    const path = join(await tempFolder(), 'dotjulia');
    await writeFile(path, content);
    return BlobReader.open({ name: 'dotjulia', path, bytes: content.length, sha256: hash });
  };

  it('hashes what an earlier process sent, and knows another content of the same size', async () => {
    const whole = await open();
    assert.equal(Buffer.from(await whole.read(2_000_000, 2_000_005, NEVER)).toString(), 'abcde');
    await whole.verify(NEVER);
    await whole.close();
    const other = await open(sha256('another'));
    await assert.rejects(other.verify(NEVER), (error) => isUserError(error, 'file-changed'));
    await other.close();
  });

  it('stops hashing when it is cancelled', async () => {
    const reader = await open();
    const signal = AbortSignal.abort();
    await assert.rejects(reader.read(2_000_000, 2_000_005, signal), isCancelled);
    await assert.rejects(reader.verify(signal), isCancelled);
    await reader.close();
  });
});
