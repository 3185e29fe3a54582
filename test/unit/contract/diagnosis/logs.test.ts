import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diagnose } from '../../../../src/core/contract/diagnosis/diagnose.ts';
import { parseNotebookLog } from '../../../../src/kaggle/notebook-log.ts';

const FIXTURES = resolve(import.meta.dirname, '..', '..', '..', 'fixtures', 'logs');

/** What each failed log is found to say: kind and subject, and what the first sentence holds. */
const EXPECTED: Readonly<Record<string, readonly [found: readonly string[], title: RegExp]>> = {
  'julia-1.5-artifact.log': [['download stations'], /artifact "stations" is not in the depot/],
  'julia-1.6-artifact-warning.log': [['download MKL'], /"MKL"/],
  'julia-1.8-artifact-not-found.log': [['download OpenSpecFun'], /"OpenSpecFun"/],
  'julia-1.8-datadep.log': [['download MNIST'], /"MNIST"/],
  'julia-1.9-lazyartifacts-forgotten.log': [['download weights'], /"weights"/],
  'julia-1.10-artifact-failure.log': [['download resnet50'], /"resnet50"/],
  'julia-1.12-lazy-artifact.log': [['download weights'], /"weights"/],
  'julia-1.10-http-host.log': [['host huggingface.co'], /tried to reach huggingface\.co/],
  'julia-1.11-downloads-host.log': [['host raw.githubusercontent.com'], /raw\.githubusercontent\.com/],
  'kaggle-python-host.json': [['host example.org'], /example\.org/],
  'julia-1.5-no-registry.log': [['registry '], /calls Pkg/],
  'julia-1.10-pkg-add.log': [['registry '], /calls Pkg/],
  'julia-1.5-package-missing.log': [['package-missing ToyModel'], /ToyModel is used/],
  'julia-1.11-package-not-found.log': [['package-missing CSV'], /CSV is used/],
  'julia-1.5-recompiled-time.log': [
    ['recompilation TideFeatures'],
    /TideFeatures again, because \/root\/\.julia\/dev\/TideFeatures\/src\/TideFeatures\.jl has another time/,
  ],
  'julia-1.8-recompiled-path.log': [
    ['recompilation Inference'],
    /made for \/kaggle\/input\/Inference\/src\/Inference\.jl and the source lies in \/tmp/,
  ],
  'julia-1.9-recompiled-target.log': [['recompilation Flux'], /another processor/],
  'julia-1.10-recompiled-target.log': [['recompilation DataFrames'], /another processor/],
  'julia-1.10-recompiled-flags.log': [['recompilation StatsBase'], /other flags/],
  'julia-1.10-recompiled-preferences.log': [['recompilation CUDA_Runtime_jll'], /preferences/],
  'julia-1.10-recompiled-header.log': [['recompilation JSON3'], /another build of Julia/],
  'julia-1.11-recompiled-block.log': [
    ['recompilation TideFeatures, Inference'],
    /TideFeatures, Inference again/,
  ],
  'julia-1.11-recompiled-misses.log': [['recompilation Inference'], /another path/],
  'julia-1.11-recompiled-cuda.log': [['recompilation CUDA_Runtime_jll, CUDA'], /hangs on the driver/],
  'julia-1.12-recompiled-stdlibs.log': [['recompilation Dates, Printf'], /trailing colon/],
  'julia-1.12-recompiled-so.log': [
    ['recompilation CSV'],
    /CSV again, because the machine code beside the cache/,
  ],
  'julia-1.14-recompiled-words.log': [['recompilation CSV'], /another processor/],
  'julia-1.5-bounds-error.log': [
    ['exception BoundsError: attempt to access 3-element Array{Float64,1} at index [4]'],
    /in predict at Inference\/src\/model\.jl:31: BoundsError/,
  ],
  'julia-1.10-key-error.log': [
    ['exception KeyError: key "Fjordvik" not found'],
    /at Inference\/src\/data\.jl:24: KeyError/,
  ],
  'julia-1.5-threads.log': [
    ['exception InexactError: Int64(0.5)'],
    /in macro expansion at Inference\/src\/model\.jl:19/,
  ],
  'julia-1.11-threads.log': [
    [
      'exception DomainError with -0.5: sqrt was called with a negative real argument but will only return a complex result if called with a complex argument. Try sqrt(Complex(x)).',
    ],
    /Inference\/src\/model\.jl:57/,
  ],
  'julia-1.12-method-error-in-package.log': [
    ['exception MethodError: no method matching parse(::Type{Float64}, ::Missing)'],
    /in features at TideFeatures\/src\/TideFeatures\.jl:44/,
  ],
  'julia-1.8-caused-by.log': [
    ['exception Inference.DataError("test.csv: line 7 has 3 values")'],
    /in read_csv at Inference\/src\/csv\.jl:22/,
  ],
  'julia-1.7-file-missing.log': [
    ['file-missing /home/ada/models/model.csv'],
    /opened \/home\/ada\/models\/model\.csv, which is not there \(load_model at Inference\/src\/model\.jl:12\)/,
  ],
  'julia-1.10-csv-missing.log': [
    ['file-missing /kaggle/input/harbour-tides/test_v2.csv'],
    /test_v2\.csv, which is not there \(main at Inference\/src\/Inference\.jl:18\)/,
  ],
  'julia-1.11-readdir-missing.log': [['file-missing /kaggle/input/images'], /images/],
  'julia-1.10-read-only.log': [
    ['read-only /kaggle/input/harbour-tides/cache.bin'],
    /inputs are read-only \(save_cache at Inference\/src\/cache\.jl:5\)/,
  ],
  'julia-1.9-out-of-memory.log': [['out-of-memory '], /memory ran out/],
  'cuda-out-of-memory.log': [['out-of-memory GPU'], /memory of the GPU/],
  'cuda-none.log': [['cuda '], /not functional/],
  'cuda-no-device.log': [['cuda '], /not functional/],
  'libstdcxx.log': [
    ['library GLIBCXX_3.4.30', 'library /usr/lib/x86_64-linux-gnu/libopencv_core.so'],
    /newer libstdc\+\+ \(GLIBCXX_3\.4\.30\)/,
  ],
  'library.log': [['library libxgboost.so'], /libxgboost\.so could not be loaded/],
  'segmentation-fault.log': [['crash 11.1'], /crashed/],
  'disk-full.log': [['disk-full '], /disk is full/],
  'sysimage-target.log': [['processor '], /another processor/],
  'kaggle-dataset-missing.json': [['dataset-missing tides-dotjulia'], /"tides-dotjulia" is not attached/],
  'kaggle-dataset-stale.json': [['dataset-stale tides-inferenceapp'], /older version of the dataset/],
  'kaggle-dataset-damaged.json': [['dataset-damaged tides-models'], /does not hold the files/],
  'kaggle-competition-missing.json': [['competition-missing harbour-tides'], /competition "harbour-tides"/],
  'kaggle-unpack.json': [
    ['unpack /kaggle/input/datasets/ada/tides-dotjulia/dotjulia'],
    /dotjulia could not be unpacked/,
  ],
  'kaggle-unpack-disk-full.json': [['disk-full '], /disk is full/],
  'kaggle-article-tar.json': [
    ['unpack /kaggle/input/packedjulia/inference', 'file-missing /tmp/Inference/src/Inference.jl'],
    /packedjulia\/inference could not be unpacked/,
  ],
  'kaggle-julia-exception.json': [
    ['exception ArgumentError: cannot parse "n/a" as Float64'],
    /in parse_column at Inference\/src\/csv\.jl:51: ArgumentError/,
  ],
  'kaggle-out-of-memory.json': [['out-of-memory '], /memory ran out/],
  'kaggle-killed.json': [['out-of-memory '], /memory ran out/],
  'kaggle-kernel-died.json': [['out-of-memory '], /memory ran out/],
  'kaggle-timeout.json': [['timeout '], /time limit/],
  'kaggle-cell-timeout.json': [['timeout '], /time limit/],
  'kaggle-no-submission.json': [['submission-missing submission.csv'], /wrote no submission\.csv/],
  'kaggle-wrong-rows.json': [
    ['submission-wrong submission.csv has 59 rows, but sample_submission.csv has 60.'],
    /59 rows/,
  ],
  'kaggle-wrong-columns.json': [
    [
      "submission-wrong submission.csv has the columns ['id', 'value'], but sample_submission.csv has ['id', 'height'].",
    ],
    /the columns \['id', 'value'\]/,
  ],
  'kaggle-own-cell.json': [["exception NameError: name 'plt' is not defined"], /A cell ended .* NameError/],
  'kaggle-own-cell-file.json': [['file-missing /kaggle/input/titanic/train.csv'], /train\.csv/],
  'kaggle-working-full.json': [['disk-full /kaggle/working'], /more than Kaggle saves/],
};

