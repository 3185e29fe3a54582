import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { findProjects, findProjectsAbove, obviousProject } from '../../../src/core/project/find-projects.ts';
import { tempFolder } from '../../support/temp.ts';

describe('projects are looked for', () => {
  it('in the folder and below it, those with a JuliaKaggle.toml first', async () => {
    const root = await tempFolder({
      'Project.toml': '',
      'A/JuliaProject.toml': '',
      'B/Project.toml': '<<<<<<< HEAD\n',
      'B/JuliaKaggle.toml': '',
      'C/x/y/Project.toml': '',
      'C/x/y/z/Project.toml': '',
      'C/kept/Project.toml': '',
      'C/.gitignore': 'kept\n',
      'C/test/Project.toml': '',
      'D/JuliaKaggle.toml': '',
      'D/Manifest.toml': '',
      '.git/Project.toml': '',
      'node_modules/Project.toml': '',
    });
    assert.deepEqual(await findProjects([root, join(root, 'no-such-folder')]), [
      { folder: join(root, 'B'), name: 'B', configured: true },
      { folder: root, name: basename(root), configured: false },
      { folder: join(root, 'A'), name: 'A', configured: false },
      { folder: join(root, 'C/x/y'), name: 'y', configured: false },
    ]);
    assert.deepEqual(
      (await findProjects([root], 0)).map(({ folder }) => folder),
      [root],
    );
  });

  it('in the folders above one, up to the top of the repository', async () => {
    const root = await tempFolder({
      'Project.toml': '',
      'repo/.git/HEAD': '',
      'repo/Project.toml': '',
      'repo/a/Project.toml': '',
      'repo/a/notebooks/deep/x.ipynb': '',
    });
    const found = await findProjectsAbove(join(root, 'repo/a/notebooks/deep'));
    assert.deepEqual(
      found.map(({ folder }) => folder),
      [join(root, 'repo/a'), join(root, 'repo')],
    );
  });

  it('in several folders, and one that two of them have is named once', async () => {
    const root = await tempFolder({ 'a/Project.toml': '', 'b/Project.toml': '' });
    const found = await findProjects([join(root, 'a'), root, join(root, 'b')]);
    assert.deepEqual(
      found.map(({ name }) => name),
      ['a', 'b'],
    );
  });
});

describe('of several projects', () => {
  const project = (folder: string, configured: boolean) => ({ folder, name: folder.slice(1), configured });
  const plain = project('/a', false);
  const ready = project('/b', true);

  it('the only one is the obvious one, with or without JuliaKaggle.toml', () => {
    assert.equal(obviousProject([plain]), plain);
    assert.equal(obviousProject([ready]), ready);
  });

  it('the only one with a JuliaKaggle.toml is', () => assert.equal(obviousProject([ready, plain]), ready));

  it('none is when two have one, or none has', () => {
    assert.equal(obviousProject([ready, project('/c', true)]), undefined);
    assert.equal(obviousProject([plain, project('/c', false)]), undefined);
    assert.equal(obviousProject([]), undefined);
  });

  it('the one that was chosen before is, as long as it is there', () => {
    assert.equal(obviousProject([ready, plain], '/a'), plain);
    assert.equal(obviousProject([ready, plain], '/gone'), ready);
  });
});
