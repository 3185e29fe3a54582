import assert from 'node:assert/strict';
import type { Rerun } from '../../../src/core/artefacts.ts';
import { gatewayFailure } from '../../../src/core/contract/diagnosis/gateway-result.ts';
import { rerunInWords, rerunWarnings } from '../../../src/core/rehearse/rerun.ts';

const RERUN: Rerun = {
  hidden: ['test.csv'],
  startSeconds: 12,
  calls: 40,
  firstSeconds: 31,
  medianSeconds: 0.0121,
  p95Seconds: 0.4,
  maxSeconds: 1.4,
  deadlineSeconds: 60,
  seconds: 70,
  limitSeconds: 32_400,
  peakMemoryBytes: 5e8,
};

describe('the figures of a rehearsed rerun', () => {
  it('are told with what there is for each', () => {
    assert.equal(
      rerunInWords(RERUN),
      'as the rerun: 40 calls, median 12 ms, p95 400 ms, at most 1.4 s of 1 min 00 s, first call 31.0 s, found after 12.0 s, 1 min 10 s of 9 h 00 min and 500 MB',
    );
    assert.match(
      rerunInWords({ ...RERUN, projectedSeconds: 7200 }),
      /on the full test set 2 h 00 min of 9 h/,
    );
    assert.match(rerunInWords({ ...RERUN, calls: 1 }), /^as the rerun: 1 call, first call 31\.0 s/);
  });

  it('warn of what comes near to a limit, and of nothing else', () => {
    assert.deepEqual(rerunWarnings(RERUN), []);
    const near = { ...RERUN, maxSeconds: 50, startSeconds: 800, projectedSeconds: 40_000 };
    assert.deepEqual(rerunWarnings(near), [
      'The longest call took 50.0 s of the 1 min 00 s that the gateway waits.',
      'The notebook was found after 13 min 20 s; the gateway looks for it for 15 min 00 s.',
      'On the full test set the rerun may take 11 h 06 min of 9 h 00 min.',
    ]);
  });
});

describe('the end of a gateway in words', () => {
  const told = { calls: 7, totalSeconds: 1, written: false, succeeded: false, deadlineSeconds: 60 };
  const ENDS: readonly (readonly [number | undefined, RegExp, string])[] = [
    [1, /found no inference server of the notebook: day 31\./, 'Notebook Inference Server Never Started'],
    [2, /lost the notebook after 7 calls: day 31\./, 'Notebook Inference Server Error'],
    [3, /^Tides\.predict failed: day 31\./, 'Notebook Inference Server Error'],
    [4, /function that the notebook does not serve: day 31\./, 'Notebook Inference Server Error'],
    [5, /competition's own gateway failed: day 31\./, 'Kaggle Error'],
    [6, /does not take what Tides\.predict gives: day 31\./, 'Submission Scoring Error'],
    [
      7,
      /^Tides\.predict took longer than the 1 min 00 s that .* \(call 7\)/,
      'Notebook Inference Server Error',
    ],
    [99, /competition's own gateway failed/, 'Kaggle Error'],
    [undefined, /competition's own gateway failed/, 'Kaggle Error'],
  ];
  for (const [errorType, title, onKaggle] of ENDS)
    it(`says why it ended with ${errorType ?? 'no number'}, and what Kaggle would say`, () => {
      const type = errorType === undefined ? {} : { errorType };
      const failure = gatewayFailure({ ...told, ...type, details: 'day\n31' }, 'Tides.predict');
      assert.match(failure?.title ?? '', title);
      assert.equal(failure?.onKaggle, onKaggle);
    });

  it('is a good one with a submission only', () => {
    const good = { ...told, succeeded: true };
    assert.equal(gatewayFailure({ ...good, written: true }, 'Tides.predict'), undefined);
    assert.match(gatewayFailure(good, 'Tides.predict')?.title ?? '', /wrote no submission/);
  });
});
