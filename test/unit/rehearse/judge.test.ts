import assert from 'node:assert/strict';
import { isUserError, type ErrorCode } from '../../../src/base/errors.ts';
import { scratchWarning } from '../../../src/core/contract/diagnosis/depot-change.ts';
import { judge, type RehearsalOutcome } from '../../../src/core/rehearse/judge.ts';
import { aProject } from '../../support/artefacts.ts';

const PASSED: RehearsalOutcome = {
  result: { state: 'complete', seconds: 12 },
  lines: ['wrote 60 rows'],
  steps: [{ step: 'run', seconds: 2, recompiled: [] }],
  hasOutput: true,
};

function rejects(outcome: Partial<RehearsalOutcome>, code: ErrorCode, title: RegExp): void {
  assert.throws(
    () => judge(aProject(), { ...PASSED, ...outcome }),
    (error) => {
      assert.ok(isUserError(error, code), `expected ${code}, got ${String(error)}`);
      assert.match(error.title, title);
      return true;
    },
  );
}

describe('judge of a rehearsal', () => {
  it('passes a clean one', () => {
    judge(aProject(), PASSED);
  });

  it('names the artifact that was not in the depot, even when the run went on without it', () => {
    rejects({ lines: ['Downloading artifact: stations'] }, 'rehearsal-download', /"stations"/);
  });

  it('names the host that was looked up', () => {
    rejects(
      { lines: ['curl: (6) Could not resolve host: example.org'] },
      'rehearsal-download',
      /example\.org/,
    );
  });

  it('names packages that were compiled again, by the log', () => {
    rejects({ lines: ['┌ Debug: Precompiling TideFeatures [0b6f]'] }, 'rehearsal-recompile', /TideFeatures/);
  });

  it('names packages that were compiled again, by the files', () => {
    const recompiled = ['/root/.julia/compiled/v1.10/Inference/a_b.ji'];
    rejects(
      { steps: [{ step: 'run', seconds: 2, recompiled }] },
      'rehearsal-recompile',
      /^Julia compiled Inference again/,
    );
  });

  it('names what appeared in the depot although nothing says a word of it', () => {
    const appeared = (...paths: string[]) => ({ steps: [{ step: 'run', seconds: 2, appeared: paths }] });
    rejects(appeared('artifacts/44b6'), 'rehearsal-download', /added the artifact 44b6 to the depot/);
    rejects(
      appeared('packages/A/x', 'packages/B/x', 'packages/C/x', 'packages/D/x'),
      'rehearsal-download',
      /4 packages \(A, B, C and 1 more\)/,
    );
    rejects(
      { ...appeared('artifacts/44b6'), lines: ['Downloading artifact: stations'] },
      'rehearsal-download',
      /^The artifact "stations"/,
    );
  });

  it('lets a scratch space pass: it is warned of', () => {
    const appeared = ['scratchspaces/7876af07/cache'];
    judge(aProject(), { ...PASSED, steps: [{ step: 'run', seconds: 2, appeared }] });
    assert.match(scratchWarning(appeared) ?? '', /made the scratch space cache/);
    assert.equal(scratchWarning(['artifacts/44b6']), undefined);
  });

  it('tells memory, time, a missing package and a missing file apart', () => {
    rejects({ result: { state: 'out-of-memory', seconds: 1 } }, 'out-of-memory', /memory/);
    rejects({ result: { state: 'timeout', seconds: 60 } }, 'rehearsal-failed', /time limit/);
    rejects({ hasOutput: false }, 'submission-file', /submission\.csv/);
    rejects(
      {
        result: {
          state: 'error',
          seconds: 1,
          error: { name: 'RuntimeError', message: 'Julia ended', cell: 7 },
        },
        lines: ['ERROR: ArgumentError: Package CSV not found in current path:'],
      },
      'package-missing',
      /CSV/,
    );
  });

  /** What is told of an outcome: code, title and the titles of the actions. */
  function told(outcome: Partial<RehearsalOutcome>, project = aProject()): [string, string, string[]] {
    try {
      judge(project, { ...PASSED, ...outcome });
    } catch (error) {
      if (isUserError(error)) return [error.code, error.title, error.actions.map(({ title }) => title)];
      throw error;
    }
    throw new Error('It passed.');
  }

  for (const [line, code] of [
    ['Installing known registries into `~/.julia`', 'rehearsal-download'],
    ["Failed to resolve 'example.org'", 'rehearsal-download'],
    ['Killed', 'out-of-memory'],
    ['RuntimeError: The run wrote no submission.csv. In /kaggle/working are: a.csv', 'submission-file'],
    ['RuntimeError: submission.csv has no rows.', 'submission-file'],
    ['tar: x: Cannot write: No space left on device', 'rehearsal-failed'],
  ] as const)
    it(`is ${code} of a notebook that ended with "${line}"`, () => {
      assert.equal(told({ result: { state: 'error', seconds: 1 }, lines: [line] })[0], code);
    });

  it('says of memory and of time what can be done', () => {
    assert.deepEqual(told({ result: { state: 'out-of-memory', seconds: 1 } }), [
      'out-of-memory',
      'The rehearsal was killed because it needed more memory than Kaggle has.',
      ['Process the data in smaller portions, or use fewer threads ([run] threads).'],
    ]);
    const notebook = { ...aProject().notebook, timeLimitMinutes: 2 };
    assert.deepEqual(told({ result: { state: 'timeout', seconds: 125 } }, aProject({ notebook })), [
      'rehearsal-failed',
      'The rehearsal ran over the time limit (2 min 05 s).',
      [
        'Look at what grows with the rows, and whether all threads are used ([run] threads).',
        "The limit is [notebook] time_limit_minutes = 2; Kaggle's own is 720.",
      ],
    ]);
  });

  it('says what Jupyter said where the log explains nothing', () => {
    const remedy = ['Correct the package and run again; the log is .julia-kaggle/logs/rehearse.log.'];
    const error = { name: 'X', message: 'no kernel', cell: 1 };
    assert.deepEqual(told({ result: { state: 'error', seconds: 1, error } }), [
      'rehearsal-failed',
      'The notebook of Inference failed: no kernel.',
      remedy,
    ]);
    assert.deepEqual(told({ result: { state: 'error', seconds: 1 } }), [
      'rehearsal-failed',
      'The notebook of Inference failed: it could not be run.',
      remedy,
    ]);
  });

  it('says where the missing file was to be written', () => {
    assert.deepEqual(told({ hasOutput: false }), [
      'submission-file',
      'The rehearsal wrote no submission.csv.',
      ['Write it to {working}/submission.csv, or set [output] file in JuliaKaggle.toml.'],
    ]);
  });

  it('tells a download before the memory or the time that it took, and these before all else', () => {
    const lines = ['ERROR: KeyError: key 1 not found', 'Downloading artifact: stations'];
    for (const state of ['out-of-memory', 'timeout'] as const) {
      const result = { state, seconds: 1 };
      assert.equal(told({ result, lines })[0], 'rehearsal-download');
      assert.match(told({ result, lines: lines.slice(0, 1) })[1], /^The rehearsal (was killed|ran over)/);
    }
  });

  it('tells what loading once more has shown, when nothing else is to tell', () => {
    const loading = [
      {
        kind: 'recompilation' as const,
        subject: 'A',
        title: 'A again.',
        remedies: [{ title: 'B' }] as const,
      },
    ];
    assert.deepEqual(told({ loading }), ['rehearsal-recompile', 'A again.', ['B']]);
    assert.match(told({ loading, lines: ['Downloading artifact: stations'] })[1], /stations/);
  });
});
