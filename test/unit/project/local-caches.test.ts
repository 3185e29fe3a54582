import assert from 'node:assert/strict';
import { localCaches } from '../../../src/core/project/local-caches.ts';
import { parseManifest } from '../../../src/julia/manifest.ts';

const manifest = parseManifest(
  `manifest_format = "2.0"

[[deps.Fork]]
uuid = "f"
path = "../Fork"

[[deps.UsesFork]]
uuid = "u"
git-tree-sha1 = "1"
deps = ["Fork"]

    [deps.UsesFork.extensions]
    UsesForkPlotsExt = "Plots"

[[deps.UsesThat]]
uuid = "t"
git-tree-sha1 = "2"

    [deps.UsesThat.deps]
    UsesFork = "u"

[[deps.Plots]]
uuid = "p"
git-tree-sha1 = "3"

    [deps.Plots.extensions]
    PlotsForkExt = ["Fork", "Dates"]
    PlotsDatesExt = "Dates"

[[deps.Dates]]
uuid = "d"
`,
  '/p/Manifest.toml',
);

describe('localCaches', () => {
  it('has all that is compiled anew when a package on this machine changes, and nothing else', () => {
    const found = localCaches(manifest, [
      { name: 'Inference', extensions: { InferenceExt: ['Plots'] } },
      { name: 'Fork', extensions: {} },
    ]);
    assert.deepEqual(found, [
      'Fork',
      'Inference',
      'InferenceExt',
      'PlotsForkExt',
      'UsesFork',
      'UsesForkPlotsExt',
      'UsesThat',
    ]);
  });
});
