import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration } from '../../../src/base/format.ts';
import type { Competition } from '../../../src/kaggle/client.ts';
import {
  allowanceInWords,
  dayOfEnd,
  lateness,
  refusalOfCompetition,
  refusalOfLimits,
} from '../../../src/core/submit/checks.ts';

const NOW = Date.UTC(2026, 7, 1, 20, 47, 30);
const OPEN: Competition = {
  slug: 'tides',
  title: 'Tides',
  url: 'https://site.test/c/tides',
  deadline: '2026-08-01T23:59:00Z',
  userHasEntered: true,
  isKernelsSubmissionsOnly: true,
  submissionsDisabled: false,
  evaluationMetric: undefined,
};

describe('what is checked before a submission', () => {
  it('lets an open code competition pass, also without a deadline', () => {
    assert.equal(refusalOfCompetition(OPEN), undefined);
    assert.equal(refusalOfCompetition({ ...OPEN, deadline: undefined }), undefined);
  });

  for (const [what, change, code, sentence, remedy] of [
    [
      'takes none now',
      { submissionsDisabled: true },
      'submission-closed',
      /takes no submissions now/,
      /its page/,
    ],
    [
      'was not joined',
      { userHasEntered: false },
      'competition-not-entered',
      /not accepted its rules/,
      /^Join it/,
    ],
  ] as const) {
    it(`refuses one that ${what}, with a remedy and a link`, () => {
      const error = refusalOfCompetition({ ...OPEN, ...change });
      assert.equal(error?.code, code);
      assert.match(error.title, sentence);
      assert.match(error.actions[0].title, remedy);
      assert.match(error.actions[0].url ?? '', /^https:\/\/site\.test\/c\/tides/);
    });
  }

  it('lets one that has ended pass, with a warning from the first millisecond on', () => {
    const late = { ...OPEN, deadline: '2020-01-01T00:00:00Z' };
    assert.equal(refusalOfCompetition(late), undefined);
    const day = dayOfEnd(late.deadline, NOW);
    assert.equal(lateness(day ?? ''), 'ended on 2020-01-01: a late submission is scored but not ranked');
    assert.equal(dayOfEnd(new Date(NOW).toISOString(), NOW), undefined);
    assert.equal(dayOfEnd(undefined, NOW), undefined);
  });

  it('does not speak of a day where one that has ended takes none', () => {
    const none = { usedToday: 0, made: 0, allowedNow: 0, limitedByTotal: false };
    const error = refusalOfLimits({ ...OPEN, deadline: '2020-01-01T00:00:00Z' }, none, NOW);
    assert.equal(error?.code, 'submission-closed');
    assert.match(error.title, /has ended and takes no late submissions/);
    assert.equal(error.actions[0].url, OPEN.url);
    const late = { ...OPEN, deadline: '2020-01-01T00:00:00Z', maxDailySubmissions: 5 };
    assert.equal(refusalOfLimits(late, { ...none, usedToday: 4 }, NOW)?.code, 'submission-closed');
    assert.equal(refusalOfLimits(late, { ...none, usedToday: 5 }, NOW)?.code, 'submission-limit');
  });

  it('says how many were made today and when the day ends', () => {
    const error = refusalOfLimits(OPEN, { usedToday: 5, made: 9, allowedNow: 0, limitedByTotal: false }, NOW);
    assert.equal(error?.code, 'submission-limit');
    assert.match(error.title, /left today \(5 made\); the day ends at 00:00 UTC, in 3 h 13 min/);
    assert.match(error.actions[0].title, /^Run again then/);
    assert.equal(error.actions[0].url, OPEN.url);
    assert.equal(
      refusalOfLimits(OPEN, { usedToday: 4, made: 9, allowedNow: 1, limitedByTotal: false }, NOW),
      undefined,
    );
  });

  it('does not promise tomorrow where the number in all is used up', () => {
    const error = refusalOfLimits(OPEN, { usedToday: 0, made: 9, allowedNow: 0, limitedByTotal: true }, NOW);
    assert.equal(error?.code, 'submission-limit');
    assert.match(error.title, /number in all/);
    assert.doesNotMatch(error.title, /UTC/);
    assert.match(error.actions[0].title, /^Choose among those/);
    assert.equal(error.actions[0].url, OPEN.url);
  });

  it('tells before a submission what is left of the day', () => {
    assert.equal(
      allowanceInWords({ usedToday: 2, made: 9, allowedNow: 3, limitedByTotal: false }, NOW),
      '2 made today, 3 left; the day ends at 00:00 UTC, in 3 h 13 min.',
    );
  });

  it('ends the day at the next midnight UTC, whatever the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        const words = allowanceInWords({ usedToday: 0, made: 9, allowedNow: 1, limitedByTotal: false }, now);
        const minutes = Math.ceil((new Date(now).setUTCHours(24, 0, 0, 0) - now) / 60_000);
        assert.ok(words.endsWith(`, in ${formatDuration(minutes * 60_000)}.`), words);
      }),
    );
  });
});
