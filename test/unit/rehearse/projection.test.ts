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
    { name: 'train.csv', bytes: 9000, sha256: 's' },
    { name: 'test.csv', bytes: 100, sha256: 's' },
  ],
};

describe('the projection to the full test set', () => {
  it('is not made while its size is not told', () => {
    assert.equal(projectToFullSet(aProject(), MEASURED), undefined);
    assert.equal(projectToFullSet(aProject({ fullTestSet: {} }), MEASURED), undefined);
  });

  it('is not made where there is nothing to compare with, or no run', () => {
    const rows = aProject({ fullTestSet: { rows: 600 } });
    for (const measured of [
      { ...MEASURED, rows: undefined },
      { ...MEASURED, rows: 0 },
      { ...MEASURED, steps: [{ step: 'unpack', seconds: 30 }] },
    ])
      assert.equal(projectToFullSet(rows, measured), undefined);
    const bytes = aProject({ fullTestSet: { bytes: 500 } });
    const empty = [{ name: 'test.csv', bytes: 0, sha256: 's' }];
    assert.equal(projectToFullSet(bytes, { ...MEASURED, dataFiles: empty }), undefined);
    assert.equal(projectToFullSet(bytes, { ...MEASURED, dataFiles: [] }), undefined);
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
    assert.equal(projectToFullSet(aProject({ fullTestSet: { rows: 6 } }), MEASURED)?.factor, 1);
  });

  it('by bytes of the files named after a test, else of all; by rows where both are told and counted', () => {
    const factor = (fullTestSet: object, measured: object) =>
      projectToFullSet(aProject({ fullTestSet }), { ...MEASURED, ...measured })?.factor;
    const files = (...names: string[]) => ({
      dataFiles: names.map((name) => ({ name, bytes: 100, sha256: 's' })),
    });
    assert.equal(factor({ bytes: 600 }, files('Test/a.csv', 'my_test.csv', 'train.csv')), 3);
    assert.equal(factor({ bytes: 600 }, files('a.csv', 'b.csv', 'c.csv')), 2);
    assert.equal(factor({ rows: 240, bytes: 500 }, {}), 4);
    assert.equal(factor({ rows: 240, bytes: 500 }, { rows: undefined }), 5);
    assert.equal(factor({ rows: 240, bytes: 500 }, { rows: 0 }), 5);
  });

  it('does not warn at the very limits, and says how to know better', () => {
    const projection = projectToFullSet(aProject({ fullTestSet: { rows: 60 } }), MEASURED);
    assert.ok(projection !== undefined);
    const { limitSeconds, limitMemoryBytes } = projection;
    const atLimits = { ...projection, seconds: limitSeconds, memoryBytes: limitMemoryBytes };
    assert.equal(projectionWarning(atLimits), undefined);
    for (const over of [{ seconds: limitSeconds + 1 }, { memoryBytes: limitMemoryBytes + 1 }])
      assert.match(
        projectionWarning({ ...atLimits, ...over }) ?? '',
        /^On the full test set it may go over the limit \(.*as if they grew with the data: rehearse on more of it/,
      );
  });

  it('has no time besides the run where the rehearsal took no longer', () => {
    const projection = projectToFullSet(aProject({ fullTestSet: { rows: 600 } }), {
      ...MEASURED,
      seconds: 9,
    });
    assert.equal(projection?.fixedSeconds, 0);
  });

  it('warns over the limit of the competition, and of memory', () => {
    const notebook = { ...aProject().notebook, timeLimitMinutes: 2 };
    const late = projectToFullSet(aProject({ notebook, fullTestSet: { rows: 600 } }), MEASURED);
    assert.match((late && projectionWarning(late)) ?? '', /may go over the limit .*\(117 %\)/);
    const large = projectToFullSet(aProject({ fullTestSet: { rows: 6000 } }), MEASURED);
    assert.match((large && projectionWarning(large)) ?? '', /100 GB of 32\.2 GB/);
  });
});
