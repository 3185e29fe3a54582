import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { UserError } from '../../../src/base/errors.ts';
import { outcomeTable } from '../../../src/cli/outcome-table.ts';
import { terminalOn } from '../../../src/cli/terminal.ts';
import { errorText, TextReporter } from '../../../src/cli/text-reporter.ts';
import type { RunEvent } from '../../../src/core/events.ts';

const EVENTS: RunEvent[] = [
  { kind: 'stage-skipped', stage: 'project', summary: 'Inference 0.1.0' },
  { kind: 'stage-started', stage: 'build', plan: 'instantiate' },
  { kind: 'progress', stage: 'build', text: 'Downloading Julia', doneBytes: 50e6, totalBytes: 100e6 },
  { kind: 'log', stage: 'build', stream: 'stderr', line: 'Precompiling project...' },
  { kind: 'warning', stage: 'build', message: 'no GPU' },
  { kind: 'stage-finished', stage: 'build', summary: 'depot 1 package', milliseconds: 1200 },
];

/** @param every how long passes from one event to the next. */
function show(interactive: boolean, verbose: boolean, events = EVENTS, every = 0): string {
  let now = 0;
  let text = '';
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  const reporter = new TextReporter(
    terminalOn({ stdout: stderr, stderr, interactive, columns: 40, ask: undefined }),
    verbose,
    () => now,
  );
  for (const event of events) {
    now += every;
    reporter.onEvent(event);
  }
  return text;
}

describe('TextReporter', () => {
  it('gives one line a stage and the warnings where nobody watches', () => {
    assert.equal(
      show(false, false),
      'project    up to date: Inference 0.1.0\nbuild      warning: no GPU\nbuild      depot 1 package (1.2 s)\n',
    );
  });

  it('says there in half a minute once what is going on', () => {
    const packages = Array.from({ length: 40 }, (_, at) => `Precompiled ${at + 1} of 40: Package${at + 1}`);
    const events = packages.map((text): RunEvent => ({ kind: 'progress', stage: 'build', text }));
    const lines = (every: number): string[] => show(false, false, events, every).trim().split('\n');
    assert.deepEqual(
      lines(10_000),
      [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39].map((at) => `build      ${packages[at - 1]}`),
    );
    assert.equal(lines(60_000).length, 40);
    assert.deepEqual(lines(500), ['']);
  });

  it('draws over one line in a terminal, never wider than it, and leaves none of it behind', () => {
    const pieces = show(true, false).split('\r\u001b[2K');
    assert.deepEqual(
      pieces.map((piece) => piece.split('\n')[0]),
      [
        'project    up to date: Inference 0.1.0',
        'build      instantiate',
        'build      Downloading Julia, 50.0 MB …',
        'build      warning: no GPU',
      ],
    );
  });

  it('prints the programs’ output when asked', () => {
    assert.match(show(false, true), /Precompiling project\.\.\./);
  });
});

describe('errorText', () => {
  it('has the sentence, what is known besides, and the remedy with its link', () => {
    const error = new UserError({
      code: 'competition-not-entered',
      title: 'You have not joined.',
      detail: 'line 1\nline 2',
      actions: [{ title: 'Accept its rules.', url: 'https://example.org/rules' }],
    });
    assert.equal(
      errorText(error),
      '✗ You have not joined.\n    line 1\n    line 2\n  → Accept its rules. https://example.org/rules',
    );
  });
});

describe('outcomeTable', () => {
  it('says of each stage whether it was done or skipped, and how long it took', () => {
    const text = outcomeTable([
      { stage: 'project', state: 'fresh', summary: 'Inference', milliseconds: 0 },
      { stage: 'build', state: 'done', summary: 'depot', milliseconds: 61_000 },
    ]);
    assert.deepEqual(text.split('\n'), [
      'stage    state    time        result',
      'project  skipped              up to date: Inference',
      'build    done     1 min 01 s  depot',
    ]);
  });
});
