import assert from 'node:assert/strict';
import { namesOf } from '../../../src/core/contract/diagnosis/rules.ts';
import { errorExcerpt, recompiledIn } from '../../../src/core/contract/diagnosis/julia-log.ts';

describe('what is read of a log of Julia', () => {
  const cases: {
    name: string;
    log: string;
    downloads?: string[];
    hosts?: string[];
    recompiled?: string[];
    missing?: string[];
  }[] = [
    {
      name: 'Julia 1.5: a missing artifact, with the terminal codes that Julia prints',
      log: "Downloading artifact: stations\n\u001b[?25l\u001b[1A\u001b[2K\u001b[?25hcurl: (6) Could not resolve host: pkg.julialang.org\nERROR: Unable to automatically install 'stations' from '/root/.julia/dev/Inference/Artifacts.toml'",
      downloads: ['stations'],
      hosts: ['pkg.julialang.org'],
    },
    {
      name: 'Julia 1.10: a download that failed',
      log: "     Failure artifact: MKL\nERROR: Unable to automatically download/install artifact 'MKL' from sources listed in '/x/Artifacts.toml'.",
      downloads: ['MKL'],
    },
    { name: 'Julia 1.12: a lazy artifact', log: ' Downloading artifact: weights', downloads: ['weights'] },
    {
      name: 'wget says it in its own way',
      log: 'wget: unable to resolve host address ‘github.com’',
      hosts: ['github.com'],
    },
    {
      name: 'Julia 1.5 to 1.10: a recompilation shows with JULIA_DEBUG=loading',
      log: '┌ Debug: Precompiling TideFeatures [0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22]\n└ @ Base loading.jl:1278',
      recompiled: ['TideFeatures'],
    },
    {
      name: 'Julia 1.11: a recompilation is printed',
      log: 'Precompiling packages...\n   1234.5 ms  ✓ Inference\n  1 dependency successfully precompiled in 2 seconds. 3 already precompiled.',
      recompiled: ['Inference'],
    },
    {
      name: 'a package that is not there',
      log: 'ERROR: LoadError: ArgumentError: Package ToyModel [0b6f4b0a-3d0c-4c39-8f0b-8a3f5a1d2e22] is required but does not seem to be installed:',
      missing: ['ToyModel'],
    },
    {
      name: 'a package that is in no environment',
      log: 'ERROR: ArgumentError: Package CSV not found in current path:',
      missing: ['CSV'],
    },
    {
      name: 'no false alarm: an older cache was looked at and a good one taken',
      log: '┌ Debug: Rejecting cache file /root/.julia/compiled/v1.5/A/x.ji because it is for file /a not file /b\n└ @ Base loading.jl:1\n┌ Debug: Loading object cache file /root/.julia/compiled/v1.10/A/x.so for A\nwrote 60 rows',
    },
  ];
  for (const { name, log, downloads = [], hosts = [], recompiled = [], missing = [] } of cases) {
    it(name, () => {
      const lines = log.split('\n');
      assert.deepEqual(namesOf('download', lines), downloads);
      assert.deepEqual(namesOf('host', lines), hosts);
      assert.deepEqual(namesOf('package-missing', lines), missing);
      assert.deepEqual(recompiledIn(lines), recompiled);
    });
  }
});

describe('errorExcerpt', () => {
  it('begins at the last error of Julia', () => {
    const lines = [
      'fine',
      'ERROR: first',
      'later',
      '\u001b[31mERROR: \u001b[39mlast',
      '',
      'Stacktrace:',
      ' [1] a',
      ' [2] b',
    ];
    assert.equal(errorExcerpt(lines, 3), 'ERROR: last\nStacktrace:\n [1] a');
  });

  it('begins where Julia crashed, too', () => {
    for (const line of ['signal (11): Segmentation fault', 'signal (6): Aborted', 'fatal: error thrown'])
      assert.equal(errorExcerpt(['before', line, 'a', 'b', 'c'], 3), `${line}\na\nb`);
  });

  it('without an error leaves out what Julia says of loading, but for the caches that it rejected', () => {
    const rejected = '┌ Debug: Rejecting cache file /d/CSV/x.ji since pkgimage /d/CSV/x.so was not found';
    const loading = [
      '┌ Debug: Loading object cache file /d/Dates/x.so for Dates',
      '└ @ Base loading.jl:1310',
    ];
    const lines = ['begin', ...loading, rejected, '└ @ Base loading.jl:2068', ...loading, 'wrote 60 rows'];
    assert.equal(errorExcerpt(lines, 20), `begin\n${rejected}\nwrote 60 rows`);
    assert.equal(errorExcerpt(loading, 20), loading.join('\n'));
  });

  it('without one gives the last lines, and no reports of our own', () => {
    assert.equal(errorExcerpt(['a', '', 'b  ', 'c'], 2), 'b\nc');
    assert.equal(errorExcerpt(['a', 'b', '[julia-kaggle] {"step":"run"}'], 2), 'a\nb');
    for (const line of ['no ERROR: at all', 'got signal (11): x', 'signal (x): y'])
      assert.equal(errorExcerpt([line, 'a', 'b'], 2), 'a\nb', line);
  });
});
