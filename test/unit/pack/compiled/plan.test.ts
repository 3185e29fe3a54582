import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fact } from '../../../../src/core/contract/script-facts.ts';
import { isUserError } from '../../../../src/base/errors.ts';
import type { Bundle, Project } from '../../../../src/core/artefacts.ts';
import { packModeEdit, parseConfig } from '../../../../src/core/project/config.ts';
import {
  isPackedOtherwise,
  makeCompiledPart,
  sayingHowLong,
} from '../../../../src/core/pack/compiled/compile.ts';
import { compilerFactsOf } from '../../../../src/core/pack/compiled/compiler-facts.ts';
import { explainCompile, littleMemory } from '../../../../src/core/pack/compiled/explain.ts';
import {
  compileCommand,
  compiledFingerprint,
  compileEnvironment,
  compileFiles,
} from '../../../../src/core/pack/compiled/plan.ts';
import { packageCompilerFor } from '../../../../src/core/pack/compiled/versions.ts';
import { wrapperFiles } from '../../../../src/core/pack/compiled/wrapper.ts';
import {
  comparisonHead,
  comparisonRows,
  modeFigures,
} from '../../../../src/core/contract/depot/mode-comparison.ts';
import {
  commandBeforeArguments,
  runCommand,
  runEnvironment,
} from '../../../../src/core/contract/image/run-command.ts';
import { packStage } from '../../../../src/core/pack/pack-stage.ts';
import { playedEngine } from '../../../support/played-engine.ts';
import { keptContext } from '../../../support/stage-context.ts';
import { tempFolder } from '../../../support/temp.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../../support/artefacts.ts';

const FOLDERS = { competition: '/in', models: '/models', working: '/kaggle/working' };
const input = (project: Project = aProject({ packMode: 'app' }), test = aTestReport()) => ({
  ...{ project, test },
  build: aDepot(),
});

describe('the version of PackageCompiler', () => {
  const versions: [julia: string, series: string][] = [
    ['1.3.1', '1.4.1'],
    ['1.5.4', '1.4.1'],
    ['1.6.0', '2.1'],
    ['1.9.4', '2.1'],
    ['1.10.0', '2'],
    ['1.13.0-rc3', '2'],
  ];
  for (const [julia, series] of versions)
    it(`is of the series ${series} for Julia ${julia}`, () => {
      assert.equal(packageCompilerFor(julia), series);
    });
});

