import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/base/errors.ts';
import { explainBuild } from '../../../src/core/build/explain.ts';
import { aProject } from '../../support/artefacts.ts';

const CASES: Readonly<Record<string, readonly [lines: string[], code: ErrorCode, title: RegExp]>> = {
  'an artifact that could not be got': [
    ["ERROR: Unable to automatically install 'stations' from '/root/.julia/dev/Inference/Artifacts.toml'"],
    'artifact-missing',
    /^The artifact "stations" could not be downloaded while building Inference\.$/,
  ],
  'an artifact with a wrong checksum': [
    [
      'Downloading artifact: stations',
      '┌ Warning: Hash Mismatch!',
      '│   Expected sha256:   8e91',
      "ERROR: Unable to automatically install 'stations'",
    ],
    'checksum-mismatch',
    /^The artifact "stations" arrived with another content than Artifacts\.toml says\.$/,
  ],
  'a package in no registry': [
    ['ERROR: LoadError: expected package `Private [48b52996]` to be registered'],
    'package-missing',
    /^The package Private is in no registry/,
  ],
  'a repository that cannot be cloned': [
    [
      '     Cloning git-repo `https://git.example.org/Private.jl`',
      'ERROR: LoadError: failed to clone from https://git.example.org/Private.jl, error: GitError(Code:ERROR, Class:Net, failed to resolve address)',
    ],
    'julia-failed',
    /^A package could not be cloned from https:\/\/git\.example\.org\/Private\.jl\.$/,
  ],
  'a registry of packages that cannot be reached, by the log of Julia 1.5': [
    [
      'Installing known registries into `~/.julia`',
      'Warning: could not download https://pkg.julialang.org/registries',
      'ERROR: LoadError: failed to clone from https://github.com/JuliaRegistries/General.git, error: GitError(Code:ERROR, Class:Net, failed to resolve address for github.com: Name or service not known)',
    ],
    'julia-failed',
    /^The registry of Julia's packages could not be fetched from https:\/\/github\.com\/JuliaRegistries\/General\.git\.$/,
  ],
  'a registry whose download was cut off, by the log of Julia 1.10': [
    [
      '    Updating registry at `~/.julia/registries/General.toml`',
      'ERROR: LoadError: KeyError: key "Registry.toml" not found',
      ' [2] Pkg.Registry.RegistryInstance(path::String)',
    ],
    'julia-failed',
    /^The depot's copy of a registry is damaged: its download was cut off\.$/,
  ],
  'the same of a server of packages': [
    [
      'ERROR: could not download https://pkg.julialang.org/registry/23338594-aafe-5451-b93e-139f81909106/97ab',
      'Exception: RequestError: Could not resolve host: pkg.julialang.org',
    ],
    'julia-failed',
    /^The registry of Julia's packages could not be fetched from https:\/\/pkg\.julialang\.org\/registry\.$/,
  ],
  'a build script that fails': [
    ['ERROR: LoadError: Error building `PyCall`: ', 'ERROR: LoadError: no python'],
    'julia-failed',
    /^The build script of PyCall \(deps\/build\.jl\) failed\.$/,
  ],
  'a package that does not compile': [
    [
      'ERROR: LoadError: Failed to precompile Inference [2918fdbb-caf1-47d7-90f1-f13361a6aa27] to /root/x.ji.',
    ],
    'julia-failed',
    /^Inference could not be compiled\.$/,
  ],
  'a full disk, whatever else there is': [
    ['Downloading artifact: stations', 'tar: write error: No space left on device'],
    'disk-full',
    /disk is full/,
  ],
  'a host that is not there': [
    ['curl: (6) Could not resolve host: pkg.julialang.org'],
    'julia-failed',
    /pkg\.julialang\.org/,
  ],
  'anything else': [['ERROR: UndefVarError: x not defined'], 'julia-failed', /exit code 1/],
};

describe('explainBuild', () => {
  for (const [name, [lines, code, title]] of Object.entries(CASES)) {
    it(`${name}: ${code}`, () => {
      const error = explainBuild(aProject(), 1, lines);
      assert.equal(error.code, code, error.title);
      assert.match(error.title, title);
      assert.ok(error.detail !== undefined && error.actions.every((action) => action.title.length > 10));
    });
  }
});
