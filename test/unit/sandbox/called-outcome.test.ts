import assert from 'node:assert/strict';
import type { BlobStore } from '../../../src/sandbox/blob-store.ts';
import { Competition, type CompetitionFacts } from '../../../src/sandbox/competition.ts';
import { calledOutcome } from '../../../src/sandbox/rerun-outcome.ts';

/** Of which nothing is asked where there is no submission to score. */
const COMPETITION = new Competition(1, {} as CompetitionFacts, '');

/** The submission's state where the gateway left this as result.json, and no submission. */
async function outcomeOf(result: string | undefined): Promise<string> {
  const blobs = { text: () => Promise.resolve(result ?? '') } as unknown as BlobStore;
  const files =
    result === undefined ? [] : [{ name: 'result.json', bytes: Buffer.byteLength(result), sha256: 'x' }];
  const ended = { state: 'complete' as const, executed: undefined, seconds: 1 };
  const { status, errorDescription } = await calledOutcome(blobs, COMPETITION, ended, files);
  assert.equal(status, 'ERROR');
  return errorDescription ?? '';
}

describe('what a gateway says of a submission', () => {
  const failed = (type: unknown) =>
    JSON.stringify({ Succeeded: false, ErrorType: type, ErrorDetails: 'day 31' });

  for (const [result, words] of [
    [failed(1), /^Notebook Inference Server Never Started: /],
    [failed(2), /^Notebook Inference Server Error: /],
    [failed(3), /^Notebook Inference Server Error: /],
    [failed(4), /^Notebook Inference Server Error: /],
    [failed(5), /^Kaggle Error: /],
    [failed(6), /^Submission Scoring Error: /],
    [failed(7), /^Notebook Inference Server Error: /],
    [failed(99), /^Kaggle Error: /],
    [failed('__proto__'), /^Kaggle Error: /],
    ['{"Succeeded": true}', /^Submission CSV Not Found: /],
    ['no JSON', /^Kaggle Error: /],
    [`{"Succeeded": true, "more": "${'x'.repeat(200_000)}"}`, /^Kaggle Error: /],
    [undefined, /^Notebook Inference Server Never Started: /],
  ] as const)
    it(`is ${words.source.slice(1, -2)} for ${(result ?? 'nothing').slice(0, 60)}, and keeps the details to itself`, async () => {
      const said = await outcomeOf(result);
      assert.match(said, words);
      assert.doesNotMatch(said, /day 31/);
    });
});