/** The lines of a fixture: plain output, or a log in the form that Kaggle keeps. */
function linesOf(...path: readonly string[]): string[] {
  const text = readFileSync(join(FIXTURES, ...path), 'utf8');
  const whole = path.at(-1)?.endsWith('.json')
    ? parseNotebookLog(text)
        .map((line) => line.text)
        .join('')
    : text;
  return whole.replace(/\n$/, '').split('\n');
}

describe('diagnose', () => {
  it('has an expectation for every failed log, 40 at least', () => {
    const files = readdirSync(join(FIXTURES, 'failed'));
    assert.deepEqual(files.toSorted(), Object.keys(EXPECTED).toSorted());
    assert.ok(files.length >= 40);
  });

  for (const [file, [found, title]] of Object.entries(EXPECTED)) {
    it(`of ${file}`, () => {
      const findings = diagnose({ lines: linesOf('failed', file), failed: true });
      assert.deepEqual(
        findings.map(({ kind, subject }) => `${kind} ${subject}`),
        found,
      );
      assert.match(findings[0]?.title ?? '', title);
      for (const finding of findings) {
        assert.match(finding.title, /^\S.*[.…]$/);
        assert.notEqual(finding.remedies.length, 0);
      }
    });
  }

  for (const file of readdirSync(join(FIXTURES, 'clean'))) {
    it(`has no false alarm on ${file}, whatever became of the run`, () => {
      const lines = linesOf('clean', file);
      assert.deepEqual(diagnose({ lines, failed: false }), []);
      assert.deepEqual(diagnose({ lines, failed: true }), []);
    });
  }

  it('of a run that ended well tells only what Kaggle would not let pass', () => {
    const exception = ['ERROR: caught and printed by the program', 'wrote 60 rows'];
    assert.deepEqual(diagnose({ lines: exception, failed: false }), []);
    const [download] = diagnose({ lines: [' Downloading artifact: weights'], failed: false });
    assert.equal(download?.kind, 'download');
  });

  it('takes packages whose compiled files changed, although the log says nothing', () => {
    const [finding] = diagnose({ lines: [], failed: false, recompiled: ['Inference'] });
    assert.match(finding?.title ?? '', /compiled Inference again/);
  });

  it('is told once however often a line is repeated', () => {
    const lines = Array.from({ length: 100 }, () => 'curl: (6) Could not resolve host: example.org');
    assert.equal(diagnose({ lines, failed: true }).length, 1);
  });
});
