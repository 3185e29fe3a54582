import assert from 'node:assert/strict';
import { isCancelled } from '../../../src/base/errors.ts';
import { FakeClock, KEY, urlsOf, userErrorOf, useSetup } from './setup.ts';

const COMPETITION = { json: { ref: 'https://www.kaggle.com/competitions/demo', title: 'Demo' } };

describe('a call to Kaggle', () => {
  const setup = useSetup();

  it('is a POST of camelCase JSON with the credential and our name', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', COMPETITION);
    await connect().competitions.get('demo', signal);
    const [request] = fake.requests;
    assert.equal(request?.method, 'POST');
    assert.equal(request.path, '/v1/competitions.CompetitionApiService/GetCompetition');
    assert.deepEqual(request.json, { competitionName: 'demo' });
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers['user-agent'], 'julia-on-kaggle/test');
    assert.equal(request.headers.authorization, `Basic ${Buffer.from(`ann:${KEY}`).toString('base64')}`);
  });

  const refusals = [
    { status: 400, code: 'kaggle-refused' },
    { status: 401, code: 'kaggle-unauthorized' },
    { status: 403, code: 'kaggle-forbidden' },
    { status: 404, code: 'kaggle-not-found' },
    { status: 409, code: 'kaggle-conflict' },
    { status: 418, code: 'kaggle-refused' },
  ] as const;
  for (const { status, code } of refusals) {
    const shapes = {
      plain: { status, json: { code: status, message: 'the reason' } },
      nested: { status, json: { error: { code: status, message: 'the reason', status: 'X' } } },
      'inside a 200': { status: 200, json: { code: status, message: 'the reason' } },
      'nested inside a 200': { status: 200, json: { error: { code: status, message: 'the reason' } } },
    };
    for (const [shape, reply] of Object.entries(shapes)) {
      it(`that answers ${status} (${shape}) is ${code} with Kaggle's reason, at once`, async () => {
        const { fake, connect, signal, clock } = setup();
        fake.on('GetCompetition', reply);
        const error = await userErrorOf(connect().competitions.get('demo', signal), code);
        assert.equal(error.detail, 'the reason');
        // Whether there is such a competition at all is another question.
        assert.equal(fake.requests.filter(({ path }) => path.endsWith('/GetCompetition')).length, 1);
        assert.deepEqual(clock.sleeps, []);
      });
    }
  }

  it('that is refused in a filled error field of a 200 is kaggle-refused', async () => {
    const { fake, connect, signal } = setup();
    for (const field of ['error', 'errorMessage']) {
      fake.on('GetCompetition', { json: { title: 'Demo', [field]: 'not today' } });
      const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-refused');
      assert.equal(error.detail, 'not today');
    }
  });

  it('names the source of a refused credential and links to the settings', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { status: 401, json: { code: 401, message: 'Unauthenticated' } });
    const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-unauthorized');
    assert.match(error.title, /the test/);
    assert.deepEqual(urlsOf(error), [`${fake.url}/settings/api`]);
  });

  it('tries again after server trouble, even when it answers with a web page', async () => {
    const { fake, connect, signal, clock } = setup();
    const page = '<!DOCTYPE html><html><head><title>Oops\n 502</title></head></html>';
    fake.on('GetCompetition', { status: 502, body: page }, { status: 500 }, COMPETITION);
    assert.equal((await connect().competitions.get('demo', signal)).title, 'Demo');
    assert.deepEqual(clock.sleeps, [375, 750]);
  });

  it('gives up on lasting trouble after a bounded number of tries, quoting the page', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { status: 503, body: '<html><title>We are down</title></html>' });
    const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-unreachable');
    assert.equal(error.detail, 'We are down');
    assert.equal(fake.requests.length, 6);
  });

  it('tries again after a cut connection, before and inside the answer', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { ...COMPETITION, cutAfter: 0 }, { ...COMPETITION, cutAfter: 7 }, COMPETITION);
    assert.equal((await connect().competitions.get('demo', signal)).title, 'Demo');
    assert.equal(fake.requests.length, 3);
  });

  it('waits as long as a rate limit asks, in seconds or as a date', async () => {
    const { fake, connect, signal, clock } = setup();
    const limited = (retryAfter: string) => ({ status: 429, headers: { 'Retry-After': retryAfter } });
    fake.on('GetCompetition', limited('7'), limited('Sat, 01 Aug 2026 00:01:07 GMT'), COMPETITION);
    await connect().competitions.get('demo', signal);
    assert.deepEqual(clock.sleeps, [7_000, 60_000]);
  });

  it('does not wait for a rate limit that asks for more than two minutes, but tells it', async () => {
    const { fake, connect, signal, clock } = setup();
    fake.on('GetCompetition', {
      status: 429,
      headers: { 'Retry-After': '3600' },
      json: { message: 'slow down' },
    });
    const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-rate-limited');
    assert.match(error.actions[0].title, /3600 s/);
    assert.deepEqual(clock.sleeps, []);
  });

  it('that answers a web page with 200 is kaggle-answer', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { body: '<html><title>Sign in to the hotel WLAN</title></html>' });
    const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-answer');
    assert.equal(error.detail, 'Sign in to the hotel WLAN');
  });

  it('that answers something else than the method does is kaggle-answer, naming the field', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { json: { title: 5 } });
    const error = await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-answer');
    assert.match(error.detail ?? '', /title/);
  });

  it('does not follow a redirect with its credential', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { status: 307, headers: { Location: `${fake.url}/elsewhere` } });
    await userErrorOf(connect().competitions.get('demo', signal), 'kaggle-answer');
    assert.equal(fake.requests.length, 1);
  });

  it('to a server that is not there is kaggle-unreachable, naming host and reason', async () => {
    const { fake, connect, signal } = setup();
    const client = connect();
    const host = new URL(fake.url).host;
    await fake.close();
    const error = await userErrorOf(client.competitions.get('demo', signal), 'kaggle-unreachable');
    assert.ok(error.title.includes(host) && error.title.includes('ECONNREFUSED'), error.title);
  });

  it('to a server that stays silent ends', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { silent: true });
    const error = await userErrorOf(
      connect({ silenceMs: 20 }).competitions.get('demo', signal),
      'kaggle-unreachable',
    );
    assert.match(error.title, /ETIMEDOUT/);
  });

  it('that is cancelled is CancelledError: while waiting for the answer', async () => {
    const { fake, connect } = setup();
    const controller = new AbortController();
    fake.on('GetCompetition', () => {
      controller.abort();
      return { silent: true };
    });
    await assert.rejects(connect().competitions.get('demo', controller.signal), isCancelled);
  });

  it('that is cancelled is CancelledError: before the next try', async () => {
    const { fake, connect } = setup();
    const controller = new AbortController();
    const clock = new FakeClock();
    clock.sleep = async () => {
      controller.abort();
      return new FakeClock().sleep(0, controller.signal);
    };
    fake.on('GetCompetition', { status: 500 });
    await assert.rejects(connect({ clock }).competitions.get('demo', controller.signal), isCancelled);
    assert.equal(fake.requests.length, 1);
  });

  it('sends a credential without TLS to this machine only', () => {
    const { connect } = setup();
    for (const apiUrl of [
      'http://kaggle.example',
      'http://localhost.example',
      'ftp://localhost',
      'nonsense',
    ]) {
      assert.throws(() => connect({ apiUrl }), { code: 'wrong-usage' });
    }
    assert.equal(connect({ apiUrl: 'http://localhost:1234/' }).apiUrl, 'http://localhost:1234');
    assert.equal(connect({ apiUrl: 'https://api.kaggle.com' }).siteUrl, 'https://www.kaggle.com');
  });
});
