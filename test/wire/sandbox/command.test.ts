import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'mocha';
import { silentLogger } from '../../../src/base/logger.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { createPorts } from '../../../src/core/pipeline/ports.ts';
import { tempFolder } from '../../support/temp.ts';
import { COMPETITION_FILES, list, record } from './support.ts';

interface Running {
  /** What it has printed, as soon as that matches. */
  readonly printed: (text: RegExp) => Promise<string>;
  readonly stop: () => Promise<number>;
}

/** `julia-kaggle sandbox` with these arguments. */
async function start(...args: string[]): Promise<Running> {
  const home = await tempFolder();
  const stop = new AbortController();
  const output = { text: '', waiting: (): void => undefined };
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      output.text += chunk.toString();
      output.waiting();
      done();
    },
  });
  const folder = ['--folder', await tempFolder()];
  const ended = runProgram(['sandbox', await tempFolder(COMPETITION_FILES), ...folder, ...args], {
    ports: createPorts({
      environment: {},
      homeFolder: home,
      platform: process.platform,
      logger: silentLogger,
    }),
    terminal: { stdout: sink, stderr: sink, interactive: false, columns: 100, ask: undefined },
    signal: stop.signal,
    version: '0.0.0',
  });
  return {
    printed: async (text) => {
      while (!text.test(output.text))
        await new Promise<void>((resolve) => {
          output.waiting = resolve;
        });
      return output.text;
    },
    stop: async () => {
      stop.abort();
      return await ended;
    },
  };
}

describe('julia-kaggle sandbox', () => {
  it('prints its page, and ready-made credentials for key and token that work', async () => {
    const { printed, stop } = await start('--fault', 'ListCompetitions#1=503', '--fault', 'ready=2s');
    const text = await printed(/Ctrl\+C/);
    const [, url = ''] = /open (http:\/\/127\.0\.0\.1:\d+\/) in a browser/.exec(text) ?? [];
    assert.match(await (await fetch(url)).text(), /ListCompetitions#1=503/);
    assert.match(text, /wrong on purpose:\n {2}ListCompetitions#1=503\n {2}ready=2s\n/);
    const [, api = '', token = ''] =
      /^export JULIA_KAGGLE_API_URL=(\S+) KAGGLE_API_TOKEN=(\S+)$/m.exec(text) ?? [];
    const [, user = '', key = ''] = /^export \S+ KAGGLE_USERNAME=(\S+) KAGGLE_KEY=(\S+)$/m.exec(text) ?? [];
    const credentials = [`Bearer ${token}`, `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`];
    const statuses = [];
    for (const Authorization of [...credentials, ...credentials]) {
      const path = `${api}/v1/competitions.CompetitionApiService/ListCompetitions`;
      statuses.push((await fetch(path, { method: 'POST', headers: { Authorization }, body: '{}' })).status);
    }
    assert.deepEqual(statuses, [503, 200, 200, 200]);
    assert.equal(await stop(), 0);
  });

  it('prints the same as JSON', async () => {
    const { printed, stop } = await start('--json');
    const { url, page, username, key, token, kind } = record(JSON.parse(await printed(/\n/)));
    assert.deepEqual([kind, page, username], ['sandbox', `${String(url)}/`, 'sandbox-user']);
    const headers = { Authorization: `Bearer ${String(token)}` };
    const faults = record(await (await fetch(`${String(url)}/sandbox/faults`, { headers })).json());
    assert.deepEqual(list(faults['faults']), []);
    assert.equal(String(key).length, 32);
    assert.equal(await stop(), 0);
  });

  it('says which fault is none, and does not start', async () => {
    const { printed, stop } = await start('--fault', 'ListCompetitons=503');
    assert.match(
      await printed(/\n\n?$/),
      /"ListCompetitons=503" is not a fault: .*did you mean "ListCompetitions"/,
    );
    assert.equal(await stop(), 2);
  });

  it('says which port is none', async () => {
    for (const port of ['65536', '80.5', 'http', '']) {
      const { printed, stop } = await start('--port', port);
      assert.match(
        await printed(/\n\n?$/),
        new RegExp(`--port takes a whole number up to 65535, not "${port}"`),
      );
      assert.equal(await stop(), 2);
    }
  });

  it('says that its folder is none, and which competition is not there', async () => {
    const file = join(await tempFolder({ file: '' }), 'file');
    for (const [args, said] of [
      [['--folder', file], `${file} is not a folder.`],
      [['--folder', join(file, 'below')], `${join(file, 'below')} is not a folder.`],
      [[file], `There is no ${join(file, 'competition.json')}.`],
    ] as const) {
      const { printed, stop } = await start(...args);
      assert.ok((await printed(/→/)).includes(said), said);
      assert.equal(await stop(), 1);
    }
  });
});
