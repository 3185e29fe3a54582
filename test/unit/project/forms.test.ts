import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { oldManifestWarning } from '../../../src/core/build/explain.ts';
import { readManifest } from '../../../src/julia/manifest.ts';
import { findManifest, readProjectFile } from '../../../src/julia/project-file.ts';
import { parseJuliaVersion } from '../../../src/julia/julia-version.ts';
import { readProject } from '../../../src/core/project/project-stage.ts';
import { tempFolder } from '../../support/temp.ts';
import { options, refusalOf } from './temp-project.ts';

// Every form of a project (julia-facts section 2) as Pkg and people write it. Only format 1 is also run by the
// pipeline tests, whose Julia is 1.5.3; the forms of Julia 1.6 to 1.13 are shown here.

const UUID = '2918fdbb-caf1-47d7-90f1-f13361a6aa27';
const HEAD = '# This file is machine-generated - editing it directly is not advised\n\n';
const CONFIG = 'competition = "titanic"\n';
const MODULE = 'module Tides\nmain() = 0\nmain()\nend\n';

const PROJECT = `name = "Tides"
uuid = "${UUID}"
authors = ["Ada <ada@example.org>"]
version = "0.3.1"

[deps]
CSV = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"
Dates = "ade2ca70-3891-5945-98fb-dc099432e06a"

[compat]
CSV = "0.10"
julia = "1.10"

[extras]
Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"

[targets]
test = ["Test"]
`;

const ENTRIES_1 = `[[CSV]]
deps = ["Dates"]
git-tree-sha1 = "6c834533dc1fabd820c1db03c839bf97e45a3fab"
uuid = "336ed68f-0bac-5ca0-87d4-7b16caf5d00b"
version = "0.10.14"

[[Dates]]
deps = ["Printf"]
uuid = "ade2ca70-3891-5945-98fb-dc099432e06a"
`;
const entries2 = ENTRIES_1.replaceAll('[[', '[[deps.');
const format2 = (julia: string, more = ''): string =>
  `${HEAD}julia_version = "${julia}"\nmanifest_format = "2.0"\nproject_hash = "75b2"\n\n${entries2}${more}`;
const FORMAT_2_1 = `${HEAD}julia_version = "1.13.0"
manifest_format = "2.1"
project_hash = "75b2"

${entries2.replace('version = "0.10.14"', 'version = "0.10.14"\nregistries = "General"')}
    [deps.CSV.syntax]
    julia_version = "1.13.0"

[registries.General]
url = "https://github.com/JuliaRegistries/General.git"
uuid = "23338594-aafe-5451-b93e-139f81909106"
`;

const LIB = {
  'lib/Harbours/Project.toml': 'name = "Harbours"\nuuid = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\n',
  'lib/Harbours/src/Harbours.jl': 'module Harbours end\n',
};
const harbours = (path: string): string =>
  `\n[[deps.Harbours]]\npath = "${path}"\nuuid = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\nversion = "0.1.0"\n`;

interface Form {
  readonly files: Readonly<Record<string, string>>;
  /** Folder of the project; `Tides` when it is not said. */
  readonly project?: string;
  readonly julia: string;
  /** `Name place` of each staged package; the project alone when it is not said. */
  readonly packages?: readonly string[];
  /** Places that are staged besides the sources. */
  readonly staged: readonly string[];
}

const usual = {
  'Tides/JuliaKaggle.toml': CONFIG,
  'Tides/src/Tides.jl': MODULE,
  'Tides/Project.toml': PROJECT,
};

