import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { readAnswer } from '../../../src/kaggle/answer.ts';
import { readEnum } from '../../../src/kaggle/enums.ts';
import { parseNotebookLog } from '../../../src/kaggle/notebook-log.ts';
import { forKaggle, sameNotebook } from '../../../src/kaggle/notebook-source.ts';
import { readRetryAfter } from '../../../src/base/http.ts';
import { backoffMs } from '../../../src/base/retry.ts';
import { isSafeName } from '../../../src/kaggle/remote-name.ts';
import * as schemas from '../../../src/kaggle/schemas.ts';
import { posix, win32 } from 'node:path';

const STATUS = { prefix: 'SOME_STATUS_', names: ['QUEUED', 'CANCEL_REQUESTED', 'NEW_SCRIPT'] } as const;

describe('reading what Kaggle answers (properties)', () => {
  it('knows an enumeration’s name in every form', () => {
    const lowerCamel = (name: string) =>
      name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    fc.assert(
      fc.property(fc.constantFrom(...STATUS.names), fc.boolean(), (name, prefixed) => {
        const full = prefixed ? STATUS.prefix + name : name;
        const index = STATUS.names.indexOf(name);
        for (const form of [full, full.toLowerCase(), lowerCamel(full), index, String(index)]) {
          assert.equal(readEnum(STATUS, form), name);
        }
      }),
    );
  });

  it('knows no other value, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer(), fc.constant(undefined)), (value) => {
        const name = readEnum(STATUS, value);
        assert.ok(name === undefined || STATUS.names.includes(name));
      }),
    );
  });

  it('makes of any status and any body a value or a failure', () => {
    const said = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    const methods = [schemas.kernel, schemas.dataset, schemas.submissions, schemas.competition];
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        said,
        fc.constantFrom(...methods),
        (status, body, schema) => {
          const generic: z.ZodMiniType<object> = schema;
          const attempt = readAnswer({ status, body, retryAfterMs: undefined }, generic);
          assert.ok(status < 300 || !attempt.ok);
        },
      ),
    );
  });

  it('finds the reason in both shapes of error, for any text', () => {
    const text = fc.string({ minLength: 1 }).filter((each) => each.trim() !== '');
    fc.assert(
      fc.property(text, fc.integer({ min: 400, max: 599 }), (message, code) => {
        for (const body of [{ code, message }, { error: { code, message } }]) {
          for (const status of [200, code]) {
            const attempt = readAnswer(
              { status, body: JSON.stringify(body), retryAfterMs: undefined },
              z.unknown(),
            );
            assert.ok(!attempt.ok && attempt.failure.kind === 'status');
            assert.deepEqual([attempt.failure.status, attempt.failure.text], [code, message]);
          }
        }
      }),
    );
  });
});

describe('reading a notebook’s log (properties)', () => {
  const entries = fc.array(
    fc.record({
      stream_name: fc.constantFrom('stdout', 'stderr'),
      time: fc.double({ min: 0, max: 40_000, noNaN: true, noDefaultInfinity: true }),
      data: fc.oneof(fc.string(), fc.constantFrom('}{', '"\\"', ',{"data":"x"}', '\n]')),
    }),
  );
  const wrappings = [
    (items: string[]) => `[${items.join(',')}]`,
    (items: string[]) => `[${items.join('\n,')}`,
    (items: string[]) => items.join(''),
    (items: string[]) => items.join('\n'),
    (items: string[]) => `[${items.join('\n,')}\n,{"stream_name":"stdout","time":1,"da`,
  ];

  it('finds every line in whatever wrapping', () => {
    fc.assert(
      fc.property(entries, fc.constantFrom(...wrappings), (items, wrap) => {
        fc.pre(items.length > 0);
        const log = wrap(items.map((item) => JSON.stringify(item)));
        const expected = items.map(({ stream_name: stream, time, data }) => ({
          stream,
          seconds: time + 0,
          text: data,
        }));
        assert.deepEqual(
          parseNotebookLog(log).map((line) => ({ ...line, seconds: line.seconds + 0 })),
          expected,
        );
      }),
    );
  });

  it('never throws and loses no text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.jsonValue()), (log) => {
        const lines = parseNotebookLog(log);
        if (typeof log === 'string' && /[a-z]/.test(log)) assert.ok(lines.length > 0);
      }),
    );
  });
});

describe('a notebook’s source (properties)', () => {
  const sources = fc.oneof(fc.string(), fc.array(fc.string()));
  const cells = fc.array(
    fc.record({ cell_type: fc.constantFrom('code', 'markdown'), source: sources }, { noNullPrototype: true }),
  );

  it('stays the same notebook when put as Kaggle takes it, and is put so once only', () => {
    fc.assert(
      fc.property(cells, (list) => {
        const source = JSON.stringify({ cells: list, nbformat: 4 });
        const sent = forKaggle(source);
        assert.ok(sameNotebook(source, sent));
        assert.equal(forKaggle(sent), sent);
      }),
    );
  });

  it('that is no notebook is left alone', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        assert.equal(forKaggle(source), source);
        assert.ok(sameNotebook(source, source));
      }),
    );
  });
});

describe('waiting and names (properties)', () => {
  it('a wait grows within bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (tries, chance) => {
          const wait = backoffMs(tries, () => chance);
          assert.ok(wait >= 250 && wait <= 30_000);
        },
      ),
    );
  });

  it('Retry-After is a time from now or nothing, for any header', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const wait = readRetryAfter(header, Date.parse('2026-08-01T00:00:00Z'));
        assert.ok(wait === undefined || wait >= 0);
      }),
    );
  });

  it('a name that is called safe stays below its folder', () => {
    const piece = fc.constantFrom('..', '.', '', 'a', '/', '\\', 'C:', 'b.csv', ' ', '\0');
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom('/', ''), (pieces, glue) => {
        const name = pieces.join(glue);
        if (!isSafeName(name)) return;
        assert.ok(posix.resolve(posix.join('/base', name)).startsWith('/base/'));
        assert.ok(win32.resolve(win32.join('C:\\base', name)).startsWith('C:\\base\\'));
      }),
    );
  });
});
