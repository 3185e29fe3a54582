import assert from 'node:assert/strict';
import { cleanLines } from '../../../../src/core/contract/diagnosis/julia-log.ts';
import { REPORT_MARK } from '../../../../src/core/contract/script-facts.ts';

const TRACEBACK = 'Traceback (most recent call last)';
const QUOTED = ['---> 33     raise X', '-> 4', '     32 import x', '  7'];

describe('a log as its patterns read it', () => {
  it('is its lines without colours, blanks at their end and reports of our own', () => {
    const lines = ['\u001b[31mERROR: x\u001b[0m  ', '', `${REPORT_MARK}{"step":"run"}`, ` ${REPORT_MARK}`];
    assert.deepEqual(cleanLines(lines), ['ERROR: x', '', ` ${REPORT_MARK}`.trimEnd()]);
    assert.deepEqual(cleanLines([]), []);
  });

  it('is cut off where a line has no end', () => {
    assert.deepEqual(cleanLines(['x'.repeat(3000)]), ['x'.repeat(2000)]);
  });

  it('has no source that a traceback quotes, up to the line with the error', () => {
    for (const end of [
      'RuntimeError: no',
      'subprocess.CalledProcessError: no',
      'KeyboardInterrupt',
      'SystemExit: 1',
    ])
      assert.deepEqual(cleanLines([...QUOTED, TRACEBACK, ...QUOTED, 'kept', end, ...QUOTED]), [
        ...QUOTED,
        TRACEBACK,
        'kept',
        end,
        ...QUOTED,
      ]);
  });

  it('is in the traceback still after what only looks like its end', () => {
    for (const line of [
      'the RuntimeError: no',
      'runtimeError: no',
      '3.SomeError: x',
      'Errors',
      'a b.SomeError: x',
    ])
      assert.deepEqual(cleanLines([TRACEBACK, line, '---> 33     raise X']), [TRACEBACK, line], line);
  });

  it('keeps what only looks like quoted source', () => {
    const lines = ['x ---> 33', '33 rows', '    row 33', '   33rows', '--->x', 'at 33 '];
    assert.deepEqual(
      cleanLines([TRACEBACK, ...lines]).slice(1),
      lines.map((line) => line.trimEnd()),
    );
  });
});