describe('compiling', () => {
  it('is for any processor of Kaggle, with a depot of its own before the project’s', () => {
    const environment = compileEnvironment(
      aProject(),
      'app',
      { JULIA_CC: 'clang-15', KAGGLE_KEY: 'secret' },
      'id',
    );
    assert.match(environment['JULIA_CPU_TARGET'] ?? '', /^generic;/);
    assert.equal(environment['JULIA_DEPOT_PATH'], '/root/julia-compiled/work/depot:/root/.julia:');
    assert.equal(environment['JULIA_CC'], 'clang-15');
    assert.equal(environment['KAGGLE_KEY'], undefined);
    assert.equal(environment['JULIA_KAGGLE_COMPILER_FOLDER'], undefined);
    assert.deepEqual(compileCommand(aProject()).slice(0, 2), ['bash', '/julia-kaggle/compile.sh']);
  });

  it('takes a checkout of PackageCompiler where one is named', () => {
    const environment = compileEnvironment(
      aProject(),
      'app',
      {
        JULIA_KAGGLE_PACKAGE_COMPILER: '/home/ada/pc',
      },
      'id',
    );
    assert.equal(environment['JULIA_KAGGLE_COMPILER_FOLDER'], '/julia-kaggle/PackageCompiler');
  });

  it('runs on the sample data what the notebook will run', () => {
    const files = compileFiles(aProject(), FOLDERS);
    const sample = files.find(({ path }) => path === 'julia-kaggle/sample-run');
    assert.deepEqual(sample?.from, {
      text: ['--', '/root/julia-compiled/work/JuliaKaggleApp/sample.jl', '--input', '/in'].join('\n'),
    });
  });

  it('runs with a system image the program that the notebook runs, whose code is to be in it', () => {
    const project = aProject({ packMode: 'sysimage' });
    const files = compileFiles(project, FOLDERS);
    const sample = files.find(({ path }) => path === 'julia-kaggle/sample-run')?.from;
    const command = [...commandBeforeArguments(project), '--input', '/in'];
    assert.deepEqual(sample, { text: command.slice(command.indexOf('-e')).join('\n') });
  });

  it('is not done anew for a model, a test, a page of the docs, or for what is kept', () => {
    const file = (place: string, sha256: string) => ({
      ...{ place, source: `/x/${place}`, bytes: 1, sha256 },
      executable: false,
    });
    const of = (sha256: string, more: Partial<Project>) => {
      const files = [
        file('Inference/src/Inference.jl', 's'),
        file('Inference/test/runtests.jl', sha256),
        file('Inference/docs/src/index.md', sha256),
      ];
      return compiledFingerprint(
        input(aProject({ packMode: 'sysimage', files, sourcesFingerprint: sha256, ...more })),
      );
    };
    const first = of('a', {});
    const models = [{ name: 'model.csv', source: '/m', bytes: 1, sha256: 'b' }];
    assert.deepEqual([of('b', { models }), of('a', { packKeep: ['stations'] })], [first, first]);
    assert.equal(of('a', { packMode: 'app', packKeep: ['stations'] }), of('a', { packMode: 'app' }));
    assert.notEqual(of('a', { files: [file('Inference/src/Inference.jl', 'edited')] }), first);
  });

  it('says how long it has lasted while nothing else is heard, and not after that', async () => {
    const said: string[] = [];
    let end: () => void = () => undefined;
    const work = new Promise<void>((done) => (end = done));
    const whole = sayingHowLong(work, (duration) => said.push(duration) === 2 && end(), 2);
    await whole;
    const count = said.length;
    await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual([count, said.length, /^\d/.test(said[0] ?? '')], [2, 2, true]);
  });

  it('is only packed where the volume of an earlier run still holds the same', async () => {
    const key = compiledFingerprint(input());
    const result = { id: 'this', version: '1.4.1', artifacts: [], bytes: 1, seconds: 2 };
    const packed = aBundle({
      compiled: { ...result, mode: 'app', fingerprint: key },
      parts: [{ kind: 'app', fingerprint: 'x', files: [] }],
    });
    const done = async (stamp: string | undefined, pending: unknown, previous?: Bundle): Promise<string> => {
      const ensured: string[] = [];
      const volume = {
        find: (name: string) => Promise.resolve(stamp === undefined ? undefined : { name, labels: {} }),
        list: () => Promise.resolve([]),
        ensure: (name: string) => Promise.resolve(void ensured.push(name)),
        remove: () => Promise.resolve(),
      };
      const engine = playedEngine(
        ({ command }) => (['df', 'true'].includes(command[0] ?? '') ? {} : new Error('no more')),
        {
          volume,
          files: { '/root/julia-compiled/id': stamp ?? '' },
        },
      );
      const { context } = keptContext({}, { pending, folder: await tempFolder({}) });
      await assert.rejects(makeCompiledPart({ engine, codec: 'gzip' }, 'app', input(), previous, context));
      return ensured.length === 0 ? 'packed' : 'compiled';
    };
    assert.equal(await done('this', { key, result }), 'packed');
    // Packed before, with a tarball that is gone or holds other artifacts.
    const gone = {
      ...packed,
      parts: [{ ...packed.parts[0], files: [{ name: 'app', path: '/gone', bytes: 1, sha256: 'x' }] }],
    };
    assert.equal(await done('this', undefined, gone as Bundle), 'packed');
    // Of other inputs, half of another compile, and removed.
    assert.equal(await done('this', { key: 'another', result }), 'compiled');
    assert.equal(await done('that', { key, result }), 'compiled');
    assert.equal(await done(undefined, { key, result }), 'compiled');
  });

  it('is packed again for other artifacts, and announced as that', () => {
    const artifact = { name: 'stations', hash: 'aa', use: 'unread' as const, bytes: 1, kept: false, why: '' };
    const compiled = {
      ...{ mode: 'app' as const, fingerprint: compiledFingerprint(input()), seconds: 1, bytes: 1 },
      ...{ version: '2', id: 'this', artifacts: [artifact] },
    };
    const bundle = aBundle({ compiled, parts: [{ kind: 'app', fingerprint: 'x', files: [] }] });
    const keeping = input(aProject({ packMode: 'app', packKeep: ['aa'] }));
    assert.deepEqual(
      [isPackedOtherwise(compiled, input()), isPackedOtherwise(compiled, keeping)],
      [false, true],
    );
    assert.match(packStage.plan(keeping, bundle), /pack the app of Inference with other artifacts/);
    assert.doesNotMatch(packStage.plan(keeping, bundle), /takes minutes/);
  });

  it('is not announced for a mode of which the last result is still of the same', () => {
    const compiled = {
      mode: 'app' as const,
      fingerprint: compiledFingerprint(input()),
      seconds: 1,
      bytes: 1,
      version: '2',
      artifacts: [],
    };
    const part = { kind: 'app' as const, fingerprint: 'x', files: [] };
    const bundle = aBundle({ otherModes: [{ part, compiled }] });
    assert.doesNotMatch(packStage.plan(input(), bundle), /takes minutes/);
    const edited = aBundle({ otherModes: [{ part, compiled: { ...compiled, fingerprint: 'older' } }] });
    assert.match(packStage.plan(input(), edited), /takes minutes/);
  });

  it('is done anew for an edit, other data and another mode, and not for a commit', () => {
    const first = compiledFingerprint(input());
    assert.equal(
      compiledFingerprint(input(aProject({ packMode: 'app', git: { commit: 'a', dirty: true } }))),
      first,
    );
    const others = [
      input(aProject({ packMode: 'app', run: { ...aProject().run, args: ['--other'] } })),
      input(aProject({ packMode: 'sysimage' })),
      input(undefined, aTestReport({ dataFiles: [{ name: 'test.csv', bytes: 1, sha256: 's' }] })),
    ];
    for (const other of others) assert.notEqual(compiledFingerprint(other), first);
  });

  it('is announced before it is done', () => {
    assert.match(packStage.plan(input(), undefined), /compile Inference as an app, which takes minutes/);
    assert.doesNotMatch(packStage.plan(input(), undefined), /dotjulia/);
    assert.match(
      packStage.plan(input(aProject({ packMode: 'sysimage' })), undefined),
      /system image.*dotjulia/,
    );
  });
});

