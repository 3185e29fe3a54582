import assert from 'node:assert/strict';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { demandSupported } from '../../../src/core/contract/submission/supported.ts';
import type { Competition, KaggleClient } from '../../../src/kaggle/client.ts';

const COMPETITION: Competition = {
  slug: 'demo',
  title: 'Demo',
  url: 'https://site.test/c/demo',
  deadline: undefined,
  userHasEntered: true,
  isKernelsSubmissionsOnly: false,
  submissionsDisabled: false,
  evaluationMetric: undefined,
};

const { signal } = new AbortController();

async function demand(kind: Competition['kind'], ...names: string[]): Promise<void> {
  const listFiles = () => Promise.resolve(names.map((name) => ({ name, bytes: 1 })));
  const kaggle = { competitions: { listFiles } } as unknown as KaggleClient;
  const competition = kind === undefined ? COMPETITION : { ...COMPETITION, kind };
  await demandSupported(competition, kaggle, signal);
}

describe('a competition that takes no predictions', () => {
  for (const [kind, said] of [
    ['simulation', /Demo is a simulation: it takes an agent/],
    ['hackathon', /Demo is a hackathon: .* no leaderboard/],
    ['analytics', /Demo is an analytics competition: .* no leaderboard/],
  ] as const)
    it(`such as a ${kind} says so, and what there is instead`, async () => {
      await assert.rejects(demand(kind, 'main.py'), (error) => {
        assert.ok(isUserError(error, 'competition-unsupported'));
        assert.match(error.title, said);
        assert.equal(error.actions[0].url, COMPETITION.url);
        return true;
      });
    });

  it('is not one that has a sample submission, whatever its tags, nor one of no special kind', async () => {
    await demand('simulation', 'train.csv', 'sample_submission.csv');
    await demand(undefined);
  });

  it('is one that calls the notebook, known by what lies among its data', async () => {
    const relay = 'kaggle_evaluation/core/relay.py';
    const calling = { ...COMPETITION, isKernelsSubmissionsOnly: true };
    const kaggleOf = (listFiles: () => Promise<readonly { name: string }[]>) =>
      ({ competitions: { listFiles } }) as unknown as KaggleClient;
    const has = (...names: string[]) => kaggleOf(() => Promise.resolve(names.map((name) => ({ name }))));
    const calls = (kaggle: KaggleClient) => demandSupported(calling, kaggle, signal);
    for (const names of [[relay], ['sample_submission.csv', relay], [`package/${relay}`]])
      assert.equal(await calls(has(...names)), true, names.join());
    assert.equal(await calls(has('sample_submission.csv', 'relay.py')), false);
    const rules = new UserError({
      code: 'competition-not-entered',
      title: 'No.',
      actions: [{ title: 'Go.' }],
    });
    assert.equal(await calls(kaggleOf(() => Promise.reject(rules))), undefined);
  });
});
