import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { commands, Uri, workspace } from 'vscode';
import { silentEngine } from '../support/engines.ts';
import { eventually, innards, panelState, runUntil } from './support.ts';

const NAMES = ['First', 'Second', 'Third'] as const;
type Name = (typeof NAMES)[number];

describe('three projects that run at once in one window', () => {
  const outer = process.env['DOCKER_HOST'];
  const runs = new Map<Name, Promise<unknown>>();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let engine: Awaited<ReturnType<typeof silentEngine>>;

  const folder = (name: Name): string => join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', name);

  async function show(name: Name): Promise<void> {
    await commands.executeCommand('juliaKaggle.chooseProject', Uri.file(join(folder(name), 'Project.toml')));
    await eventually(() => panelState().folder === folder(name));
  }

  const build = () => panelState().stages.find(({ name }) => name === 'build')?.state;

  before(async () => {
    await innards();
    // A run stays at the build: this engine never answers.
    engine = await silentEngine();
    process.env['DOCKER_HOST'] = engine.address;
    delay.enable();
  });
  after(async () => {
    if (outer === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = outer;
    await engine.close();
  });

  it('begin each by itself', async () => {
    for (const name of NAMES) {
      await show(name);
      runs.set(name, Promise.resolve(runUntil('build')));
      await eventually(() => build() === 'running');
    }
  });

  it('show each its own state', async () => {
    for (const name of NAMES) {
      await show(name);
      assert.equal(panelState().primary.label, 'Cancel');
      assert.equal(panelState().project, name);
      assert.equal(build(), 'running');
      assert.equal(panelState().stages[0]?.state, 'done');
      assert.ok(existsSync(join(folder(name), '.julia-kaggle', 'record.json')));
    }
  });

  it('run one thing at a time each', async () => {
    await show('Second');
    assert.equal(await runUntil('project'), 'not-run');
  });

  it('are cancelled each by itself', async () => {
    await show('Second');
    await commands.executeCommand('juliaKaggle.cancel');
    assert.equal(await runs.get('Second'), 'cancelled');
    assert.equal(build(), 'cancelled');
    for (const name of ['First', 'Third'] as const) {
      await show(name);
      assert.equal(build(), 'running', name);
    }
    assert.equal(
      await Promise.race([runs.get('First'), runs.get('Third'), Promise.resolve('still')]),
      'still',
    );
  });

  it('fail each by itself, and one may run again while others fail', async () => {
    await engine.close();
    assert.deepEqual(await Promise.all([runs.get('First'), runs.get('Third')]), ['failed', 'failed']);
    await show('Second');
    assert.equal(panelState().problem, undefined);
    assert.equal(await runUntil('project'), 'done');
    await show('Third');
    assert.match(panelState().problem?.title ?? '', /does not answer/);
  });

  it('leave the extension host its time', () => {
    delay.disable();
    const milliseconds = delay.percentile(99) / 1e6;
    assert.ok(milliseconds < 500, `${milliseconds} ms`);
  });
});
