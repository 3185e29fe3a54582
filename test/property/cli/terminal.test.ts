import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { UserError } from '../../../src/base/errors.ts';
import { table } from '../../../src/cli/outcome-table.ts';
import { printLine, type Terminal, terminalOn } from '../../../src/cli/terminal.ts';
import { errorText, TextReporter } from '../../../src/cli/text-reporter.ts';

const OWN = '\r\u001b[2K';
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what must not be there
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

/** What the terminal of a user got, and what was asked. */
function played(use: (terminal: Terminal) => void): { bytes: string; asked: readonly string[] } {
  const chunks: Buffer[] = [];
  const asked: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const answer = (question: string): Promise<never> => {
    asked.push(question);
    return new Promise(() => undefined);
  };
  use(
    terminalOn({
      stdout: stream,
      stderr: stream,
      interactive: true,
      columns: 60,
      ask: answer,
      prompt: answer,
    }),
  );
  // A decoder that is strict finds halves of pairs.
  return {
    bytes: new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)),
    asked,
  };
}

const HOSTILE = fc.constantFrom(
  ...[
    '\x1b',
    '\x1b[',
    '\x1b[2J',
    '\x1b]52;c;',
    '\x1b]0;',
    '\x1b]8;;',
    '\x07',
    '\x1b\\',
    '\x9b',
    '\x9d',
    '\x9c',
  ],
  ...['\x90', '\x9f', '\x1bP', '\x1b_', '\x1bc', '\r', '\n', '\t', '\b', '\x00', '\x7f', '\x85', '\u2028'],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\ud800',
    '\udc00',
    '\u{e0041}',
    '31m',
    'a',
    ';',
    '[',
    '"',
    ' ',
  ],
);
const text = fc.oneof(fc.string({ unit: HOSTILE }), fc.string());

describe('the terminal, whatever strangers write', () => {
  it('gets no commands but the one that erases a line, and no character that is not seen', () => {
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const { bytes, asked } = played((terminal) => {
          const reporter = new TextReporter(terminal, true);
          reporter.onEvent({ kind: 'stage-started', stage: 'build', plan: one });
          reporter.onEvent({ kind: 'progress', stage: 'build', text: two });
          reporter.onEvent({ kind: 'log', stage: 'build', stream: 'stdout', line: three });
          reporter.onEvent({ kind: 'warning', stage: 'build', message: one });
          reporter.onEvent({ kind: 'stage-skipped', stage: 'build', summary: two });
          printLine(terminal.stdout, table([one, two], [[three, one]]));
          printLine(terminal.stderr, errorText(errorOf(one, two, three)));
          terminal.stdout.text(`${one}${two}`);
          terminal.stdout.json({ [one]: [two, { three }] });
          void terminal.ask?.(`Next: ${one}. Go on?`, new AbortController().signal);
          void terminal.prompt?.(two, new AbortController().signal);
        });
        for (const shown of [bytes.replaceAll(OWN, ''), ...asked]) assert.doesNotMatch(shown, FORBIDDEN);
        for (const question of asked) assert.ok(!question.includes('\n'));
      }),
    );
  });

  it('gives a row of a table one line', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (rows) => {
        assert.equal(table(['a', 'b'], rows).split('\n').length, rows.length + 1);
      }),
    );
  });

  it('gives programs the very values as JSON', () => {
    fc.assert(
      fc.property(text, (value) => {
        const { bytes } = played(({ stdout }) => stdout.json({ value }));
        assert.deepEqual(JSON.parse(bytes), { value });
        assert.equal(bytes.split('\n').length, 2);
      }),
    );
  });
});

function errorOf(title: string, detail: string, remedy: string): UserError {
  return new UserError({ code: 'wrong-usage', title, detail, actions: [{ title: remedy, url: detail }] });
}
