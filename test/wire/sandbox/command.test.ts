import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, it } from 'mocha';
import { runProgram } from '../../../src/cli/program.ts';
import { createCore } from '../../../src/core/core.ts';
import { tempFolder } from '../../support/temp.ts';
import { Visitor } from '../../support/visitor.ts';
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
    coreWith: (logger) =>
      createCore({
        environment: {},
        homeFolder: home,
        platform: process.platform,
        logger,
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
  it('prints the address of its pages, and a token that works', async () => {
    const { printed, stop } = await start('--fault', 'ListCompetitions#1=503', '--fault', 'ready=2s');
    const text = await printed(/Ctrl\+C/);
    const [page = ''] = /^http:\/\/127\.0\.0\.1:\d+\/\?key=[\w-]{43}$/m.exec(text) ?? [];
    assert.match(await (await new Visitor().open(page)).text(), /ListCompetitions#1=503/);
    assert.match(text, /wrong on purpose:\n {2}ListCompetitions#1=503\n {2}ready=2s\n/);
    const [, api = '', token = ''] =
      /^export JULIA_KAGGLE_API_URL=(\S+) KAGGLE_API_TOKEN=(\S+)$/m.exec(text) ?? [];
    const statuses = [];
    for (const Authorization of [`Bearer ${token}`, `Bearer ${token}`]) {
      const path = `${api}/v1/competitions.CompetitionApiService/ListCompetitions`;
      statuses.push((await fetch(path, { method: 'POST', headers: { Authorization }, body: '{}' })).status);
    }
    assert.deepEqual(statuses, [503, 200]);
    assert.equal(await stop(), 0);
  });

  it('prints the same as JSON', async () => {
    const { printed, stop } = await start('--json');
    const { url, page, username, key, token, kind } = record(JSON.parse(await printed(/\n/)));
    assert.deepEqual([kind, username], ['sandbox', 'sandbox-user']);
    assert.ok(String(page).startsWith(`${String(url)}/?key=`));
    assert.equal((await new Visitor().open(String(page))).status, 200);
    const basic = Buffer.from(`${String(username)}:${String(key)}`).toString('base64');
    for (const Authorization of [`Bearer ${String(token)}`, `Basic ${basic}`]) {
      const answer = await fetch(`${String(url)}/sandbox/faults`, { headers: { Authorization } });
      assert.deepEqual(list(record(await answer.json())['faults']), []);
    }
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
      [['--folder', file], `${file} is a file, where a folder is to be.`],
      [['--folder', join(file, 'below')], `${file} is a file, where a folder is to be.`],
      [[file], `There is no ${join(file, 'competition.json')}.`],
    ] as const) {
      const { printed, stop } = await start(...args);
      assert.ok((await printed(/→/)).includes(said), said);
      assert.equal(await stop(), 1);
    }
  });
});
