import assert from 'node:assert/strict';
import { REPORT_MARK } from '../../../src/core/contract/script-facts.ts';
import { readStepReport } from '../../../src/core/contract/notebook/step-reports.ts';

describe('the report of a step', () => {
  it('is read from a line with our mark, with all that it says', () => {
    const report = {
      step: 'run',
      seconds: 1.5,
      exitCode: 0,
      peakMemoryBytes: 7,
      recompiled: ['a'],
      appeared: ['b'],
    };
    assert.deepEqual(readStepReport(`${REPORT_MARK}${JSON.stringify(report)}`), report);
  });

  it('is none in any other line', () => {
    for (const line of [
      '',
      '{"step": "run", "seconds": 1}',
      ` ${REPORT_MARK}{"step": "run", "seconds": 1}`,
      `{"step": "run", "seconds": 1}${REPORT_MARK}`,
      `${REPORT_MARK}that is no JSON`,
      `${REPORT_MARK}{"step": "run"}`,
      `${REPORT_MARK}{"step": 7, "seconds": 1}`,
    ])
      assert.equal(readStepReport(line), undefined, line);
  });
});
