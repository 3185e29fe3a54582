import assert from 'node:assert/strict';
import fc from 'fast-check';
import { explainSubmissionError, type SubmissionErrorKind } from '../../../src/core/submit/explain.ts';

const URL = 'https://www.kaggle.com/competitions/demo/submissions';

/** The six classes as Kaggle names them, each with the sentence that goes with it. */
const CLASSES: readonly (readonly [SubmissionErrorKind, string, string])[] = [
  [
    'exception',
    'Notebook Threw Exception',
    'While rerunning your code, your notebook hit an unhandled error. Note that the hidden dataset can be larger/smaller/different than the public dataset.',
  ],
  ['timeout', 'Notebook Timeout', 'Your submission notebook exceeded the allowed runtime.'],
  [
    'compute',
    'Notebook Exceeded Allowed Compute',
    'Your notebook violated a constraint during the rerun, for example by requesting more RAM or disk than available.',
  ],
  ['file-missing', 'Submission CSV Not Found', 'Your notebook did not output the expected submission file.'],
  ['scoring', 'Submission Scoring Error', 'Your notebook generated a submission file with incorrect format.'],
  ['kaggle', 'Kaggle Error', 'A rare system error. Please try resubmitting to resolve the error.'],
];

const RERUN = { isRerun: true };

describe('the error of a submission', () => {
  const reasons = new Set<string>();
  for (const [kind, name, sentence] of CLASSES) {
    it(`"${name}" is explained, with what to look at and a link`, () => {
      for (const said of [
        name,
        name.toUpperCase(),
        `${name}: ${sentence}`,
        ` ${name.toLowerCase()}\n`,
        `ERROR - ${name}`,
        sentence,
      ]) {
        const explained = explainSubmissionError(said, URL, RERUN);
        assert.equal(explained.kind, kind, said);
        assert.ok(explained.actions.length >= 2);
        assert.deepEqual(
          explained.actions.flatMap(({ url }) => url ?? []),
          [URL],
        );
        assert.equal(explained.mayPass, kind === 'kaggle');
        reasons.add(explained.reason);
      }
    });
  }

  it('has another explanation for each kind', () => {
    assert.equal(reasons.size, CLASSES.length);
  });

  it('that quotes another class is of the class that it begins with', () => {
    const said = 'Submission Scoring Error: the value "Notebook Timeout" is no number';
    assert.equal(explainSubmissionError(said, URL, RERUN).kind, 'scoring');
  });

  it('that is not known, or not told, says what is known and links to it', () => {
    for (const said of ['The moon was full', '', undefined]) {
      const explained = explainSubmissionError(said, URL, RERUN);
      assert.equal(explained.kind, 'unknown');
      assert.deepEqual(explained.actions[0].url, URL);
      assert.equal(explained.mayPass, false);
    }
    assert.ok(!('url' in explainSubmissionError('', '', RERUN).actions[0]));
  });

  it('of a file says nothing of data that only a rerun sees', () => {
    for (const [, name] of CLASSES) {
      const { actions } = explainSubmissionError(name, URL, { isRerun: false });
      assert.ok(
        actions.every(({ title }) => !title.includes('hidden test set')),
        name,
      );
    }
  });

  it('is always explained', () => {
    fc.assert(
      fc.property(fc.string(), (said) => {
        const { reason, actions } = explainSubmissionError(said, URL, RERUN);
        assert.ok(reason !== '' && actions.every(({ title }) => title !== ''));
      }),
    );
  });
});