const FORMS: Readonly<Record<string, Form>> = {
  'Manifest of format 1 (Julia 1.5, 1.6), its Julia in JuliaKaggle.toml': {
    files: {
      ...usual,
      'Tides/Manifest.toml': HEAD + ENTRIES_1,
      'Tides/JuliaKaggle.toml': `${CONFIG}julia = "1.6.7"\n`,
    },
    julia: '1.6.7',
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml'],
  },
  'Manifest of format 2.0 (Julia 1.7 to 1.12)': {
    files: { ...usual, 'Tides/Manifest.toml': format2('1.10.5') },
    julia: '1.10.5',
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml'],
  },
  'Manifest of format 2.1 (Julia 1.13)': {
    files: { ...usual, 'Tides/Manifest.toml': FORMAT_2_1 },
    julia: '1.13.0',
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml'],
  },
  'JuliaProject.toml and JuliaManifest.toml before the plain names': {
    files: {
      ...usual,
      'Tides/Project.toml': 'name = "Decoy"\n',
      'Tides/Manifest.toml': format2('1.9.4'),
      'Tides/JuliaProject.toml': PROJECT,
      'Tides/JuliaManifest.toml': format2('1.10.2'),
    },
    julia: '1.10.2',
    staged: [
      'Tides/JuliaManifest.toml',
      'Tides/JuliaProject.toml',
      'Tides/Manifest.toml',
      'Tides/Project.toml',
    ],
  },
  'versioned Manifests (Julia 1.11 and later): that of the configured Julia': {
    files: {
      ...usual,
      'Tides/Manifest.toml': format2('1.10.5'),
      'Tides/Manifest-v1.11.toml': format2('1.11.9'),
      'Tides/Manifest-v1.12.toml': format2('1.12.6'),
      'Tides/JuliaKaggle.toml': `${CONFIG}julia = "1.12.6"\n`,
    },
    julia: '1.12.6',
    staged: [
      'Tides/Manifest-v1.11.toml',
      'Tides/Manifest-v1.12.toml',
      'Tides/Manifest.toml',
      'Tides/Project.toml',
    ],
  },
  'workspace (Julia 1.12 and later): the Manifest of its root, and every member’s project file': {
    files: {
      'ws/Project.toml': '[workspace]\nprojects = ["Tides", "docs"]\n',
      'ws/Manifest.toml': format2('1.12.6'),
      'ws/LocalPreferences.toml': '[CSV]\npool = false\n',
      'ws/docs/Project.toml': '[deps]\n',
      'ws/docs/make.jl': '',
      'ws/Tides/Project.toml': PROJECT,
      'ws/Tides/JuliaKaggle.toml': CONFIG,
      'ws/Tides/src/Tides.jl': MODULE,
    },
    project: 'ws/Tides',
    julia: '1.12.6',
    packages: ['Tides Tides/Tides'],
    staged: [
      'Tides/LocalPreferences.toml',
      'Tides/Manifest.toml',
      'Tides/Project.toml',
      'Tides/Tides/Project.toml',
      'Tides/docs/Project.toml',
    ],
  },
  'workspace with members that the project does not need: of them the project file alone': {
    files: {
      'ws/Project.toml': '[workspace]\nprojects = ["Tides", "lib/Harbours", "Training"]\n',
      'ws/Manifest.toml': format2(
        '1.12.6',
        `${harbours('lib/Harbours')}
[[deps.Training]]
deps = ["Harbours"]
path = "Training"
uuid = "5d3f3a3e-3a51-4b6b-9d57-0c1b6b1f9a11"
version = "0.1.0"
`,
      ),
      'ws/lib/Harbours/Project.toml': 'name = "Harbours"\nuuid = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\n',
      'ws/lib/Harbours/src/Harbours.jl': 'module Harbours\nend\n',
      'ws/Training/Project.toml': 'name = "Training"\nuuid = "5d3f3a3e-3a51-4b6b-9d57-0c1b6b1f9a11"\n',
      'ws/Training/weights.bin': 'megabytes',
      'ws/Training/kaggle.json': '{"username":"ada","key":"0123456789abcdef0123456789abcdef"}',
      'ws/Tides/Project.toml': PROJECT.replace(
        '[deps]\n',
        '[deps]\nHarbours = "38b52996-7ba5-4620-b93e-c2ea39b26e32"\n',
      ),
      'ws/Tides/JuliaKaggle.toml': CONFIG,
      'ws/Tides/src/Tides.jl': MODULE,
    },
    project: 'ws/Tides',
    julia: '1.12.6',
    packages: ['Tides Tides/Tides', 'Harbours Tides/lib/Harbours'],
    staged: [
      'Tides/Manifest.toml',
      'Tides/Project.toml',
      'Tides/Tides/Project.toml',
      'Tides/Training/Project.toml',
      'Tides/lib/Harbours/Project.toml',
    ],
  },
  '[sources] with a path and with a repository (Julia 1.11 and later)': {
    files: {
      ...usual,
      ...LIB,
      'Tides/Project.toml': `${PROJECT}
[sources]
CSV = {url = "https://github.com/JuliaData/CSV.jl", rev = "main"}
Harbours = {path = "../lib/Harbours"}
`,
      'Tides/Manifest.toml': format2('1.11.9', harbours('../lib/Harbours')),
    },
    julia: '1.11.9',
    packages: ['Tides Tides', 'Harbours lib/Harbours'],
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml', 'lib/Harbours/Project.toml'],
  },
  'path dependency inside of the folder': {
    files: {
      ...usual,
      'Tides/lib/Harbours/Project.toml': LIB['lib/Harbours/Project.toml'],
      'Tides/lib/Harbours/src/Harbours.jl': LIB['lib/Harbours/src/Harbours.jl'],
      'Tides/Manifest.toml': format2('1.10.5', harbours('lib/Harbours')),
    },
    julia: '1.10.5',
    packages: ['Tides Tides', 'Harbours Tides/lib/Harbours'],
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml', 'Tides/lib/Harbours/Project.toml'],
  },
  'package from a repository: nothing of it is staged': {
    files: {
      ...usual,
      'Tides/Manifest.toml': format2(
        '1.10.5',
        `
[[deps.Private]]
deps = ["Dates"]
git-tree-sha1 = "0c834533dc1fabd820c1db03c839bf97e45a3fab"
repo-rev = "main"
repo-subdir = "lib/Private"
repo-url = "git@github.com:ada/Private.jl.git"
uuid = "48b52996-7ba5-4620-b93e-c2ea39b26e32"
version = "0.1.0"
`,
      ),
    },
    julia: '1.10.5',
    staged: ['Tides/Manifest.toml', 'Tides/Project.toml'],
  },
  'preferences and artifacts beside the project file': {
    files: {
      ...usual,
      'Tides/Manifest.toml': format2('1.10.5'),
      'Tides/JuliaLocalPreferences.toml': '[CSV]\npool = false\n',
      'Tides/Artifacts.toml':
        '[weights]\ngit-tree-sha1 = "44b6c03c60853b6657d6029bb9ea5526d2a8ee26"\nlazy = true\n',
    },
    julia: '1.10.5',
    staged: [
      'Tides/Artifacts.toml',
      'Tides/JuliaLocalPreferences.toml',
      'Tides/Manifest.toml',
      'Tides/Project.toml',
    ],
  },
};

