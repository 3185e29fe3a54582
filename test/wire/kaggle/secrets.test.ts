import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Credentials } from '../../../src/kaggle/credentials.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import type { FakeRequest } from '../../support/fake-kaggle.ts';
import { useSetup } from './setup.ts';

const CANARY = 'KGAT_canary-0123456789abcdef';
const KINDS: readonly Credentials[] = [
  { kind: 'token', token: Secret.of(CANARY, 'test'), source: 'a file' },
  { kind: 'key', username: 'ann', key: Secret.of(CANARY, 'test'), source: 'a file' },
];

/** A server that repeats everything it was sent, in every place where a client might quote it. */
const echo = ({ headers, body }: FakeRequest, status: number) => {
  const sent = `${headers.authorization ?? ''} ${body.toString('utf8')}`;
  return {
    status,
    headers: { 'Retry-After': '999' },
    json: {
      error: { code: status, message: sent },
      message: sent,
      // Names that lead elsewhere are left out, with a word in the log.
      datasetFiles: [{ name: `../${sent}` }],
      files: [{ fileName: `../${sent}`, url: '' }],
    },
  };
};

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('the credential', () => {
  const setup = useSetup();

  it('that happens to be part of an answer does not spoil it', async () => {
    const { fake, connect, signal } = setup();
    fake.on('GetCompetition', { json: { title: 'Demo' } });
    const credentials = { kind: 'token', token: Secret.of('title', 'test'), source: 'a file' } as const;
    assert.equal((await connect({ credentials }).competitions.get('x', signal)).title, 'Demo');
  });

  for (const credentials of KINDS) {
    const forms = [CANARY, Buffer.from(`ann:${CANARY}`).toString('base64')];
    const assertClean = (text: string) => {
      for (const form of forms) assert.ok(!text.includes(form), text);
    };

    it(`(${credentials.kind}) does not print`, () => {
      const { connect } = setup();
      const client = connect({ credentials });
      for (const each of [credentials, client]) {
        assertClean(JSON.stringify(each));
        assertClean(inspect(each, { depth: Infinity, showHidden: true, getters: true }));
      }
      assertClean(Object.values(credentials).map(String).join());
    });

    for (const status of [200, 400, 401, 403, 404, 409, 429, 500]) {
      it(`(${credentials.kind}) is in no error and no log line when Kaggle echoes it with ${status}`, async () => {
        const { fake, connect, signal, folder, log } = setup();
        fake.onPath('/', (request) => echo(request, status));
        const sessionFolder = join(folder, 'uploads');
        const client = connect({ credentials, sessionFolder });
        // All calls are made at once.
        setMaxListeners(0, signal);
        const file = { name: 'f', path: import.meta.filename, bytes: 1, sha256: '' };
        const calls = [
          client.account.whoAmI(signal),
          client.competitions.get('demo', signal),
          client.competitions.downloadFile(
            'demo',
            { name: 'a.csv', bytes: 1 },
            join(folder, 'a.csv'),
            () => undefined,
            signal,
          ),
          client.datasets.find('bob', 'pack', signal),
          client.datasets.listFiles('bob', 'pack', signal),
          client.datasets.createVersion({ owner: 'ann', slug: 'pack', notes: 'n', files: [] }, signal),
          client.datasets.upload(file, () => undefined, signal),
          client.notebooks.output('ann', 'nb', 1, signal),
          client.submissions.get(1, signal),
          client.account.get(signal),
          client.competitions.list('', signal),
          client.datasets.list('', signal),
          client.datasets.isPrivate('ann', 'pack', signal),
          client.account.quota(signal),
          collected(client.notebooks.followLog('ann', 'nb', signal)),
        ];
        for (const result of await Promise.allSettled(calls)) {
          if (result.status === 'rejected')
            assertClean(inspect(result.reason, { depth: Infinity, showHidden: true }));
        }
        assertClean(log.lines.join('\n'));
        assert.ok(log.lines.length > 0);
        for (const name of await readdir(folder, { recursive: true }))
          assertClean(await readFile(join(folder, name), 'utf8').catch(() => ''));
      });
    }
  }
});
