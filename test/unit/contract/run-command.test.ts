import assert from 'node:assert/strict';
import { fillPlaceholders, runCommand } from '../../../src/core/contract/run-command.ts';
import { aProject } from '../../support/artefacts.ts';

const FOLDERS = { competition: '/kaggle/input/c', models: '/kaggle/input/m', working: '/kaggle/working' };

describe('runCommand', () => {
  it('calls an entry point of the package, with arguments behind the end of Julia’s options', () => {
    const command = runCommand(aProject(), FOLDERS);
    assert.equal(command[0], '/opt/julia-1.10.5/bin/julia');
    assert.ok(command.includes('--project=/root/.julia/dev/Inference'));
    assert.deepEqual(command.slice(-3), ['--', '--input', '/kaggle/input/c']);
  });

  it('runs a script of the project', () => {
    const run = {
      form: 'script' as const,
      target: 'src/main.jl',
      args: ['--model', '{models}/a b.csv'],
      threads: '4',
    };
    const command = runCommand(aProject({ run }), FOLDERS);
    assert.deepEqual(command.slice(-4), [
      '--',
      '/root/.julia/dev/Inference/src/main.jl',
      '--model',
      '/kaggle/input/m/a b.csv',
    ]);
    assert.ok(command.includes('--threads=4'));
  });
});

describe('fillPlaceholders', () => {
  it('never expands what a value brought in', () => {
    assert.equal(fillPlaceholders('{models}', { ...FOLDERS, models: '{working}' }), '{working}');
  });
});
