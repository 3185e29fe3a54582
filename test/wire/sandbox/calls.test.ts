import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, it } from 'mocha';
import { isUserError } from '../../../src/base/errors.ts';
import { Visitor } from '../../support/visitor.ts';
import { basic, refusalOf, startBench } from './support.ts';

const LIST = 'competitions.CompetitionApiService/ListCompetitions';

describe('sandbox: calls', () => {
  it('takes Basic and Bearer credentials, also under /api/v1', async () => {
    const { sandbox } = await startBench();
    const { token } = sandbox.credentials;
    for (const headers of [basic(sandbox.credentials), { Authorization: `Bearer ${token}` }])
      for (const path of ['/v1/', '/api/v1/']) {
        const response = await fetch(sandbox.url + path + LIST, { method: 'POST', headers, body: '{}' });
        assert.equal(response.status, 200, path);
      }
  });

  it('answers 401 without a credential, with a wrong one and with one of another kind', async () => {
    const { sandbox, post } = await startBench();
    const { username, key, token } = sandbox.credentials;
    const wrong = [
      '',
      basic({ username, key: `${key}x` })['Authorization'] ?? '',
      basic({ username: 'somebody', key })['Authorization'] ?? '',
      `Bearer ${token}x`,
      `Digest ${key}`,
    ];
    for (const Authorization of wrong) {
      const refusal = await refusalOf(await post(LIST, {}, { headers: { Authorization } }));
      assert.deepEqual([refusal.http, refusal.status], [401, 'UNAUTHENTICATED'], Authorization);
    }
  });

  it('takes an address with a stray % for one that leads nowhere', async () => {
    const { sandbox, authorization } = await startBench();
    for (const path of ['/v1/kernels/logs/stream/ann%%/x', '/files/blob/%%', '/ann%%'])
      assert.ok((await fetch(sandbox.url + path, { headers: authorization() })).status < 500, path);
  });

  it('keeps its credentials over a restart', async () => {
    const bench = await startBench();
    const before = bench.sandbox.credentials;
    await bench.restart();
    assert.deepEqual(bench.sandbox.credentials, before);
  });

  it('answers 400 where the request is for no address', async () => {
    const { sandbox } = await startBench();
    for (const options of [{ path: '//' }, { headers: { Host: '[' } }]) {
      const asking = get(sandbox.url, options);
      const [response] = (await once(asking, 'response')) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, 400, JSON.stringify(options));
    }
  });

  it('answers 404 for methods and services that do not exist', async () => {
    const { refused, sandbox } = await startBench();
    for (const method of [
      'competitions.CompetitionApiService/Nothing',
      'no.Service/List',
      `${LIST}/1`,
      '__proto__/toString',
    ])
      assert.deepEqual((await refused(method)).http, 404, method);
    const page = await (await Visitor.at(sandbox.page)).open(`${sandbox.url}/index.html`);
    assert.equal(page.status, 404);
  });

  it('answers 400 for a body that is no JSON or has values of another type', async () => {
    const { refused, sandbox, authorization } = await startBench();
    const response = await fetch(`${sandbox.url}/v1/${LIST}`, {
      method: 'POST',
      headers: authorization(),
      body: '{',
    });
    assert.equal((await refusalOf(response)).status, 'INVALID_ARGUMENT');
    for (const body of [{ search: 3 }, { pageSize: 'many' }, { group: 'COMPETITION_LIST_TAB_NOTHING' }, []])
      assert.equal((await refused(LIST, body)).http, 400, JSON.stringify(body));
  });

  it('takes null for absent, numbers as texts and enums in all their spellings, and ignores unknown members', async () => {
    const { call } = await startBench();
    for (const group of [
      'COMPETITION_LIST_TAB_ENTERED',
      'ENTERED',
      'competition_list_tab_entered',
      'entered',
      1,
      null,
    ]) {
      const { competitions } = await call(LIST, {
        group,
        search: null,
        pageSize: '5',
        somethingNew: { a: 1 },
      });
      assert.equal((competitions as unknown[]).length, 1, String(group));
    }
  });

  it('understands no snake_case: the values count as absent', async () => {
    const { refused } = await startBench();
    const { http, message } = await refused('kernels.KernelsApiService/GetKernelSessionStatus', {
      user_name: 'sandbox-user',
      kernel_slug: 'demo-kernel',
    });
    assert.deepEqual([http, message], [403, "Permission 'kernelSessions.get' was denied"]);
  });

  it('tells about its tokens, without a credential too', async () => {
    const { sandbox } = await startBench();
    const introspect = async (
      token: string,
      headers: Record<string, string>,
    ): Promise<Record<string, unknown>> => {
      const url = `${sandbox.url}/v1/security.OAuthService/IntrospectToken`;
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ token }) });
      assert.equal(response.status, 200);
      return (await response.json()) as Record<string, unknown>;
    };
    const { token, username } = sandbox.credentials;
    const known = await introspect(token, { Authorization: `Bearer ${token}` });
    assert.deepEqual([known['active'], known['username']], [true, username]);
    for (const headers of [{}, { Authorization: 'Bearer KGAT_dead' }])
      assert.equal((await introspect('KGAT_dead', headers))['active'], false);
  });

  it('says which port is taken and what to do', async () => {
    const first = await startBench();
    const port = Number(new URL(first.sandbox.url).port);
    await assert.rejects(startBench({ port }), (error: unknown) => {
      assert.ok(isUserError(error, 'port-in-use'));
      assert.match(error.title, new RegExp(String(port)));
      return true;
    });
  });

  it('names what is wrong in a competition folder', async () => {
    const competition = {
      'competition.json': '{"slug":"toy-cup","title":"Toy","metric":"f1","targetColumn":"y"}',
    };
    await assert.rejects(startBench({ competition }), (error: unknown) => {
      assert.ok(isUserError(error, 'config-invalid'));
      assert.match(error.detail ?? '', /metric/);
      return true;
    });
  });
});
