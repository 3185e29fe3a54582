import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isUserError } from '../../../src/base/errors.ts';
import { type Fault, SCORING_ERRORS } from '../../../src/sandbox/faults/fault.ts';
import { parseFault } from '../../../src/sandbox/faults/fault-spec.ts';
import { faultText } from '../../../src/sandbox/faults/fault-text.ts';
import { METHOD_NAMES } from '../../../src/sandbox/rpc/method-names.ts';

const parse = (spec: string): Fault => parseFault(spec, METHOD_NAMES);
const always = { first: 1, last: Infinity };
const nested = { kind: 'answer', body: 'nested' };

const when = fc.oneof(
  fc.constant(always),
  fc
    .record({ first: fc.integer({ min: 1, max: 1e6 }), more: fc.integer({ min: 0, max: 99 }) })
    .map((count) => ({
      first: count.first,
      last: count.first + count.more,
    })),
  fc.integer({ min: 1, max: 1e6 }).map((first) => ({ first, last: Infinity })),
);
const text = fc.string({ minLength: 1 }).filter((value) => value === value.trim() && value !== '');
const ms = fc.integer({ min: 0, max: 1e9 });
const place = fc.integer({ min: 0, max: 1e12 });
const cut = fc.constant({ kind: 'cut' as const });
const answer = fc.record(
  {
    kind: fc.constant('answer' as const),
    status: fc.integer({ min: 400, max: 599 }),
    body: fc.constantFrom('nested' as const, 'flat' as const, 'inside' as const, 'html' as const),
    retryAfter: fc.record({
      seconds: fc.integer({ min: 0, max: 1e6 }),
      as: fc.constantFrom('seconds' as const, 'date' as const),
    }),
    message: text,
  },
  { requiredKeys: ['kind', 'status', 'body'] },
);
const unfinished = fc.record({ kind: fc.constant('unfinished' as const), range: fc.boolean() });

/** Every fault that can be set. */
const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    when,
    on: fc.constant('call' as const),
    method: fc.constantFrom('*', ...METHOD_NAMES),
    after: fc.boolean(),
    effect: fc.oneof(cut, answer),
  }),
  fc.record({ when, on: fc.constant('upload' as const), after: fc.boolean(), effect: fc.oneof(cut, answer) }),
  fc.record({
    when,
    on: fc.constant('upload' as const),
    byte: place,
    after: fc.constant(false),
    effect: fc.oneof(cut, answer, unfinished),
  }),
  fc.record({ when, on: fc.constant('download' as const), effect: fc.oneof(cut, answer) }),
  fc.record({ when, on: fc.constant('download' as const), byte: place, effect: cut }),
  fc.record({ when, on: fc.constant('log' as const), entries: place, effect: cut }),
  fc.record({
    when,
    on: fc.constant('ready' as const),
    effect: fc.oneof(
      fc.constant({ kind: 'failed' as const }),
      fc.record({ kind: fc.constant('slow' as const), ms }),
    ),
  }),
  fc.record({ when, on: fc.constant('drop' as const), name: text }),
  fc.record({ when, on: fc.constant('fresh' as const), ms }),
  fc.record({
    when,
    on: fc.constant('mounts' as const),
    layout: fc.constantFrom('classic' as const, 'namespaced' as const),
  }),
  fc.record({ when, on: fc.constant('allowance' as const) }),
  fc.record({ when, on: fc.constant('memory' as const), bytes: fc.integer({ min: 1 }) }),
  fc.record({ when, on: fc.constant('time' as const), ms: fc.nat() }),
  fc.record({ when, on: fc.constant('stale' as const), slug: fc.stringMatching(/^[a-z][a-z-]{0,20}$/) }),
  fc.record(
    { when, on: fc.constant('scoring' as const), error: fc.constantFrom(...SCORING_ERRORS), message: text },
    { requiredKeys: ['when', 'on', 'error'] },
  ),
);

