import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import { EXIT } from '../../../src/cli/exit-codes.ts';
import { terminalOn } from '../../../src/cli/terminal.ts';
import { foldersOf, isWorthARun, watchCommand } from '../../../src/cli/watch-command.ts';
import type { Core } from '../../../src/core/core.ts';
import { tempFolder } from '../../support/temp.ts';

/** A project whose runs end as a test says, and the command that watches it. */
async function watched(run: (count: number, signal: AbortSignal) => Promise<unknown>) {
  const folder = await tempFolder();
  await mkdir(join(folder, '.julia-kaggle'));
  const source = join(folder, 'Main.jl');
  await writeFile(source, '');
  const stop = new AbortController();
  let text = '';
  const stderr = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString();
      done();
    },
  });
  let runs = 0;
  const project = {
    changed: () => undefined,
    run: ({ signal, until }: { signal: AbortSignal; until: string }) => {
      assert.equal(until, 'rehearse');
      return run((runs += 1), signal);
    },
  };
  const core = { project: () => project, listen: () => undefined } as unknown as Core;
  const terminal = terminalOn({ stdout: stderr, stderr, interactive: false, columns: 80, ask: undefined });
  const ended = watchCommand(folder, {}, { core, terminal, signal: stop.signal });
  return { folder, source, stop, ended, said: () => text, runs: () => runs };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(20);
}
/** As a run that goes on until somebody cancels it. */
const cancelled = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError())));
const passed = { artefacts: { rehearse: { rows: 60 } } };

describe('watch', () => {
  it('runs now and after each change, tells each verdict, and ends when it is asked to', async () => {
    const failed = new UserError({
      code: 'test-failed',
      title: 'It broke.',
      actions: [{ title: 'Mend it.' }],
    });
    const watch = await watched((count) => (count === 2 ? Promise.reject(failed) : Promise.resolve(passed)));
    await until(() => /passed at .*60 rows/.test(watch.said()));
    await appendFile(watch.source, '# more\n');
    await until(() => watch.said().includes('It broke.'));
    await appendFile(watch.source, '# mended\n');
    await until(() => watch.runs() === 3);
    watch.stop.abort();
    assert.equal(await watch.ended, EXIT.done);
  });

  it('cancels a run that a newer change makes pointless', async () => {
    const watch = await watched((count, signal) =>
      count === 1 ? cancelled(signal) : Promise.resolve(passed),
    );
    await until(() => watch.runs() === 1);
    await appendFile(watch.source, '# more\n');
    await until(() => watch.said().includes('passed at'));
    assert.equal(watch.runs(), 2);
    watch.stop.abort();
    await watch.ended;
  });

  it('takes what runs write for no change', async () => {
    const watch = await watched(() => Promise.resolve(passed));
    await until(() => watch.said().includes('passed at'));
    await appendFile(join(watch.folder, '.julia-kaggle', 'record.json'), '{}');
    await pause(400);
    assert.equal(watch.runs(), 1);
    watch.stop.abort();
    await watch.ended;
  });

  it('goes by the path of a change, where the system says one', () => {
    assert.deepEqual(['src/Main.jl', undefined, 'data/.github'].map(isWorthARun), [true, true, true]);
    assert.deepEqual(
      ['.julia-kaggle/record.json', '.git/index', '.julia-kaggle', 'sub\\.git\\HEAD'].map(isWorthARun),
      [false, false, false, false],
    );
  });

  it('watches the folders of packages that lie beside the project', () => {
    const files = [
      { source: '/work/Main/src/Main.jl', place: 'Main/src/Main.jl' },
      { source: '/work/Tides/src/Tides.jl', place: 'Tides/src/Tides.jl' },
      { source: '/work/Tides/Project.toml', place: 'Tides/Project.toml' },
    ];
    assert.deepEqual(foldersOf('/work/Main', { files } as never), ['/work/Main', join('/work', 'Tides')]);
  });
});
