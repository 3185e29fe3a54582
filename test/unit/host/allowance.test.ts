import { strict as assert } from 'node:assert';
import { UserError } from '../../../src/base/errors.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { Allowance, type AllowanceView } from '../../../src/host/status-bar/allowance.ts';

const left = (allowedNow: number): AllowanceView => ({
  quota: undefined,
  limits: { usedToday: 0, made: 0, allowedNow, limitedByTotal: false },
});
const signedOut = new UserError({
  code: 'not-signed-in',
  title: 'Not signed in.',
  actions: [{ title: 'Sign in.' }],
});

function scene() {
  const state = { competition: 'tides' as string | undefined, now: 0, shown: 0 };
  const asked: { competition: string; answer: (view: AllowanceView) => void; fail: (why: Error) => void }[] =
    [];
  const allowance = new Allowance({
    ask: (competition) =>
      new Promise((answer, fail) => {
        asked.push({ competition, answer, fail });
      }),
    competition: () => state.competition,
    log: silentLogger,
    onChange: () => {
      state.shown += 1;
    },
    now: () => state.now,
  });
  return { state, asked, allowance };
}

describe('what Kaggle still allows', () => {
  it('is asked for once in ten minutes, or when something was used up', async () => {
    const { state, asked, allowance } = scene();
    const first = allowance.refresh();
    asked[0]?.answer(left(4));
    await first;
    assert.deepEqual([allowance.view, state.shown], [left(4), 1]);
    await allowance.refresh();
    assert.equal(asked.length, 1);
    state.now = 600_000;
    void allowance.refresh();
    void allowance.refresh(true);
    assert.equal(asked.length, 3);
  });

  it('is not that of another competition, which is asked for once somebody has looked', async () => {
    const { state, asked, allowance } = scene();
    allowance.onProjects();
    assert.equal(asked.length, 0);
    const first = allowance.refresh();
    asked[0]?.answer(left(4));
    await first;
    state.competition = 'storms';
    assert.equal(allowance.view, undefined);
    allowance.onProjects();
    assert.deepEqual(
      asked.map(({ competition }) => competition),
      ['tides', 'storms'],
    );
  });

  it('is that of the last question, whichever is answered last', async () => {
    const { state, asked, allowance } = scene();
    const first = allowance.refresh();
    state.competition = 'storms';
    const second = allowance.refresh();
    asked[1]?.answer(left(2));
    asked[0]?.answer(left(4));
    await Promise.all([first, second]);
    assert.deepEqual(allowance.view, left(2));
  });

  it('is not known any more when nobody is signed in', async () => {
    const { state, asked, allowance } = scene();
    const first = allowance.refresh();
    asked[0]?.answer(left(4));
    await first;
    const second = allowance.refresh(true);
    asked[1]?.fail(signedOut);
    await second;
    assert.deepEqual([allowance.view, state.shown], [undefined, 2]);
  });
});
