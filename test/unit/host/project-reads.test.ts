import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../../src/core/core.ts';
import { ProjectFacts } from '../../../src/host/project/facts.ts';
import { coreIn } from '../../support/core-in.ts';
import { keptContext, signedOut } from '../../support/stage-context.ts';
import { withFiles } from '../project/temp-project.ts';
import { EditorDouble } from '../../support/editor-double.ts';

const NEVER = new AbortController().signal;
const MANIFEST = 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n';

interface Looked {
  readonly core: Core;
  /** What the trees show of the project. */
  readonly facts: ProjectFacts;
  /** The project, and another one. */
  readonly roots: readonly [string, string];
  /** How often a project was read since this was asked last. */
  readonly reads: () => number;
}

/** A real core on a project, all of which lies in its folder, with the trees of an editor. */
function looking(work: (looked: Looked) => Promise<void>): Promise<void> {
  const project = (name: string): Record<string, string> => ({
    [`${name}/Project.toml`]: 'name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
    [`${name}/Manifest.toml`]: MANIFEST,
    [`${name}/JuliaKaggle.toml`]: 'competition = "titanic"\n',
    [`${name}/src/Inference.jl`]: 'module Inference end\n',
  });
  return withFiles({ ...project('one'), ...project('other') }, async (folder) => {
    let count = 0;
    // Each reading begins with what may be read.
    const of = (): Promise<string[]> => {
      count += 1;
      return Promise.resolve([]);
    };
    const { ports } = keptContext({}).context;
    const core = coreIn({
      ...ports,
      kaggle: signedOut,
      outside: { places: { of, agree: () => Promise.resolve() } },
    });
    const roots = [join(folder, 'one'), join(folder, 'other')] as const;
    const facts = new ProjectFacts({
      vs: new EditorDouble().vs,
      projects: { current: { folder: roots[0] } },
      core: {
        project: (root) => Promise.resolve(core.project(root)),
        kaggle: () => assert.fail('Kaggle was asked'),
      },
      log: { error: (error) => assert.fail(String(error)) },
    });
    const reads = (): number => {
      const [now] = [count, (count = 0)];
      return now;
    };
    await work({ core, facts, roots, reads });
  });
}

/** A run that comes as far as a machine without an engine lets it. */
async function run({ core, facts }: Looked, root: string): Promise<void> {
  core.listen(facts.onEvent);
  await assert.rejects(core.project(root).run({ until: 'build', signal: NEVER }), /not needed/);
  await facts.read();
}

describe('the project of an editor', () => {
  it('is read once for all trees, and once more after it changed, or when somebody wants it anew', () =>
    looking(async ({ core, facts, roots, reads }) => {
      await Promise.all([facts.read(), facts.read()]);
      facts.onChange();
      await facts.read();
      assert.equal(reads(), 1);
      await appendFile(join(roots[0], 'src', 'Inference.jl'), '# edited\n');
      core.changed();
      await Promise.all([facts.read(), facts.read()]);
      assert.equal(reads(), 1);
      await facts.ask(NEVER);
      assert.equal(reads(), 1);
    }));

  it('is read once by a run, whatever that tells', () =>
    looking(async (looked) => {
      await looked.facts.read();
      looked.reads();
      await run(looked, looked.roots[0]);
      assert.equal(looked.reads(), 1);
    }));

  it('is not read because another one is run', () =>
    looking(async (looked) => {
      await looked.facts.read();
      looked.reads();
      await run(looked, looked.roots[1]);
      assert.equal(looked.reads(), 1);
    }));
});
