import assert from 'node:assert/strict';
import type { ArtifactsFile } from '../../../src/core/contract/depot/artifact-files.ts';
import { planArtifactAddition } from '../../../src/core/scaffold/artifact-addition.ts';
import { refusalOf } from './temp-project.ts';

const OWN = '/p/Artifacts.toml';

const stations = (lazy: boolean): string =>
  [
    '# where the stations are',
    '[stations]',
    'git-tree-sha1 = "44b6"',
    ...(lazy ? ['lazy = true'] : []),
    '',
    '    [[stations.download]]',
    '    sha256 = "8e91"',
    '    url = "https://x/44b6.tar.gz"',
    '',
  ].join('\n');

/** As BinaryBuilder writes it: one for each platform. */
const MKL = ['x86_64:linux:aaaa', 'i686:linux:bbbb', 'x86_64:macos:cccc', 'x86_64:windows:dddd']
  .map((each) => each.split(':'))
  .flatMap(([arch = '', os = '', hash = '']) => [
    '[[MKL]]',
    `arch = "${arch}"`,
    `git-tree-sha1 = "${hash}"`,
    'lazy = true',
    ...(os === 'linux' ? ['libc = "glibc"'] : []),
    `os = "${os}"`,
    '',
    '    [[MKL.download]]',
    `    sha256 = "${hash}"`,
    `    url = "https://x/${hash}.tar.gz"`,
    '',
  ])
  .join('\n');

const local = (text: string): ArtifactsFile => ({ package: 'Inference', file: OWN, text, isLocal: true });
const registered = (name: string, text: string): ArtifactsFile => ({
  package: name,
  file: `packages/${name}/abcde/Artifacts.toml`,
  text,
  isLocal: false,
});

function plan(artifact: string, files: readonly ArtifactsFile[], owner?: string) {
  const text = files.find(({ file }) => file === OWN)?.text;
  return planArtifactAddition({ artifact, package: owner, files, own: { file: OWN, text } });
}

