import assert from 'node:assert/strict';
import { failedRun, onlineNeeds } from '../../../src/core/notebook/failed-run.ts';
import type { NotebookLogLine, NotebookStatus } from '../../../src/kaggle/client.ts';
import { aProject } from '../../support/artefacts.ts';

const PUSHED = { url: 'https://site.test/code/ann/nb', version: 3 };
const log = (...texts: string[]): NotebookLogLine[] =>
  texts.map((text, index) => ({ stream: 'stdout', seconds: index, text: `${text}\n` }));

function explained(status: NotebookStatus, failureMessage: string | undefined, ...lines: string[]) {
  return failedRun(aProject(), { status, failureMessage, log: log(...lines) }, PUSHED);
}

describe('a run that failed on Kaggle', () => {
  for (const [what, message, lines, title] of [
    [
      'over its time limit',
      'Your notebook was stopped because it exceeded the max allowed execution duration.',
      ['predicting'],
      /ran over its time limit/,
    ],
    [
      'out of memory',
      'Your notebook tried to allocate more memory than is available. It has restarted.',
      [],
      /memory ran out/,
    ],
    [
      'with an exception of Julia',
      undefined,
      [
        'ERROR: DimensionMismatch("lengths differ")',
        'Stacktrace:',
        ' [1] predict(::Array{Float64,1}) at /root/.julia/dev/Inference/src/model.jl:12',
        'RuntimeError: Julia ended with exit code 1.',
      ],
      /exception.*model\.jl:12.*lengths differ/,
    ],
    [
      'with a stale dataset',
      undefined,
      ["RuntimeError: The dataset 'tides-app' attached here holds bundle aa, and this notebook wants bb."],
      /older version of the dataset "tides-app"/,
    ],
  ] as const) {
    it(`${what} is explained, and links to its log`, () => {
      const error = explained('error', message, ...lines);
      assert.equal(error.code, 'notebook-failed');
      assert.match(error.title, title);
      assert.ok(error.actions.length >= 2);
      assert.equal(error.actions.at(-1)?.url, PUSHED.url);
    });
  }

  it('for a reason that nothing tells says how it ended', () => {
    const error = explained('cancelled', undefined);
    assert.match(error.title, /ended as "cancelled"/);
    assert.equal(error.actions[0].url, PUSHED.url);
  });
});

describe('a probe with internet on', () => {
  it('that downloaded nothing shows nothing', () => {
    assert.equal(
      onlineNeeds(log('wrote 60 rows', '[julia-kaggle] {"step":"run","seconds":2,"recompiled":[]}'), PUSHED),
      undefined,
    );
  });

  it('names what it downloaded, with the remedy', () => {
    const error = onlineNeeds(log(' Downloading artifact: stations', 'wrote 60 rows'), PUSHED);
    assert.equal(error?.code, 'rehearsal-download');
    assert.match(error.title, /probe.*"stations"/);
    assert.match(error.actions[0].title, /stations|build again/i);
  });

  it('names what it compiled again', () => {
    const report = { step: 'run', seconds: 2, recompiled: ['/root/.julia/compiled/v1.5/Inference/ab_cd.ji'] };
    const error = onlineNeeds(log(`[julia-kaggle] ${JSON.stringify(report)}`), PUSHED);
    assert.equal(error?.code, 'rehearsal-recompile');
    assert.match(error.title, /Inference/);
  });

  it('names what it added to the depot without a word', () => {
    const report = { step: 'run', seconds: 2, appeared: ['packages/CSV/aoJqo'] };
    const error = onlineNeeds(log(`[julia-kaggle] ${JSON.stringify(report)}`), PUSHED);
    assert.equal(error?.code, 'rehearsal-download');
    assert.match(error.title, /added the package CSV to the depot/);
  });
});
