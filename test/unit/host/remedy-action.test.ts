import { strict as assert } from 'node:assert';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../src/base/errors.ts';
import { present } from '../../../src/host/panel/present.ts';
import { problemOf } from '../../../src/host/run/run-view.ts';
import { remedyAction } from '../../../src/host/editor/remedies.ts';
import { requested, started, viewAfter } from './events.ts';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'src');

describe('a remedy that names a command of julia-kaggle', () => {
  it('is one action in the editor', () => {
    const of = (command: string) => remedyAction(command);
    assert.deepEqual(of('mode depot'), {
      command: 'choosePackMode',
      argument: 'depot',
      label: 'Use the Depot',
    });
    assert.deepEqual(of('run --fresh build'), {
      command: 'runStageFresh',
      argument: 'build',
      label: 'Run Build Anew',
    });
    assert.deepEqual(of('run /my folder --until rehearse'), {
      command: 'runStage',
      argument: 'rehearse',
      label: 'Run up to Rehearse',
    });
    assert.deepEqual(of('run'), { command: 'submit', label: 'Submit' });
    assert.deepEqual(of('add-artifact MKL --write'), {
      command: 'addArtifact',
      argument: 'MKL',
      label: 'Add MKL…',
    });
    assert.deepEqual(of('pin-cuda --write'), { command: 'pinCuda', label: 'Pin CUDA…' });
    assert.deepEqual(of('clean'), { command: 'clean', label: 'Clean…' });
    assert.deepEqual(of('allow-outside'), {
      command: 'runStage',
      argument: 'project',
      label: 'Allow Reading…',
    });
    assert.equal(of('mode rm'), undefined);
    assert.equal(of('delete-everything'), undefined);
  });

  it('is so for every command that an error of the core names', () => {
    const texts = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^(core|kaggle|julia|docker)\W.*\.ts$/.test(name))
      .map((name) => readFileSync(join(SOURCES, name), 'utf8'));
    const named = texts.flatMap((text) =>
      [...text.matchAll(/\bcommand: (['`])([a-z-]+(?: [^'`]*)?)\1/g)].map(([, , command = '']) => command),
    );
    assert.ok(named.length > 10, named.join());
    assert.deepEqual(
      named.filter((command) => remedyAction(command) === undefined),
      [],
    );
  });

  it('is offered on the page once nothing runs', () => {
    const error = new UserError({
      code: 'compile-failed',
      title: 'Flux could not be compiled into the app.',
      actions: [{ title: 'Pack the depot instead.', command: 'mode depot' }],
    });
    const ended = { kind: 'run-ended', ending: 'failed', problem: problemOf(error) } as const;
    const { problem } = present(undefined, viewAfter(requested, started('pack'), ended));
    assert.deepEqual(problem?.remedies, [
      {
        text: 'Pack the depot instead.',
        action: { command: 'mode depot', label: 'Use the Depot', enabled: true },
      },
    ]);
  });

  it('has no second button where there is one to sign in', () => {
    const error = new UserError({
      code: 'not-signed-in',
      title: 'x',
      actions: [{ title: 'y', command: 'login' }],
    });
    const ended = { kind: 'run-ended', ending: 'failed', problem: problemOf(error) } as const;
    const { problem } = present(undefined, viewAfter(requested, ended));
    assert.deepEqual(problem, {
      title: 'x',
      offers: [],
      remedies: [{ text: 'y', action: { command: 'login', label: 'Sign In…', enabled: true } }],
    });
  });
});
