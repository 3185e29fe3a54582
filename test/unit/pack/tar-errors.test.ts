import assert from 'node:assert/strict';
import { tarError } from '../../../src/core/pack/tarball/tar-errors.ts';

const NOTICE = 'tar: Exiting with failure status due to previous errors';

const TABLE = [
  ['tar: .julia/logs/repl: file changed as we read it', 1, 'file-changed', /^\.julia\/logs\/repl changed/],
  ['tar: .julia/a b: File removed before we read it', 1, 'file-changed', /^\.julia\/a b changed/],
  ['tar: a: File shrank by 12 bytes; padding with zeros', 1, 'file-changed', /^a changed/],
  [
    'tar: a/b: Cannot open: Permission denied',
    2,
    'file-unreadable',
    /^a\/b cannot be read .*Permission denied/,
  ],
  ['tar: a: Cannot stat: Input/output error', 2, 'file-unreadable', /^a cannot be read/],
  [
    'tar: a: Read error at byte 0, while reading 512 bytes: Input/output error',
    2,
    'file-unreadable',
    /^a cannot/,
  ],
  ['bash: line 1: tar: command not found', 127, 'engine-failed', /exit code 127/],
] as const;

describe('what tar says', () => {
  for (const [line, exitCode, code, title] of TABLE)
    it(`is ${code} for “${line}”`, () => {
      const error = tarError('dotjulia', { exitCode, outOfMemory: false }, [line, NOTICE]);
      assert.equal(error.code, code);
      assert.match(error.title, title);
      assert.match(error.title, /dotjulia/);
    });

  it('is out-of-memory when the kernel ended the compressor', () => {
    const error = tarError('dotjulia', { exitCode: 137, outOfMemory: true }, []);
    assert.equal(error.code, 'out-of-memory');
    assert.match(error.actions[0].title, /gzip/);
  });
});
