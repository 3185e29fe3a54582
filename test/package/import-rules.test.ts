import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { tempFolder } from '../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const DEPCRUISE = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

/** A file that breaks a rule: where it is, what it imports, and the rule's name. */
const BROKEN: [from: string, to: string, rule: string][] = [
  ['src/base/a.ts', '../docker/target.ts', 'base-knows-nobody'],
  ['src/kaggle/a.ts', '../docker/target.ts', 'adapters-know-only-base'],
  ['src/core/project/a.ts', 'node:child_process', 'programs-are-started-in-one-place'],
  ['src/host/b.ts', 'child_process', 'programs-are-started-in-one-place'],
  ['src/core/pack/a.ts', '../build/target.ts', 'no-stage-imports-a-stage'],
  ['src/core/pack/b.ts', '../pipeline/target.ts', 'no-stage-imports-a-stage'],
  ['src/core/build/b.ts', '../../cli/target.ts', 'core-below-host-cli-and-sandbox'],
  ['src/sandbox/a.ts', '../kaggle/target.ts', 'sandbox-stands-beside-the-core'],
  ['src/cli/a.ts', '../host/target.ts', 'cli-and-host-are-strangers'],
  ['src/host/a.ts', '../cli/target.ts', 'host-not-cli-not-webview'],
  ['src/protocol/a.ts', '../core/build/target.ts', 'protocol-is-a-leaf'],
  ['webview-ui/a.ts', '../src/host/target.ts', 'webview-sees-protocol-only'],
];

async function brokenRules(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await tempFolder({ 'tsconfig.json': '{}', ...files });
  const args = [
    DEPCRUISE,
    '--config',
    join(ROOT, '.dependency-cruiser.cjs'),
    '--output-type',
    'err',
    'src',
    'webview-ui',
  ];
  // It ends with the number of errors, so the exit code is no news.
  return new Promise((done) => {
    execFile('node', args, { cwd: folder }, (_, stdout) => done(stdout));
  });
}

describe('the import rules', function () {
  this.timeout(60_000);

  it('catch every import that goes the wrong way', async () => {
    const files = Object.fromEntries(BROKEN.map(([from, to]) => [from, `import '${to}';\n`]));
    const targets = BROKEN.flatMap(([from, to]) => (to.startsWith('.') ? [join(from, '..', to)] : []));
    const output = await brokenRules({
      ...files,
      ...Object.fromEntries(targets.map((path) => [path, 'export {};\n'])),
    });
    for (const [from, , rule] of BROKEN)
      assert.match(output, new RegExp(`${rule}: ${from} `), `${rule} for ${from}`);
  });

  it('let pass what goes the right way', async () => {
    const output = await brokenRules({
      'src/base/target.ts': 'export {};\n',
      'src/base/programs.ts': "import 'node:child_process';\n",
      'src/docker/target.ts': "import '../base/target.ts';\n",
      'src/core/build/target.ts': "import '../../docker/target.ts';\n",
      'src/core/pipeline/target.ts': "import '../build/target.ts';\n",
      'src/cli/target.ts': "import '../core/pipeline/target.ts';\n",
      'webview-ui/target.ts': 'export {};\n',
    });
    assert.match(output, /no dependency violations found/);
  });
});
