import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { proxyFetch } from '../../../src/base/proxy-fetch.ts';

/** A server that tells what it was sent, and a proxy that leads every address to it. */
describe('the command line behind a proxy', () => {
  const asked: string[] = [];
  let server: Server;
  let proxy: Server;
  let refusal: string | undefined;
  const portOf = (each: Server): number => (each.address() as AddressInfo).port;

  before(async () => {
    server = createServer((request, response) => {
      void text(request).then((body) =>
        response.end(`${request.method} ${request.headers.host} ${request.url} ${body}`),
      );
    });
    proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
        return;
      }
      const through = connect(portOf(server), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      for (const each of [socket, through]) each.on('error', () => each.destroy());
    });
    for (const each of [server, proxy]) await once(each.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => {
    asked.length = 0;
    refusal = undefined;
  });
  after(() => {
    for (const each of [server, proxy]) {
      each.closeAllConnections();
      each.close();
    }
  });

  for (const [name, prefix] of [
    ['http_proxy', 'http://'],
    ['HTTP_PROXY', 'http://'],
    ['http_proxy', ''],
  ] as const)
    it(`asks the one of ${name}=${prefix}…, for what is sent too`, async () => {
      const fetch = proxyFetch({ [name]: `${prefix}127.0.0.1:${portOf(proxy)}` });
      const answer = await fetch('http://kaggle.example/x', { method: 'PUT', body: Buffer.from('bytes') });
      assert.equal(await answer.text(), 'PUT kaggle.example /x bytes');
      assert.deepEqual(asked, ['kaggle.example:80']);
    });

  it('asks it not for what no_proxy names, nor for this machine', async () => {
    const variables = { http_proxy: `http://127.0.0.1:${portOf(proxy)}`, no_proxy: 'other.example' };
    const fetch = proxyFetch(variables);
    await assert.rejects(fetch('http://kaggle.other.example/'));
    const answer = await fetch(`http://127.0.0.1:${portOf(server)}/here`);
    assert.equal(await answer.text(), `GET 127.0.0.1:${portOf(server)} /here `);
    assert.deepEqual(asked, []);
    assert.equal(proxyFetch({ ...variables, no_proxy: '*' }), globalThis.fetch);
  });

  it('fails when the proxy refuses, and ends when it is told to', async () => {
    refusal = '407 Proxy Authentication Required';
    const fetch = proxyFetch({ http_proxy: `http://127.0.0.1:${portOf(proxy)}` });
    // As whatever else goes wrong on the way, and not as an end that was asked for.
    await assert.rejects(fetch('http://kaggle.example/'), { name: 'TypeError', message: 'fetch failed' });
    assert.deepEqual(asked, ['kaggle.example:80']);
    const signal = AbortSignal.abort();
    await assert.rejects(fetch('http://kaggle.example/', { signal }), { name: 'AbortError' });
  });

  it('is Node’s own without such a variable', () => {
    assert.equal(proxyFetch({ https_proxy: '', PATH: '/bin' }), globalThis.fetch);
  });
});