describe('planArtifactAddition, by example', () => {
  it('shows the line that goes', () => {
    const addition = plan('stations', [local(stations(true))]);
    assert.equal(addition?.after, stations(false));
    assert.deepEqual(addition.diff, [
      '--- Artifacts.toml',
      '+++ Artifacts.toml',
      '@@ -1,7 +1,6 @@',
      ' # where the stations are',
      ' [stations]',
      ' git-tree-sha1 = "44b6"',
      '-lazy = true',
      ' ',
      '     [[stations.download]]',
      '     sha256 = "8e91"',
    ]);
  });

  it('edits the file of the path dependency that has it', () => {
    const file = '/p/../Features/Artifacts.toml';
    const addition = plan('stations', [
      local('# none yet\n'),
      { package: 'Features', file, text: stations(true), isLocal: true },
    ]);
    assert.equal(addition?.file, file);
    assert.equal(addition.package, 'Features');
  });

  it('enters one of a registered package: the variant for Kaggle’s machine only', () => {
    const addition = plan('MKL', [registered('MKL_jll', MKL)]);
    assert.equal(addition?.file, OWN);
    assert.equal(addition.before, undefined);
    assert.equal(
      addition.after,
      [
        '# MKL of MKL_jll: lazy there; entered here so that the build fetches it, for a run without a network.',
        '[[MKL]]',
        'arch = "x86_64"',
        'git-tree-sha1 = "aaaa"',
        'libc = "glibc"',
        'os = "linux"',
        '',
        '[[MKL.download]]',
        'sha256 = "aaaa"',
        'url = "https://x/aaaa.tar.gz"',
        '',
      ].join('\n'),
    );
  });

  it('gives it another name where the project has an artifact of that name', () => {
    const addition = plan('stations', [
      local(stations(false)),
      registered('Tides', stations(true).replace('44b6', '55c7')),
    ]);
    assert.match(
      addition?.after ?? '',
      /\n\n# stations of Tides: [^\n]*\n\[Tides_stations\]\ngit-tree-sha1 = "55c7"\n/,
    );
  });

  it('finds a name where the project has both of those', () => {
    const taken = '[stations]\ngit-tree-sha1 = "1"\n[Tides_stations]\ngit-tree-sha1 = "2"\n';
    const addition = plan('stations', [local(taken), registered('Tides', stations(true))]);
    assert.match(addition?.after ?? '', /\n\[stations_Tides_stations_2\]\ngit-tree-sha1 = "44b6"\n/);
  });

  it('enters nothing that the project has under another name, unless that is lazy too', () => {
    const other = (lazy: boolean): string => stations(lazy).replaceAll('stations', 'mine');
    assert.equal(plan('stations', [local(other(false)), registered('Tides', stations(true))]), undefined);
    const addition = plan('stations', [local(other(true)), registered('Tides', stations(true))]);
    assert.equal(addition?.file, OWN);
  });

  it('has nothing to do where the build fetches it already', () => {
    assert.equal(plan('stations', [local(stations(false))]), undefined);
    assert.equal(plan('stations', [registered('Tides', stations(false))]), undefined);
  });

  it('asks which package is meant, and takes the one that is said', async () => {
    const files = [registered('Tides', stations(true)), registered('Waves', stations(true))];
    const error = await refusalOf(() => plan('stations', files), 'wrong-usage');
    assert.match(error.title, /"stations" is a lazy artifact of Tides and Waves\./);
    assert.match(error.actions[0].title, /--package Tides/);
    assert.equal(plan('stations', files, 'Waves')?.package, 'Waves');
  });

  it('names the nearest artifact for one that nobody has', async () => {
    const error = await refusalOf(() => plan('statoins', [local(stations(true))]), 'artifact-missing');
    assert.equal(
      error.title,
      'No Artifacts.toml of the project, its path dependencies and its packages has an artifact "statoins".',
    );
    assert.equal(error.actions[0].title, 'The nearest is "stations".');
    const files = [local(stations(true)), registered('Tides', '')];
    const ofTides = await refusalOf(() => plan('stations', files, 'Tides'), 'artifact-missing');
    assert.equal(ofTides.title, 'No Artifacts.toml of the package Tides has an artifact "stations".');
  });

  it('says where the names are where there is no artifact at all', async () => {
    for (const files of [[], [registered('Odd', '[[')]]) {
      const error = await refusalOf(() => plan('stations', files), 'artifact-missing');
      assert.match(error.actions[0].title, /^The log names .*: julia-kaggle run --until build\.$/);
    }
  });

  it('says so when there is none for Kaggle’s machine', async () => {
    const macOnly = MKL.split('\n\n').slice(4).join('\n\n');
    const error = await refusalOf(() => plan('MKL', [registered('MKL_jll', macOnly)]), 'artifact-missing');
    assert.match(error.title, /"MKL" of MKL_jll has no variant for Kaggle's machine/);
    assert.match(error.actions[0].title, /^Take a version of MKL_jll that has one/);
  });

  it('leads to the preferences for a CUDA toolkit, whose variant they choose', async () => {
    const toolkits = MKL.replaceAll('MKL', 'CUDA_Runtime').replaceAll(
      'lazy = true',
      'lazy = true\ncuda = "12.6"',
    );
    const error = await refusalOf(
      () => plan('CUDA_Runtime', [registered('CUDA_Runtime_jll', toolkits)]),
      'wrong-usage',
    );
    assert.match(error.title, /^Which variant of "CUDA_Runtime" .* preferences of CUDA_Runtime_jll \(cuda\)/);
    assert.equal(error.actions[0].command, 'pin-cuda --write');
  });

  it('leads to the documentation of another package whose preferences choose', async () => {
    const solver = stations(true).replace('lazy = true', 'lazy = true\nmpi = "MPICH"\nblas = "x"');
    const error = await refusalOf(() => plan('stations', [registered('Solver', solver)]), 'wrong-usage');
    assert.match(error.title, /preferences of Solver \(mpi, blas\), not by an entry/);
    assert.match(error.actions[0].title, /LocalPreferences\.toml \(the documentation of Solver says how\)/);
    assert.equal(error.actions[0].command, undefined);
  });

  it('reads on when a package’s own file is no TOML, and tells of one’s own', async () => {
    assert.equal(plan('stations', [local(stations(true)), registered('Odd', '[[')])?.package, 'Inference');
    await refusalOf(() => plan('stations', [local('[[')]), 'toml-syntax');
  });

  it('knows the setting by whatever name it is written', () => {
    const escaped = 'stations = { git-tree-sha1 = "44b6", "\\u006cazy" = true }\n';
    assert.equal(plan('stations', [local(escaped)])?.after, 'stations = { git-tree-sha1 = "44b6" }\n');
  });

  it('leaves a form that it cannot change to the person', async () => {
    const odd = 'stations = { lazy = true\n  , git-tree-sha1 = "44b6" }\n';
    const error = await refusalOf(() => plan('stations', [local(odd)]), 'wrong-usage');
    assert.match(error.title, /better edited by hand/);
    assert.equal(error.actions[0].title, 'Take lazy = true out of its entry, then run again.');
  });
});
