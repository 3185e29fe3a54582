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
    rejects({ steps: [{ step: 'run', seconds: 2, recompiled }] }, 'rehearsal-recompile', /Inference/);
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
});
