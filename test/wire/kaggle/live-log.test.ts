import assert from 'node:assert/strict';
import { isCancelled } from '../../../src/base/errors.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import type { FakeHandler, FakeReply } from '../../support/fake-kaggle.ts';
import { KEY, userErrorOf, useSetup } from './setup.ts';

const PATH = '/v1/kernels/logs/stream/';
const entry = (text: string, stream = 'stdout', time = 1) => ({ stream_name: stream, time, data: text });
const event = (data: unknown): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const stream = (...events: readonly unknown[]): FakeReply => ({
  headers: { 'Content-Type': 'text/event-stream' },
  body: events.map(event).join(''),
});
/** Sent whole, then the connection breaks. */
const broken = (...events: readonly unknown[]): FakeReply => {
  const { body = '', ...rest } = stream(...events);
  // One byte more is announced than comes.
  return { ...rest, body: `${String(body)} `, cutAfter: body.length, cutWhen: soon() };
};
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('the live log', () => {
  const setup = useSetup();

  const collect = async (...answers: readonly FakeHandler[]) => {
    const { fake, connect, signal } = setup();
    fake.onPath(PATH, ...answers);
    const texts: string[] = [];
    for await (const line of connect().notebooks.followLog('ann', 'my-nb', signal)) texts.push(line.text);
    return texts;
  };

  it('comes as events up to its end, by GET with the credential', async () => {
    const { fake, connect, signal } = setup();
    fake.onPath(
      PATH,
      stream(entry('hello\n', 'stdout', 1.25), entry('warn\n', 'stderr', 2.5), 'END_OF_LOG', entry('no')),
    );
    const lines = [];
    for await (const line of connect().notebooks.followLog('ann', 'my-nb', signal)) lines.push(line);
    assert.deepEqual(lines, [
      { stream: 'stdout', seconds: 1.25, text: 'hello\n' },
      { stream: 'stderr', seconds: 2.5, text: 'warn\n' },
    ]);
    const [request] = fake.requests;
    assert.equal(request?.method, 'GET');
    assert.equal(request.path, `${PATH}ann/my-nb`);
    assert.equal(request.headers.accept, 'text/event-stream, */*');
    assert.equal(request.headers.authorization, `Basic ${Buffer.from(`ann:${KEY}`).toString('base64')}`);
    assert.equal(fake.requests.length, 1);
  });

  it('of a finished run is a JSON array, whatever it calls itself', async () => {
    for (const type of ['application/json', 'application/octet-stream', 'text/plain']) {
      const body = `[${JSON.stringify(entry('a'))}\n,${JSON.stringify(entry('b'))}]`;
      assert.deepEqual(await collect({ headers: { 'Content-Type': type }, body }), ['a', 'b']);
    }
  });

  it('goes on where it was cut: what is replayed is not told twice', async () => {
    const texts = await collect(
      broken(entry('one'), entry('two')),
      broken(entry('one'), entry('two')),
      broken(entry('one'), entry('two'), entry('three')),
      stream(entry('one'), entry('two'), entry('three'), entry('four'), 'END_OF_LOG'),
    );
    assert.deepEqual(texts, ['one', 'two', 'three', 'four']);
  });

  it('that ends without its last event was cut, and goes on with the finished log', async () => {
    const array = { json: [entry('one'), entry('two')] };
    assert.deepEqual(await collect(stream(entry('one')), array), ['one', 'two']);
  });

  it('counts no comment, no empty entry and no other field, and takes text for a line', async () => {
    const body = `: ping\n\nid: 5\nevent: log\n${event(entry('a'))}${event({ time: 3 })}${event('plain')}data:${JSON.stringify(entry('b'))}\r\n\r\n${event('END_OF_LOG')}`;
    assert.deepEqual(await collect({ headers: { 'Content-Type': 'text/event-stream' }, body }), [
      'a',
      'plain',
      'b',
    ]);
  });

  it('gives up after five failures in a row without a new entry', async () => {
    const { fake, clock } = setup();
    const error = await userErrorOf(collect({ cutAfter: 0 }), 'kaggle-unreachable');
    assert.notEqual(error.actions.length, 0);
    assert.equal(fake.requestsTo(PATH).length, 5);
    assert.equal(clock.sleeps.length, 4);
  });

  it('does not give up while there is progress, however often it is cut', async () => {
    const all = Array.from({ length: 12 }, (_, index) => entry(`line ${index}`));
    const cuts = all.map((_, index) => broken(...all.slice(0, index + 1)));
    const texts = await collect(...cuts, stream(...all, 'END_OF_LOG'));
    assert.deepEqual(
      texts,
      all.map(({ data }) => data),
    );
  });

  it('does not take the cut of a long idle connection for a failure', async () => {
    const { fake, clock, signal, connect } = setup();
    const idle = async (): Promise<FakeReply> => {
      await clock.sleep(120_000, signal);
      return stream();
    };
    fake.onPath(PATH, ...Array.from({ length: 20 }, () => idle), stream(entry('late'), 'END_OF_LOG'));
    const texts: string[] = [];
    for await (const { text } of connect().notebooks.followLog('ann', 'nb', signal)) texts.push(text);
    assert.deepEqual(texts, ['late']);
  });

  const refusals = { 403: 'kaggle-forbidden', 404: 'kaggle-not-found', 401: 'kaggle-unauthorized' } as const;
  for (const [status, code] of Object.entries(refusals)) {
    it(`that Kaggle refuses with ${status} is ${code} at once`, async () => {
      const error = await userErrorOf(collect({ status: Number(status), json: { message: 'no' } }), code);
      assert.match(error.detail ?? '', /no/);
      assert.equal(setup().fake.requestsTo(PATH).length, 1);
    });
  }

  it('that is a web page is kaggle-answer', async () => {
    const headers = { 'Content-Type': 'text/html' };
    await userErrorOf(collect({ headers, body: '<html>WLAN</html>' }), 'kaggle-answer');
  });

  it('that stays silent is connected anew', async () => {
    const { fake, connect, signal } = setup();
    fake.onPath(PATH, { silent: true }, stream(entry('a'), 'END_OF_LOG'));
    const texts: string[] = [];
    const client = connect({ silenceMs: 30 });
    for await (const { text } of client.notebooks.followLog('ann', 'nb', signal)) texts.push(text);
    assert.deepEqual(texts, ['a']);
  });

  it('can be left at any time, and cancelled', async () => {
    const { fake, connect } = setup();
    const endless = {
      ...stream(entry('a'), entry('b')),
      cutAfter: 90,
      cutWhen: new Promise(() => undefined),
    };
    fake.onPath(PATH, endless);
    for await (const { text } of connect().notebooks.followLog('ann', 'nb', new AbortController().signal)) {
      assert.equal(text, 'a');
      break;
    }
    const controller = new AbortController();
    await assert.rejects(async () => {
      for await (const _ of connect().notebooks.followLog('ann', 'nb', controller.signal)) controller.abort();
    }, isCancelled);
  });

  it('does not tell the credential that a server echoes', async () => {
    const { fake, connect, signal } = setup();
    fake.onPath(PATH, ({ headers }) => ({ status: 400, json: { message: headers.authorization } }));
    const token = Secret.of('KGAT_canary', 'test');
    const client = connect({ credentials: { kind: 'token', token, source: 'a file' } });
    const error = await userErrorOf(
      (async () => {
        for await (const _ of client.notebooks.followLog('ann', 'nb', signal));
      })(),
      'kaggle-refused',
    );
    assert.ok(!error.message.includes('canary'));
  });
});
