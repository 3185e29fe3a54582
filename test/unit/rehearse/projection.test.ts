import assert from 'node:assert/strict';
import {
  projectionInWords,
  projectionWarning,
  projectToFullSet,
} from '../../../src/core/rehearse/projection.ts';
import { aProject } from '../../support/artefacts.ts';

const MEASURED = {
  seconds: 50,
  rows: 60,
  steps: [
    { step: 'unpack', seconds: 30 },
    { step: 'run', seconds: 10, peakMemoryBytes: 1e9 },
  ],
  dataFiles: [
    { name: 'train.csv', bytes: 9000, modifiedSeconds: 0 },
    { name: 'test.csv', bytes: 100, modifiedSeconds: 0 },
  ],
};

describe('the projection to the full test set', () => {
  it('is not made while its size is not told', () => {
    assert.equal(projectToFullSet(aProject(), MEASURED), undefined);
  });

  it('by rows: Julia’s time and memory grow, the rest stays', () => {
    const projection = projectToFullSet(aProject({ fullTestSet: { rows: 600 } }), MEASURED);
    assert.ok(projection !== undefined);
    assert.deepEqual([projection.factor, projection.fixedSeconds, projection.seconds], [10, 40, 140]);
    assert.equal(projection.memoryBytes, 1e10);
    assert.equal(
      projectionInWords(projection),
      'full test set: at most 2 min 20 s of 12 h 00 min (0 %) and 10.0 GB of 32.2 GB of memory',
    );
    assert.equal(projectionWarning(projection), undefined);
  });

  it('by bytes of the test files; never shrinks', () => {
    assert.equal(projectToFullSet(aProject({ fullTestSet: { bytes: 500 } }), MEASURED)?.factor, 5);
    assert.equal(projectToFullSet(aProject({ fullTestSet: { bytes: 5 } }), MEASURED)?.factor, 1);
  });

  it('warns over the limit of the competition, and of memory', () => {
    const notebook = { ...aProject().notebook, timeLimitMinutes: 2 };
    const late = projectToFullSet(aProject({ notebook, fullTestSet: { rows: 600 } }), MEASURED);
    assert.match((late && projectionWarning(late)) ?? '', /may go over the limit .*\(117 %\)/);
    const large = projectToFullSet(aProject({ fullTestSet: { rows: 6000 } }), MEASURED);
    assert.match((large && projectionWarning(large)) ?? '', /100 GB of 32\.2 GB/);
  });
});
