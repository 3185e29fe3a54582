import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isCancelled } from '../../../src/base/errors.ts';
import { findProjects } from '../../../src/core/project/find-projects.ts';
import { tempFolder } from '../../support/temp.ts';

const signal = new AbortController().signal;
const pkg = (name: string): string => `name = "${name}"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n`;

describe('findProjects', () => {
  it('finds projects of every form, the configured ones first, then packages, then environments', async () => {
    const root = await tempFolder({
      'Project.toml': '[workspace]\nprojects = ["app", "lib/Core"]\n',
      'Manifest.toml': '',
      'app/Project.toml': pkg('App'),
      'lib/Core/JuliaProject.toml': pkg('Core'),
      'lib/Core/Project.toml': 'name = "Other"\n',
      'lib/Core/Manifest-v1.11.toml': '',
      'lib/Core/JuliaManifest.toml': '',
      'lib/Core/test/Project.toml': '[deps]\n',
      'kaggle/tides/Project.toml': pkg('Tides'),
      'kaggle/tides/JuliaKaggle.toml': 'competition = "harbour-tides"\n',
      'wip/Project.toml': '<<<<<<< HEAD\n',
    });
    const found = await findProjects(root, { signal });
    assert.deepEqual(
      found.map(({ folder, name, kind }) => `${folder.slice(root.length + 1)} ${name} ${kind}`),
      [
        'kaggle/tides Tides package',
        'app App package',
        'lib/Core Core package',
        ` ${root.split('/').at(-1) ?? ''} environment`,
        'lib/Core/test test environment',
        'wip wip broken',
      ],
    );
    assert.deepEqual(
      found.map(({ configured }) => configured),
      [true, false, false, false, false, false],
    );
    assert.deepEqual(found[2]?.manifests, ['JuliaManifest.toml', 'Manifest-v1.11.toml']);
    assert.deepEqual(found[3]?.members, ['app', 'lib/Core']);
  });

  it('does not look into hidden folders, depots, other tools’ folders and build outputs', async () => {
    const root = await tempFolder({
      '.julia/packages/A/abcde/Project.toml': pkg('A'),
      '.venv/x/Project.toml': pkg('B'),
      'node_modules/x/Project.toml': pkg('C'),
      'depot/packages/D/abcde/Project.toml': pkg('D'),
      'depot/compiled/v1.10/D.ji': '',
      'docs/build/Project.toml': pkg('E'),
      // One folder called packages is no depot: a monorepo may have it.
      'packages/F/Project.toml': pkg('F'),
    });
    const found = await findProjects(root, { signal });
    assert.deepEqual(
      found.map(({ name }) => name),
      ['F'],
    );
  });

  it('takes several roots, and names a project in two of them once', async () => {
    const root = await tempFolder({ 'a/Project.toml': pkg('A'), 'b/c/Project.toml': pkg('C') });
    const found = await findProjects([join(root, 'a'), root, join(root, 'b'), join(root, 'none')], {
      signal,
    });
    assert.deepEqual(
      found.map(({ name }) => name),
      ['A', 'C'],
    );
  });

  it('goes so deep and no deeper, and follows no links', async () => {
    const root = await tempFolder({
      'a/b/Project.toml': pkg('B'),
      'a/b/c/Project.toml': pkg('C'),
    });
    await symlink(root, join(root, 'a', 'again'));
    const names = async (depth: number): Promise<string[]> =>
      (await findProjects(root, { signal, depth })).map(({ name }) => name);
    assert.deepEqual(await names(0), []);
    assert.deepEqual(await names(2), ['B']);
    assert.deepEqual(await names(3), ['B', 'C']);
  });

  it('can be cancelled', async () => {
    await assert.rejects(findProjects(await tempFolder(), { signal: AbortSignal.abort() }), isCancelled);
  });
});
