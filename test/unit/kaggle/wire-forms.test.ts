import assert from 'node:assert/strict';
import { readAnswer } from '../../../src/kaggle/answer.ts';
import { parseNotebookLog } from '../../../src/kaggle/notebook-log.ts';
import { forKaggle, sameNotebook } from '../../../src/kaggle/notebook-source.ts';
import { readRetryAfter } from '../../../src/base/http.ts';
import { competition, kernel } from '../../../src/kaggle/schemas.ts';
import { lastSegments, Site } from '../../../src/kaggle/site.ts';
import { translateFailure } from '../../../src/kaggle/translate-error.ts';
import { readUploadAnswer } from '../../../src/kaggle/upload-state.ts';

describe('an answer of Kaggle', () => {
  const read = (body: unknown, status = 200) =>
    readAnswer(
      { status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfterMs: undefined },
      kernel,
    );

  it('may leave out everything', () => {
    assert.deepEqual(read({}), {
      ok: true,
      value: { metadata: { currentVersionNumber: 0 }, blob: {} },
    });
  });

  it('may hold null or an empty text for a default, and a number as text', () => {
    const attempt = read({ metadata: { ref: null, currentVersionNumber: '12' }, blob: { source: '' } });
    assert.ok(attempt.ok);
    assert.deepEqual(attempt.value, {
      metadata: { ref: undefined, currentVersionNumber: 12 },
      blob: { source: undefined },
    });
  });

  it('with a plain `message` in a 200 is no failure', () => {
    const attempt = readAnswer(
      { status: 200, body: '{"message":"Hello"}', retryAfterMs: undefined },
      competition,
    );
    assert.ok(attempt.ok);
  });

  const unreadable = {
    'an empty body': '',
    'a text': 'hello',
    'a list': '[]',
    'a number': '5',
    'a redirect': '',
  };
  for (const [name, body] of Object.entries(unreadable)) {
    it(`that is ${name} is unreadable`, () => {
      const attempt = read(body, name === 'a redirect' ? 302 : 200);
      assert.ok(!attempt.ok && attempt.failure.kind === 'unreadable');
    });
  }

  it('that is a page is quoted by its title only, a long text by its beginning', () => {
    const texts = [
      '<html><head><title> Bad\n gateway </title></head><body>long</body></html>',
      'x'.repeat(1000),
    ];
    const quotes = texts.map((body) => {
      const attempt = read(body, 502);
      return !attempt.ok && attempt.failure.kind === 'status' ? attempt.failure.text : undefined;
    });
    assert.deepEqual(quotes, ['Bad gateway', `${'x'.repeat(300)}…`]);
    const bare = read('<!doctype html><html><body>long</body></html>', 502);
    assert.ok(!bare.ok && bare.failure.kind === 'status' && bare.failure.text === undefined);
  });
});

describe('the words for a failure', () => {
  const sender = {
    apiUrl: 'https://api.kaggle.com',
    settingsUrl: 'https://s',
    credentialSource: 'a file',
    shadowed: [],
  };
  const network = (code: string) =>
    translateFailure({ kind: 'network', code, cause: undefined }, { thing: 'it' }, sender);

  it('tell a certificate that is not trusted from a network that is not there', () => {
    assert.match(network('SELF_SIGNED_CERT_IN_CHAIN').actions[0].title, /NODE_EXTRA_CA_CERTS/);
    assert.match(network('UNABLE_TO_VERIFY_LEAF_SIGNATURE').title, /not trusted/);
    assert.match(network('ENOTFOUND').title, /api\.kaggle\.com cannot be reached \(ENOTFOUND\)/);
  });
});