describe('the package that an app is made of', () => {
  it('starts the function that [run] names, as a C function for PackageCompiler 1', () => {
    const text = (juliaVersion: string) =>
      wrapperFiles(aProject({ juliaVersion }))['src/JuliaKaggleApp.jl'] ?? '';
    assert.match(text('1.5.3'), /import Inference\n\nBase\.@ccallable function julia_main\(\)::Cint/);
    assert.match(text('1.10.5'), /\nfunction julia_main\(\)::Cint[\s\S]*entry = Inference\.main\n/);
  });
});

describe('the run in each mode', () => {
  it('starts the app with its own Julia, and with all processors where the variable knows no auto', () => {
    const old = aProject({ packMode: 'app', juliaVersion: '1.5.3' });
    assert.match(commandBeforeArguments(old)[2] ?? '', /JULIA_NUM_THREADS=\$\(nproc\)/);
    assert.equal(commandBeforeArguments(old).at(-1), '/root/julia-compiled/app/bin/JuliaKaggleApp');
    const modern = aProject({ packMode: 'app' });
    assert.deepEqual(commandBeforeArguments(modern).slice(0, 2), ['env', 'JULIA_NUM_THREADS=auto']);
    assert.equal(runEnvironment(modern)['JULIA_DEPOT_PATH'], '/root/julia-compiled/app/share/julia:');
    // PackageCompiler 1 has the artifacts at the top.
    assert.equal(runEnvironment(old)['JULIA_DEPOT_PATH'], '/root/julia-compiled/app:');
  });

  it('gives the depot’s command the system image, and tests without it', () => {
    const project = aProject({ packMode: 'sysimage' });
    const image = '--sysimage=/root/julia-compiled/sysimage/sysimage.so';
    assert.ok(commandBeforeArguments(project).includes(image));
    assert.ok(!runCommand(project, FOLDERS).includes(image));
  });
});

