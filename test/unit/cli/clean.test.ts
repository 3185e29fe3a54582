import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { withLock } from '../../../src/base/lock.ts';
import { cleanCommand, type CleanOptions } from '../../../src/cli/clean-command.ts';
import { terminalOn } from '../../../src/cli/terminal.ts';
import type { Labels } from '../../../src/docker/engine.ts';
import { coreIn } from '../../support/core-in.ts';
import { playedEngine } from '../../support/played-engine.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

/** A project with a tarball, and an engine with what runs of it and of another project left. */
class Left {
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly volumes: Map<string, Labels>;
  inUse: string | undefined;

  private constructor(readonly folder: string) {
    const of = (checkout: string, project: string, more: Labels = {}): Labels => ({
      ...{ 'julia-kaggle': 'run', 'julia-kaggle.checkout': checkout, 'julia-kaggle.project': project },
      ...more,
    });
    const mine = sha256(folder);
    this.volumes = new Map([
      ['julia-kaggle-depot-1', of(mine, folder, { 'julia-kaggle.depot': 'true' })],
      ['julia-kaggle-julia-1', of(mine, folder, { 'julia-kaggle.julia': 'true' })],
      ['julia-kaggle-input-1', of(mine, folder)],
      ['julia-kaggle-depot-2', of('another', '/home/ada/\u001b[31mother', { 'julia-kaggle.depot': 'true' })],
      ['julia-kaggle-julia-2', { 'julia-kaggle.shared': 'julia' }],
      ['precious', {}],
    ]);
  }

  static async make(): Promise<Left> {
    const folder = await tempFolder();
    await writeFile(
      join(folder, 'Project.toml'),
      'name = "Tides"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
    );
    await mkdir(join(folder, '.julia-kaggle', 'bundle'), { recursive: true });
    await writeFile(join(folder, '.julia-kaggle', 'bundle', 'dotjulia'), 'x'.repeat(2000));
    await writeFile(join(folder, '.julia-kaggle', 'record.json'), '{}');
    return new Left(folder);
  }

  async clean(options: CleanOptions, answer?: boolean, folder = this.folder): Promise<number> {
    const sink = new Writable({
      write: (chunk: Buffer, _, done) => {
        this.said.push(chunk.toString());
        done();
      },
    });
    const ask = (question: string): Promise<boolean> => {
      this.asked.push(question);
      return Promise.resolve(answer === true);
    };
    const streams = { stdout: sink, stderr: sink, interactive: false, columns: 80 };
    const engine = playedEngine(() => new Error('No container is needed.'), {
      volume: {
        list: (labels) =>
          Promise.resolve(
            [...this.volumes]
              .map(([name, has]) => ({ name, labels: has }))
              .filter((volume) =>
                Object.entries(labels).every(([key, value]) => volume.labels[key] === value),
              ),
          ),
        sizes: () => Promise.resolve(new Map([['julia-kaggle-depot-1', 3e9]])),
        remove: (name) => {
          if (name === this.inUse)
            return Promise.reject(
              new UserError({
                code: 'engine-failed',
                title: `${name} is in use.`,
                actions: [{ title: 'Stop what uses it.' }],
              }),
            );
          this.volumes.delete(name);
          return Promise.resolve();
        },
      },
    });
    const ports = { ...keptContext({}).context.ports, engine: () => Promise.resolve(engine) };
    return cleanCommand(folder, options, {
      core: coreIn(ports),
      terminal: terminalOn({ ...streams, ask: answer === undefined ? undefined : ask }),
      signal: new AbortController().signal,
    });
  }

  get names(): string[] {
    return [...this.volumes.keys()].map((name) => name.replace('julia-kaggle-', ''));
  }

  tarballs(): Promise<string[]> {
    return readdir(join(this.folder, '.julia-kaggle')).then((names) =>
      names.filter((name) => name === 'bundle'),
    );
  }
}

describe('julia-kaggle clean', () => {
  it('shows what the project has, with sizes, asks, and removes that alone', async () => {
    const left = await Left.make();
    assert.equal(await left.clean({}, true), 0);
    assert.match(left.asked.join(), /^Remove 4 items \(3(\.00)? GB\)\?/);
    assert.deepEqual(left.names, ['depot-2', 'julia-2', 'precious']);
    assert.deepEqual(await left.tarballs(), []);
    assert.deepEqual(await readdir(join(left.folder, '.julia-kaggle')), ['record.json']);
    assert.equal(await left.clean({}), 0);
    assert.match(left.said.at(-1) ?? '', /nothing to remove/);
  });

  it('removes nothing when the answer is no, on a dry run, or where nobody can be asked', async () => {
    const left = await Left.make();
    assert.equal(await left.clean({}, false), 0);
    assert.equal(await left.clean({ dryRun: true, json: true }), 0);
    await assert.rejects(left.clean({ json: true }, true), { code: 'wrong-usage' });
    await assert.rejects(left.clean({}), { code: 'wrong-usage' });
    assert.equal(left.names.length, 6);
    assert.deepEqual(await left.tarballs(), ['bundle']);
  });

  it('with --all takes what all projects have and share, and nothing of anybody else', async () => {
    const left = await Left.make();
    assert.equal(await left.clean({ all: true, yes: true }), 0);
    assert.deepEqual(left.names, ['precious']);
    assert.ok(!left.said.join('').includes('\u001b'));
  });

  it('goes on after a volume that is in use, names it, and fails', async () => {
    const left = await Left.make();
    left.inUse = 'julia-kaggle-julia-1';
    assert.equal(await left.clean({ yes: true }), 1);
    assert.deepEqual(left.names, ['julia-1', 'depot-2', 'julia-2', 'precious']);
    assert.match(left.said.join(''), /julia-kaggle-julia-1 is in use/);
  });

  it('waits for no run, and takes nothing from under it', async () => {
    const left = await Left.make();
    const lock = join(left.folder, '.julia-kaggle', 'run.lock');
    await withLock(lock, new AbortController().signal, () =>
      assert.rejects(left.clean({ yes: true }), { code: 'run-locked' }),
    );
    assert.equal(left.names.length, 6);
  });

  it('follows no link, and is for projects', async () => {
    const left = await Left.make();
    const precious = await tempFolder();
    await writeFile(join(precious, 'thesis.tex'), 'years');
    const other = await Left.make();
    await symlink(precious, join(other.folder, '.julia-kaggle', 'bundle', 'link'));
    assert.equal(await other.clean({ yes: true }), 0);
    const stranger = await tempFolder();
    await writeFile(
      join(stranger, 'Project.toml'),
      'name = "T"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
    );
    await symlink(precious, join(stranger, '.julia-kaggle'));
    await assert.rejects(left.clean({ yes: true }, undefined, stranger), (error) =>
      isUserError(error, 'unsafe-path'),
    );
    await assert.rejects(left.clean({ yes: true }, undefined, precious), { code: 'not-a-project' });
    assert.deepEqual(await readdir(precious), ['thesis.tex']);
  });
});