describe('a reference of Kaggle', () => {
  it('gives its last segments, whether path or URL', () => {
    for (const ref of ['ann/nb', '/code/ann/nb', 'https://www.kaggle.com/code/ann/nb?x=1', '/code/ann/nb/']) {
      assert.deepEqual(lastSegments(ref, 2), ['ann', 'nb']);
    }
    assert.equal(lastSegments('nb', 2), undefined);
    assert.equal(lastSegments('', 1), undefined);
  });

  it('has its page on Kaggle’s site, or on the server that plays Kaggle', () => {
    assert.equal(
      new Site('https://api.kaggle.com').rules('demo'),
      'https://www.kaggle.com/competitions/demo/rules',
    );
    assert.equal(new Site('https://api.kaggle.com').settings, 'https://www.kaggle.com/settings/api');
    assert.equal(
      new Site('http://127.0.0.1:8080/api').dataset('ann', 'p'),
      'http://127.0.0.1:8080/datasets/ann/p',
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-08-01T00:00:00Z');
  it('is seconds or a date; a date that is past is now; nonsense is nothing', () => {
    assert.equal(readRetryAfter('120', now), 120_000);
    assert.equal(readRetryAfter('Sat, 01 Aug 2026 00:00:30 GMT', now), 30_000);
    assert.equal(readRetryAfter('Sat, 01 Aug 2020 00:00:30 GMT', now), 0);
    assert.equal(readRetryAfter('soon', now), undefined);
    assert.equal(readRetryAfter(null, now), undefined);
  });
});

describe('an answer of the file store', () => {
  it('says complete, how much it has, gone, trouble, or no', () => {
    assert.deepEqual(readUploadAnswer(200, null), { kind: 'complete' });
    assert.deepEqual(readUploadAnswer(201, null), { kind: 'complete' });
    assert.deepEqual(readUploadAnswer(308, 'bytes=0-41'), { kind: 'incomplete', received: 42 });
    assert.deepEqual(readUploadAnswer(308, null), { kind: 'incomplete', received: 0 });
    assert.deepEqual(readUploadAnswer(308, 'bytes=7-41'), { kind: 'trouble' });
    assert.deepEqual(readUploadAnswer(404, null), { kind: 'gone' });
    assert.deepEqual(readUploadAnswer(410, null), { kind: 'gone' });
    for (const status of [408, 429, 500, 503])
      assert.deepEqual(readUploadAnswer(status, null), { kind: 'trouble' });
    for (const status of [204, 302, 400, 403, 412]) {
      assert.deepEqual(readUploadAnswer(status, null), { kind: 'refused', status });
    }
  });
});

describe('a notebook’s log', () => {
  it('is empty when there is none', () => {
    for (const log of ['', '[]', ' \n', '[', undefined, null, 5, {}])
      assert.deepEqual(parseNotebookLog(log), []);
  });

  it('may come as a list, with gaps and times as text', () => {
    assert.deepEqual(
      parseNotebookLog([{ data: 'a', time: '2.5' }, { time: 1 }, 'x', { data: 'b', stream_name: 'other' }]),
      [
        { stream: 'stdout', seconds: 2.5, text: 'a' },
        { stream: 'stdout', seconds: 0, text: 'b' },
      ],
    );
  });

  it('that is plain text is one line', () => {
    assert.deepEqual(parseNotebookLog('Traceback'), [{ stream: 'stdout', seconds: 0, text: 'Traceback' }]);
  });

  it('of many lines is read quickly, even when cut off', () => {
    const line = JSON.stringify({ stream_name: 'stdout', time: 1, data: 'x "quoted" {y} \\ '.repeat(20) });
    const log = `[${Array.from({ length: 20_000 }, () => line).join('\n,')}\n,{"stream_name":"std`;
    const began = performance.now();
    assert.equal(parseNotebookLog(log).length, 20_000);
    // In a second, or in hours.
    assert.ok(performance.now() - began < 30_000);
  });
});

describe('a notebook for Kaggle', () => {
  const cell = (source: unknown, more: object = {}) => ({
    cell_type: 'code',
    source,
    metadata: { a: 1 },
    ...more,
  });
  const notebook = (...cells: object[]) =>
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

  it('has one text for each cell and no outputs, and keeps all else', () => {
    const sent = forKaggle(notebook(cell(['a\n', 'b'], { outputs: [{ x: 1 }] }), cell('c')));
    assert.deepEqual(JSON.parse(sent), JSON.parse(notebook(cell('a\nb', { outputs: [] }), cell('c'))));
  });

  it('that is so already is sent to the letter', () => {
    const source = `${JSON.stringify(JSON.parse(notebook(cell('a', { outputs: [] }))), undefined, 1)}\n`;
    assert.equal(forKaggle(source), source);
  });

  it('is the same when its cells are, and another when one differs', () => {
    assert.ok(
      sameNotebook(
        notebook(cell('a\nb')),
        notebook(cell(['a\n', 'b'], { outputs: [1], execution_count: 3 })),
      ),
    );
    assert.ok(!sameNotebook(notebook(cell('a')), notebook(cell('b'))));
    assert.ok(!sameNotebook(notebook(cell('a')), notebook(cell('a'), cell('a'))));
    assert.ok(!sameNotebook(notebook(cell('a')), ''));
  });
});