describe('what went wrong in compiling', () => {
  const app = aProject({ packMode: 'app' });
  const cases: [what: string, lines: string[], code: string, title: RegExp, facts?: Fact[]][] = [
    ['no compiler', [], 'compiler-missing', /has no C compiler/, [{ kind: 'problem', what: 'no-compiler' }]],
    ['a full disk', ['cp: error: No space left on device'], 'disk-full', /disk is full/],
    [
      'a package',
      ['ERROR: Failed to precompile Flux [587475ba]'],
      'compile-failed',
      /^Flux could not be compiled/,
    ],
    [
      'a package in its own code',
      ['ERROR: LoadError: in expression starting at /root/.julia/dev/work/Tides/src/Tides.jl:3'],
      'compile-failed',
      /^Tides could not/,
    ],
    [
      'the run',
      [],
      'compile-failed',
      /^Inference\.main failed on the sample data/,
      [
        { kind: 'compiling', step: 'run on the sample data' },
        { kind: 'problem', what: 'sample-run' },
      ],
    ],
    [
      'the network',
      ['ERROR: x'],
      'compile-failed',
      /could not be got/,
      [{ kind: 'compiling', step: 'get PackageCompiler' }],
    ],
    [
      'a compiler that cannot link',
      ['/usr/bin/ld: cannot find crti.o'],
      'compiler-missing',
      /cannot make a program/,
      [{ kind: 'problem', what: 'compiler-broken' }],
    ],
    [
      'the memory, by what Julia says of a program that was killed',
      [
        'ERROR: LoadError: failed process: Process(`julia …`, ProcessSignaled(9)) [0]',
        ...Array<string>(40).fill('  y = 1'),
      ],
      'out-of-memory',
      /^The memory ran out while Inference was compiled, which takes about 3\.00 GB\.$/,
    ],
    ['anything else', ['ERROR: who knows'], 'compile-failed', /exit code 1/],
  ];
  for (const [what, lines, code, title, facts = []] of cases)
    it(`names ${what}, and offers the depot`, () => {
      const error = explainCompile(app, 1, lines, compilerFactsOf(facts));
      assert.equal(error.code, code);
      assert.match(error.title, title);
      assert.ok(error.actions.some(({ command }) => command === 'mode depot'));
    });

  it('is not begun on a disk that has no room for it', async () => {
    const build = {
      ...aDepot(),
      inventory: [{ kind: 'artifact' as const, name: 'artifacts/x', bytes: 5e9 }],
    };
    const engine = playedEngine(({ command }) => {
      assert.equal(command[0], 'df');
      return {
        lines: [
          'Filesystem 1024-blocks Used Available Capacity Mounted on',
          'overlay 9000000 1 2000000 1% /',
        ],
      };
    });
    const compile = (mode: 'app' | 'sysimage') =>
      makeCompiledPart(
        { engine, codec: 'gzip' },
        mode,
        { ...input(aProject({ packMode: mode })), build },
        undefined,
        keptContext({}).context,
      );
    await assert.rejects(compile('app'), (error: unknown) => {
      assert.ok(isUserError(error, 'disk-full'));
      assert.match(error.title, /the app of Inference needs about 6.00 GB.* has 2.05 GB free/);
      return error.actions.some(({ command }) => command === 'mode depot');
    });
    // A system image takes no copy of the artifacts: it goes on to its volume.
    await assert.rejects(compile('sysimage'), /plays no such call/);
  });

  it('names the memory where Julia itself was killed, and warns before where the engine has little', () => {
    assert.equal(explainCompile(app, 137, [], compilerFactsOf([])).code, 'out-of-memory');
    assert.match(
      littleMemory(app, { memoryBytes: 2e9 }) ?? '',
      /has 2\.00 GB of memory.* takes about 3\.00 GB/,
    );
    assert.equal(littleMemory(app, { memoryBytes: 4e9 }), undefined);
  });
});

