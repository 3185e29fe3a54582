import assert from 'node:assert/strict';
import { fillPlaceholders } from '../../../src/core/config-file.ts';
import {
  commandBeforeArguments,
  runCommand,
  runEnvironment,
} from '../../../src/core/contract/image/run-command.ts';
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

describe('the command of a function that the host calls', () => {
  const run = {
    form: 'predict' as const,
    target: 'Inference.predict',
    hooks: { reset: 'Inference.reset' },
    args: ['{models}/m.csv'],
    threads: '4',
  };

  it('is Python, which is told the data and the functions, and how Julia is started', () => {
    const [python, , program, settings, ...julia] = runCommand(aProject({ run }), FOLDERS);
    assert.deepEqual([python, program], ['python3', '/root/.julia/dev/julia_kaggle_bridge/enter.py']);
    assert.deepEqual(JSON.parse(settings ?? ''), {
      folder: '/kaggle/input/c',
      endpoints: { predict: 'Inference.predict' },
      hooks: { reset: 'Inference.reset' },
      stateful: false,
    });
    assert.equal(julia[0], '/opt/julia-1.10.5/bin/julia');
    assert.deepEqual(julia.slice(-3), [
      '--',
      '/root/.julia/dev/julia_kaggle_bridge/julia_kaggle_bridge/bridge.jl',
      '/kaggle/input/m/m.csv',
    ]);
  });

  it('is the same in the notebook, which fills in the folders itself', () => {
    const before = commandBeforeArguments(aProject({ run }));
    assert.match(before[3] ?? '', /"folder":"\{competition\}"/);
  });
});

describe('fillPlaceholders', () => {
  it('never expands what a value brought in', () => {
    assert.equal(fillPlaceholders('{models}', { ...FOLDERS, models: '{working}' }), '{working}');
  });
});

describe('the command of the notebook', () => {
  const JULIA = [
    '/opt/julia-1.10.5/bin/julia',
    '--startup-file=no',
    '--color=no',
    '--threads=auto',
    '--project=/root/.julia/dev/Inference',
  ];
  const ENTRY = [
    'import Inference',
    'const entry = Inference.Sub.main',
    'const result = applicable(entry, ARGS) ? entry(ARGS) : entry()',
    'exit(result isa Integer && !(result isa Bool) ? Int(result) : 0)',
  ].join('; ');
  const run = (threads: string) => ({
    form: 'entry' as const,
    target: 'Inference.Sub.main',
    args: ['x'],
    threads,
  });

  it('calls the function in the depot or with the system image, without its arguments', () => {
    const project = aProject({ run: run('auto') });
    const depot = [...JULIA, '-e', ENTRY, '--'];
    assert.deepEqual(commandBeforeArguments(project), depot);
    assert.deepEqual(commandBeforeArguments({ ...project, packMode: 'depot' }), depot);
    assert.deepEqual(commandBeforeArguments({ ...project, packMode: 'sysimage' }), [
      ...JULIA,
      '--sysimage=/root/julia-compiled/sysimage/sysimage.so',
      '-e',
      ENTRY,
      '--',
    ]);
    assert.deepEqual(runCommand(project, FOLDERS), [...depot, 'x']);
  });

  it('starts the app with the threads in a variable, as every Julia reads it', () => {
    const app = (threads: string, juliaVersion: string): string[] =>
      commandBeforeArguments(aProject({ run: run(threads), juliaVersion, packMode: 'app' }));
    const program = app('4', '1.10.5').at(-1) ?? '';
    assert.equal(program, '/root/julia-compiled/app/bin/JuliaKaggleApp');
    assert.deepEqual(app('4', '1.10.5'), ['env', 'JULIA_NUM_THREADS=4', program]);
    assert.deepEqual(app('auto', '1.7.0'), ['env', 'JULIA_NUM_THREADS=auto', program]);
    assert.deepEqual(app('4', '1.5.3'), ['env', 'JULIA_NUM_THREADS=4', program]);
    const nproc = 'JULIA_NUM_THREADS=$(nproc) exec "$0" "$@"';
    assert.deepEqual(app('auto', '1.6.7'), ['sh', '-c', nproc, program]);
  });

  it('has no network, and of an app the depot and the libraries', () => {
    for (const packMode of ['depot', 'sysimage'] as const) {
      const environment = runEnvironment(aProject({ packMode }));
      assert.equal(environment['JULIA_PKG_OFFLINE'], 'true');
      assert.equal(environment['JULIA_DEPOT_PATH'], '/root/.julia:');
      assert.equal(environment['LD_LIBRARY_PATH'], '/usr/local/nvidia/lib64');
    }
    const program = commandBeforeArguments(aProject({ run: run('1'), packMode: 'app' })).at(-1) ?? '';
    const app = program.slice(0, program.indexOf('/bin/'));
    const environment = runEnvironment(aProject({ packMode: 'app' }));
    assert.equal(environment['JULIA_PKG_OFFLINE'], 'true');
    assert.equal(environment['JULIA_DEPOT_PATH'], `${app}/share/julia:`);
    assert.equal(environment['LD_LIBRARY_PATH'], `${app}/lib:${app}/lib/julia:/usr/local/nvidia/lib64`);
  });
});