describe('forms of a project', () => {
  for (const [
    name,
    { files, project = 'Tides', julia, packages = ['Tides Tides'], staged },
  ] of Object.entries(FORMS)) {
    it(name, async () => {
      const root = await tempFolder(files);
      const readable = await ReadablePlaces.around(join(root, project), { agreed: [root] });
      const found = await readProject(join(root, project), { ...options(), places: readable });
      assert.deepEqual([found.name, found.version, found.uuid], ['Tides', '0.3.1', UUID]);
      assert.equal(found.juliaVersion, julia);
      assert.deepEqual(
        found.packages.map((one) => `${one.name} ${one.place}`),
        packages,
      );
      const places = found.files.map(({ place }) => place).filter((place) => place.endsWith('.toml'));
      assert.deepEqual(places, staged);
      assert.ok(found.files.some(({ place }) => place === `${found.place}/src/Tides.jl`));
    });
  }

  it('of Julia 1.10 and older never read a versioned Manifest', async () => {
    const root = await tempFolder({
      'Project.toml': PROJECT,
      'Manifest.toml': format2('1.10.5'),
      'Manifest-v1.10.toml': format2('1.10.9'),
    });
    const places = await ReadablePlaces.around(root);
    const project = await readProjectFile(root, places);
    assert.ok(project !== undefined);
    const file = await findManifest(project, parseJuliaVersion('1.10.5'), places);
    assert.equal(file, join(root, 'Manifest.toml'));
    assert.equal((await readManifest(file, places)).juliaVersion, '1.10.5');
  });

  it('of format 1 are told to the Julia that would write a newer one, with the upgrade', async () => {
    const warningOf = async (julia: string, manifest: string): Promise<string | undefined> => {
      const config = `${CONFIG}julia = "${julia}"\n`;
      const root = await tempFolder({
        ...usual,
        'Tides/Manifest.toml': manifest,
        'Tides/JuliaKaggle.toml': config,
      });
      const project = await readProject(join(root, 'Tides'), options());
      return oldManifestWarning(project)?.replace(root, '');
    };
    const told = await warningOf('1.12.5', HEAD + ENTRIES_1);
    assert.match(told ?? '', /^Manifest\.toml has format 1, which Julia 1\.12\.5 only keeps/);
    assert.match(told ?? '', /: julia "--project=[/\\]Tides" -e "using Pkg; Pkg\.upgrade_manifest\(\)"$/);
    assert.deepEqual(
      [await warningOf('1.6.7', HEAD + ENTRIES_1), await warningOf('1.12.5', format2('1.12.5'))],
      [undefined, undefined],
    );
  });

  it('that are scripts are no apps, which is told when they are read', async () => {
    const config = `${CONFIG}[pack]\nmode = "app"\n`;
    const files = { ...usual, 'Tides/Manifest.toml': format2('1.10.5'), 'Tides/JuliaKaggle.toml': config };
    const root = await tempFolder(files);
    const error = await refusalOf(() => readProject(join(root, 'Tides'), options()), 'entry-missing');
    assert.match(error.title, /^An app starts a function, but Tides is run as the script src\/Tides\.jl\.$/);
    assert.match(error.actions[0].title, /Tides\.julia_main/);
    assert.ok(error.actions.some(({ command }) => command === 'mode sysimage'));
  });

  it('a Manifest that lacks a dependency of Project.toml is told, with the dependency', async () => {
    const lacking = format2('1.10.5').replace(/\[\[deps\.CSV\]\][^[]*/, '');
    const root = await tempFolder({ ...usual, 'Tides/Manifest.toml': lacking });
    const error = await refusalOf(() => readProject(join(root, 'Tides'), options()), 'package-missing');
    assert.match(error.title, /CSV is in Project\.toml but not in Manifest\.toml/);
    assert.match(error.actions[0].title, /julia-kaggle resolve --write/);
  });
});
