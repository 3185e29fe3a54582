import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseManifest } from '../../src/julia/manifest.ts';
import { parseProjectFile } from '../../src/julia/project-file.ts';
import { parseArtifacts } from '../../src/julia/artifacts.ts';
import { findRelease, nearestVersion, parseIndex } from '../../src/julia/versions-index.ts';
import { parseSignIn } from '../../src/kaggle/oauth/stored-sign-in.ts';
import { parseConfig } from '../../src/core/project/config.ts';
import { readCells } from '../../src/core/contract/notebook/own-cells.ts';
import { examineConfig } from '../../src/host/config/diagnose.ts';
import { outlineToml } from '../../src/julia/toml-outline.ts';
import { mutateJson, mutateText } from '../support/mutate.ts';
import type { Reader } from '../support/read-hostile.ts';

const EXAMPLES = resolve(import.meta.dirname, '..', '..', 'examples');

function example(...path: string[]): string {
  return readFileSync(join(EXAMPLES, ...path), 'utf8');
}

const PROJECT_FILE = `name = "Inference"
uuid = "6d0bd6bb-2b4c-4c6b-8d5a-6f5f7f0b6a11"
version = "0.1.0"
manifest = "../Manifest.toml"
[deps]
CSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"
[weakdeps]
CUDA = "052768ef-5323-5732-b1bb-66c8b64840ba"
[sources]
Tide = {path = "../Tide"}
Other = {url = "https://x.invalid/o.git", rev = "main", subdir = "a"}
[compat]
julia = "1.10"
[workspace]
projects = ["test", "docs"]
[preferences.CUDA_Runtime_jll]
version = "12.4"
`;

const MANIFEST_2 = `julia_version = "1.10.5"
manifest_format = "2.0"
project_hash = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

[[deps.Adapt]]
deps = ["LinearAlgebra", "Requires"]
git-tree-sha1 = "6a55b747d1812e699320963ffde36f1ebdda4099"
uuid = "79e6a3ab-5dfb-504d-930d-738a2a938a0e"
version = "4.0.4"
weakdeps = ["StaticArrays"]

    [deps.Adapt.extensions]
    AdaptStaticArraysExt = "StaticArrays"

[[deps.Tide]]
path = "../Tide"
uuid = "1c621080-faea-4a02-84b6-bbd5e436b8fe"
    [deps.Tide.deps]
    CSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"
`;

const CONFIG = `competition = "titanic"
julia = "1.10"
[image]
name = "gcr.io/kaggle-images/python@sha256:${'a'.repeat(64)}"
[run]
script = "src/run.jl"
args = ["--in", "{competition}", "{working}/x"]
threads = "4,1"
[data]
folder = "../data"
[models]
files = ["a.bin"]
[datasets]
julia = "my-julia-1"
[notebook]
title = "My notebook"
accelerator = "NvidiaTeslaT4"
time_limit_minutes = 60
before = "cells/before.py"
[output]
file = "out/submission.csv"
[score]
better = "higher"
[pack]
mode = "depot"
exclude = ["packages/X"]
`;

const ARTIFACTS = `[[cuda]]
arch = "x86_64"
os = "linux"
libc = "glibc"
cuda = "12.4"
lazy = true
git-tree-sha1 = "44b6c03c60853b6657d6029bb9ea5526d2a8ee26"
    [[cuda.download]]
    sha256 = "8e910b44c7560f5da5cdb09a7862bf5a7390517b44a4af86c7033d191de7762a"
    url = "https://x.invalid/a.tar.gz"
`;

const file = (name: string): string => join('/project', name);

const release = (version: string): object => ({
  stable: true,
  files: [
    {
      url: `https://julialang-s3.julialang.org/bin/linux/x64/julia-${version}-linux-x86_64.tar.gz`,
      triplet: 'x86_64-linux-gnu',
      kind: 'archive',
      arch: 'x86_64',
      extension: 'tar.gz',
      sha256: '8'.repeat(64),
      size: 118_000_000,
      version,
      os: 'linux',
    },
  ],
});
const INDEX = { '1.5.3': release('1.5.3'), '1.10.5': release('1.10.5'), '1.12.0-rc1': release('1.12.0-rc1') };

const SIGN_IN = {
  refresh_token: 'refresh',
  access_token: 'access',
  access_token_expiration: '2026-01-01T00:00:00Z',
  username: 'ann',
  scopes: ['resources.admin:*'],
};

/** A reader of text of which there are samples. */
function ofText(name: string, samples: readonly string[], read: (text: string) => unknown): Reader {
  return { name, make: (random) => mutateText(random, samples), read: (input) => read(String(input)) };
}

/** A reader of JSON of which there are samples. */
function ofJson(name: string, samples: readonly unknown[], read: (text: string) => unknown): Reader {
  return { name, make: (random) => mutateJson(random, samples), read: (input) => read(String(input)) };
}

const configs = [example('Inference', 'JuliaKaggle.toml'), CONFIG];

/** Readers of the files that a person, Julia's tools or another program wrote. */
export const fileReaders: readonly Reader[] = [
  ofText('Project.toml', [example('Inference', 'Project.toml'), PROJECT_FILE], (text) =>
    parseProjectFile(text, file('Project.toml')),
  ),
  ofText('Manifest.toml', [example('Inference', 'Manifest.toml'), MANIFEST_2], (text) =>
    parseManifest(text, file('Manifest.toml')),
  ),
  ofText('JuliaKaggle.toml', configs, (text) => parseConfig(text, file('JuliaKaggle.toml'))),
  ofText('JuliaKaggle.toml in an editor', configs, (text) => {
    outlineToml(text);
    return examineConfig(text, file('JuliaKaggle.toml'));
  }),
  ofText('Artifacts.toml', [example('Inference', 'Artifacts.toml'), ARTIFACTS], (text) =>
    parseArtifacts(text, file('Artifacts.toml')),
  ),
  ofText('cells of one’s own', ['# %%\nx = 1\n# %% [markdown]\n"""\nText\n"""\n#%%\nprint(x)\n'], readCells),
  ofJson('the list of Julia versions', [INDEX], (text) => {
    const index = parseIndex(text);
    if (index === undefined) return;
    for (const version of ['1.5.3', '1.10', 'x', '__proto__']) {
      findRelease(index, version);
      nearestVersion(index, version);
    }
  }),
  ofJson('a stored sign-in', [SIGN_IN], (text) => parseSignIn(text, 'credentials.json')),
];