describe('sandbox: the grammar of faults', () => {
  it('reads what the documentation shows', () => {
    const cases: [string, Fault | object][] = [
      [
        'GetDataset=503',
        { on: 'call', method: 'GetDataset', after: false, effect: { ...nested, status: 503 } },
      ],
      [
        '*=429,retry-after=2',
        { effect: { ...nested, status: 429, retryAfter: { seconds: 2, as: 'seconds' } } },
      ],
      [
        '*=429,retry-after-date=9',
        { effect: { ...nested, status: 429, retryAfter: { seconds: 9, as: 'date' } } },
      ],
      ['SaveKernel#2=cut', { when: { first: 2, last: 2 }, effect: { kind: 'cut' }, after: false }],
      ['SaveKernel#2-4=cut,after', { when: { first: 2, last: 4 }, after: true }],
      [
        'SaveKernel#2-=409,inside',
        { when: { first: 2, last: Infinity }, effect: { ...nested, status: 409, body: 'inside' } },
      ],
      [
        'SaveKernel=400,flat,message=no, and again no',
        { effect: { ...nested, status: 400, body: 'flat', message: 'no, and again no' } },
      ],
      ['upload@5MiB=cut', { on: 'upload', byte: 5 * 1024 * 1024, after: false, effect: { kind: 'cut' } }],
      ['upload@1.5kB=308', { byte: 1500, effect: { kind: 'unfinished', range: false } }],
      ['upload@0=308,range', { byte: 0, effect: { kind: 'unfinished', range: true } }],
      ['upload=503,after', { on: 'upload', after: true, effect: { ...nested, status: 503 } }],
      ['download@1000#1=cut', { on: 'download', byte: 1000, when: { first: 1, last: 1 } }],
      ['log@3=cut', { on: 'log', entries: 3 }],
      ['ready=1.5m', { on: 'ready', effect: { kind: 'slow', ms: 90_000 } }],
      ['ready#1=failed', { on: 'ready', effect: { kind: 'failed' } }],
      ['drop=a folder/b=c,d.txt', { on: 'drop', name: 'a folder/b=c,d.txt' }],
      ['fresh=500ms', { on: 'fresh', ms: 500 }],
      ['mounts=classic', { on: 'mounts', layout: 'classic' }],
      ['memory=600MB', { on: 'memory', when: always, bytes: 600e6 }],
      ['time#1=15s', { on: 'time', when: { first: 1, last: 1 }, ms: 15_000 }],
      ['stale=tides-app', { on: 'stale', when: always, slug: 'tides-app' }],
      ['allowance=full', { on: 'allowance', when: always }],
      ['scoring=format,message=Row 3', { on: 'scoring', error: 'format', message: 'Row 3' }],
      [' GetDataset # 1 = 503 '.replaceAll(' # ', '#'), { when: { first: 1, last: 1 } }],
    ];
    for (const [spec, expected] of cases) {
      const fault = parse(spec);
      assert.deepEqual({ ...fault, ...expected }, fault, spec);
    }
  });

  it('says what is wrong, in which part', () => {
    const cases: [string, RegExp][] = [
      ['', /has no "="/],
      ['GetDataset', /has no "="/],
      ['GetDataset=', /nothing is behind/],
      ['Get Dataset=503', /"Get Dataset" is not a target/],
      ['getdatasets=503', /did you mean "GetDataset"/],
      ['uplaod=503', /did you mean "upload"/],
      ['GetDataset=200', /"200" is neither "cut" nor a status/],
      ['GetDataset=5oo', /"5oo" is neither/],
      ['GetDataset=503,teapot', /"teapot" is no option of "503"/],
      ['GetDataset=cut,message=x', /"message" is no option of "cut"/],
      ['GetDataset=503,message=', /message is empty/],
      ['GetDataset=429,retry-after=soon', /"soon" is not a number of seconds/],
      ['GetDataset=429,retry-after=1,retry-after-date=1', /one "retry-after" is enough/],
      ['GetDataset#0=503', /begin with #1/],
      ['GetDataset#4-2=503', /ends before it begins/],
      ['GetDataset#x=503', /"#x" is not a count/],
      ['GetDataset@5=503', /"@" means nothing for GetDataset/],
      ['upload@far=cut', /"@far" is not a place/],
      ['upload@5=cut,after', /leave the "@" away/],
      ['upload=308,after', /cannot come after/],
      ['upload=503,range', /"range" is no option/],
      ['download@5=503', /can only be cut in its middle/],
      ['ready=30', /"30" is not a time/],
      ['mounts=flat', /"flat" is none of classic, namespaced/],
      ['memory=much', /"much" is no amount/],
      ['time=long', /"long" is not a time/],
      ['allowance=none', /"none" is none of full/],
      ['scoring=bad', /"bad" is none of exception/],
    ];
    for (const [spec, reason] of cases)
      assert.throws(
        () => parse(spec),
        (error) =>
          isUserError(error, 'wrong-usage') && reason.test(error.title) && error.title.includes(spec),
        spec,
      );
  });

  it('writes every fault as a text that it reads as the same fault', () => {
    fc.assert(
      fc.property(faults, (fault) => assert.deepEqual(parse(faultText(fault)), structuredClone(fault))),
    );
  });

  it('refuses any other text with a sentence, and nothing else', () => {
    const words = fc.constantFrom(
      'upload',
      '@',
      '#',
      '=',
      ',',
      '503',
      'cut',
      '1-2',
      '5s',
      'message=',
      '*',
      'ready',
      ' ',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (spec) => {
        try {
          parse(faultText(parse(spec)));
        } catch (error) {
          assert.ok(isUserError(error, 'wrong-usage'), String(error));
        }
      }),
    );
  });
});
