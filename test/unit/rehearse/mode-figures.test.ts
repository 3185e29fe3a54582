import assert from 'node:assert/strict';
import { comparisonRows, modeFigures } from '../../../src/core/contract/depot/mode-comparison.ts';
import { aBundle } from '../../support/artefacts.ts';

const bundle = aBundle();
const bytes = bundle.parts
  .filter(({ kind }) => kind !== 'models')
  .flatMap(({ files }) => files)
  .reduce((sum, file) => sum + file.bytes, 0);

describe('the figures of a mode', () => {
  it('are those of the run, with the bundle as far as it is not models', () => {
    assert.ok(
      bundle.parts.some(({ kind, files }) => kind === 'models' && files.some((file) => file.bytes > 0)),
    );
    const steps = [
      { step: 'unpack', seconds: 3, firstLineSeconds: 9 },
      { step: 'run', seconds: 5, firstLineSeconds: 1.5, firstOutputSeconds: 2.5 },
    ];
    assert.deepEqual(modeFigures(bundle, steps, 12), {
      rehearsalSeconds: 12,
      startSeconds: 1.5,
      firstPredictionSeconds: 2.5,
      runSeconds: 5,
      bundleBytes: bytes,
    });
  });

  it('have the time of compiling where something was compiled', () => {
    const compiled = {
      mode: 'app' as const,
      fingerprint: 'compiled-1',
      seconds: 90,
      bytes: 1,
      version: '2.4.0',
      artifacts: [],
    };
    assert.equal(modeFigures({ ...bundle, compiled }, [], 12).compileSeconds, 90);
  });

  it('lack what was not measured', () => {
    const figures = { rehearsalSeconds: 12, runSeconds: 0, bundleBytes: bytes };
    assert.deepEqual(modeFigures(bundle, [], 12), figures);
    const nothing = { step: 'run', seconds: 0, firstLineSeconds: null, firstOutputSeconds: null };
    assert.deepEqual(modeFigures(bundle, [nothing], 12), figures);
  });
});

describe('the comparison of the modes', () => {
  const figures = { rehearsalSeconds: 61, runSeconds: 59.96, bundleBytes: 2_000_000 };

  it('has a row for each mode that was rehearsed, in one order', () => {
    assert.deepEqual(comparisonRows(undefined), []);
    assert.deepEqual(comparisonRows({}), []);
    const rows = comparisonRows({ sysimage: figures, depot: figures, app: figures });
    assert.deepEqual(
      rows.map(([mode]) => mode),
      ['depot', 'app', 'sysimage'],
    );
  });

  it('tells seconds with a tenth, minutes whole, and a dash for what was not measured', () => {
    const [row] = comparisonRows({ app: { ...figures, startSeconds: 0.04, compileSeconds: 60 } });
    assert.deepEqual(row, ['app', '0.0 s', '–', '60.0 s', '1 min 01 s', '2.00 MB', '1 min 00 s']);
  });
});