describe('the mode in JuliaKaggle.toml', () => {
  const texts = [
    'competition = "tides"',
    'competition = "tides"\n\n[pack]\nexclude = []\n',
    'competition = "tides"\n[pack] # how\n  mode = \'app\' # why\n[output]\nfile = "a.csv"\n',
    'competition = "tides"\r\npack.mode = "app"\r\n',
    'competition = "tides"\n[output]\nfile = "mode = 1"',
    'competition = "tides"\npack = { codec = "gzip", mode = "app" } # how\n',
  ];
  it('is written into its line, and every other line stays', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.constantFrom('depot', 'app', 'sysimage'), (text, mode) => {
        const edited = packModeEdit(text, 'JuliaKaggle.toml', mode);
        assert.equal(parseConfig(edited, 'JuliaKaggle.toml').pack.mode, mode);
        const others = (all: string) =>
          all.split(/\r?\n/).filter((line) => line !== '' && !/mode|\[pack\]$/.test(line));
        assert.deepEqual(others(edited), others(text));
        assert.equal(packModeEdit(edited, 'JuliaKaggle.toml', mode), edited);
      }),
    );
  });

  it('comes into the section in whatever form that has', () => {
    assert.equal(
      packModeEdit('competition = "x"\npack = { codec = "gzip" } # how\n', 'JuliaKaggle.toml', 'app'),
      'competition = "x"\npack = { codec = "gzip", mode = "app" } # how\n',
    );
    assert.equal(
      packModeEdit('competition = "x"\npack.codec = "gzip"\n[run]\n', 'JuliaKaggle.toml', 'app'),
      'competition = "x"\npack.codec = "gzip"\npack.mode = "app"\n[run]\n',
    );
  });

  it('is left to the person where the text is wrong, or too long to be read closely', () => {
    const long = `competition = "x"\npack = {\n  codec = "gzip"\n}\n# ${'x'.repeat(200_000)}\n`;
    for (const text of ['competiton = "x"\n', long])
      assert.throws(() => packModeEdit(text, 'JuliaKaggle.toml', 'app'), { code: 'config-invalid' });
  });
});

describe('the comparison of the modes', () => {
  it('has a row for each that was rehearsed', () => {
    const run = { step: 'run', seconds: 3, firstLineSeconds: 0.5, firstOutputSeconds: null };
    const figures = modeFigures(aBundle(), [run], 12);
    assert.equal(figures.firstPredictionSeconds, undefined);
    const rows = comparisonRows({ sysimage: { ...figures, compileSeconds: 233 }, depot: figures });
    assert.deepEqual(
      rows.map(([mode]) => mode),
      ['depot', 'sysimage'],
    );
    assert.equal(rows[0]?.length, comparisonHead().length);
    assert.deepEqual(rows[0].slice(1, 5), ['0.5 s', '–', '3.0 s', '12.0 s']);
  });
});
