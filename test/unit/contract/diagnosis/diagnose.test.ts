import assert from 'node:assert/strict';
import { diagnose } from '../../../../src/core/contract/diagnosis/diagnose.ts';

const titlesOf = (...lines: string[]): string[] =>
  diagnose({ lines, failed: true }).map(({ title }) => title);

describe('what a log says went wrong', () => {
  it('of an artifact is told with the command that adds it, and the build that fetches it', () => {
    assert.deepEqual(diagnose({ lines: [' Downloading artifact: weights'], failed: true }), [
      {
        kind: 'download',
        subject: 'weights',
        title:
          'The artifact "weights" is not in the depot: Julia tried to download it, and on Kaggle there is no network.',
        remedies: [
          {
            title: 'Add it to the project: julia-kaggle add-artifact weights --write, then run again.',
            command: 'add-artifact weights --write',
          },
          {
            title: 'If it is not lazy, build again so that it is fetched: julia-kaggle run --fresh build.',
            command: 'run --fresh build',
          },
        ],
      },
    ]);
  });

  it('of a package is told with the command that adds it, and where a path dependency has to lie', () => {
    const lines = ['ERROR: ArgumentError: Package CSV not found in current path.'];
    assert.deepEqual(diagnose({ lines, failed: true }), [
      {
        kind: 'package-missing',
        subject: 'CSV',
        title: 'The package CSV is used but is not in the bundle.',
        remedies: [
          { title: `Add it: julia --project=. -e 'using Pkg; Pkg.add("CSV")', then run again.` },
          { title: 'A path dependency has to lie where the Manifest says, beside or below the project.' },
        ],
      },
    ]);
  });

  it('of a host is told with the places where a file can travel', () => {
    const lines = ['curl: (6) Could not resolve host: example.org'];
    assert.deepEqual(diagnose({ lines, failed: true }), [
      {
        kind: 'host',
        subject: 'example.org',
        title: 'The run tried to reach example.org, and on Kaggle there is no network.',
        remedies: [
          {
            title:
              'Make the file part of the package, an artifact or a model ([models] files), and run again.',
          },
        ],
      },
    ]);
  });

  it('is one finding for each thing, however many wordings tell it', () => {
    assert.deepEqual(titlesOf('Killed', 'OutOfMemory', 'DeadKernelError: Kernel died'), [
      'The memory ran out.',
    ]);
    assert.deepEqual(
      titlesOf('CUDA error: CUDA out of memory', 'Out of GPU memory trying to allocate 1 GiB'),
      ['The memory of the GPU ran out.'],
    );
    assert.deepEqual(titlesOf('CUDA error: no CUDA-capable device is detected', 'ERROR_NO_DEVICE'), [
      'CUDA was not functional in the run.',
    ]);
    const missing = (slug: string) => `RuntimeError: The dataset '${slug}' is not attached to it`;
    assert.deepEqual(titlesOf(missing('b'), missing('a'), missing('b')), [
      'The dataset "b" is not attached to the notebook.',
      'The dataset "a" is not attached to the notebook.',
    ]);
  });

  it('names a package once that the log and the files name', () => {
    const lines = ['┌ Debug: Precompiling CSV [336ed68f]'];
    const [finding] = diagnose({ lines, failed: false, recompiled: ['CSV', 'Parsers'] });
    assert.equal(finding?.title, 'Julia compiled CSV, Parsers again.');
  });
});

describe('the exception that ended a run', () => {
  const FRAME = ' [1] predict(x) at /root/.julia/dev/Tides/src/model.jl:31';
  const CORRECT = [{ title: 'Correct the package, and run it again; the log has the whole stack.' }];

  it('is told as a sentence, with its place where it has one', () => {
    assert.deepEqual(diagnose({ lines: ['ERROR: boom', 'Stacktrace:', FRAME], failed: true }), [
      {
        kind: 'exception',
        subject: 'boom',
        title: 'Julia ended with an exception, in predict at Tides/src/model.jl:31: boom.',
        remedies: CORRECT,
      },
    ]);
    for (const [message, told] of [
      ['boom', 'boom.'],
      ['boom.', 'boom.'],
      ['boom!', 'boom!'],
      ['what?', 'what?'],
      ['and so on…', 'and so on…'],
      ['a. b', 'a. b.'],
    ] as const)
      assert.deepEqual(titlesOf(`ERROR: ${message}`), [`Julia ended with an exception: ${told}`]);
  });

  it('is that of a cell where Julia has none, the last one', () => {
    assert.deepEqual(diagnose({ lines: ['KeyError: 1', 'NameError: no x', 'bye'], failed: true }), [
      {
        kind: 'exception',
        subject: 'NameError: no x',
        title: 'A cell ended with an exception: NameError: no x.',
        remedies: CORRECT,
      },
    ]);
    assert.deepEqual(titlesOf('NameError: no x', 'ERROR: boom'), ['Julia ended with an exception: boom.']);
    for (const line of [
      'KeyboardInterrupt',
      'subprocess.CalledProcessError: no',
      'my_lib.v2.ParseException: no',
      '_private.OwnError: no',
      'E2Error: no',
    ])
      assert.deepEqual(titlesOf(line), [`A cell ended with an exception: ${line}.`]);
  });

  it('is none where a line only looks like one', () => {
    for (const line of [
      '',
      'all is well',
      'the KeyError: 1',
      ' KeyError: 1',
      'keyError: 1',
      '3.KeyError: 1',
      'a b.KeyError: 1',
      'KeyError:1',
      'KeyErrors: 1',
      'KeyError now',
      'UserWarning: x',
    ])
      assert.deepEqual(titlesOf(line), [], line);
  });

  it('is not told again where a better sentence tells it', () => {
    assert.deepEqual(titlesOf('ERROR: LoadError: CUDA.jl was not functional'), [
      'CUDA was not functional in the run.',
    ]);
  });

  it('lends its place to the file that it was about, and to no other', () => {
    const about = (path: string): string[] => [
      `ERROR: SystemError: opening file "${path}": No such file or directory`,
      'Stacktrace:',
    ];
    assert.deepEqual(titlesOf(...about('/a.csv'), FRAME), [
      'It opened /a.csv, which is not there (predict at Tides/src/model.jl:31).',
    ]);
    assert.deepEqual(titlesOf(...about('/a.csv')), ['It opened /a.csv, which is not there.']);
    assert.deepEqual(titlesOf(...about('/b.csv'), ...about('/a.csv'), FRAME), [
      'It opened /b.csv, which is not there.',
      'It opened /a.csv, which is not there (predict at Tides/src/model.jl:31).',
    ]);
    assert.deepEqual(titlesOf('could not open file /c.csv'), ['It opened /c.csv, which is not there.']);
  });
});
