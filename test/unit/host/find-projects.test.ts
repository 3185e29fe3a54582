import { strict as assert } from 'node:assert';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTempFolder } from '../../support/temp.ts';
import { findProjects, inOrder, obviousProject, projectAt } from '../../../src/host/find-projects.ts';

const project = (folder: string, configured: boolean) => ({ folder, name: folder.slice(1), configured });

describe('a folder is a project', () => {
  it('by either name of the project file', () => {
    assert.deepEqual(projectAt('/w/A', ['Project.toml', 'src']), {
      folder: '/w/A',
      name: 'A',
      configured: false,
    });
    assert.ok(projectAt('/w/A', ['JuliaProject.toml']));
  });

  it('that is ready for Kaggle by its JuliaKaggle.toml', () => {
    assert.equal(projectAt('/w/A', ['Project.toml', 'JuliaKaggle.toml'])?.configured, true);
  });

  it('not without a project file', () =>
    assert.equal(projectAt('/w/A', ['JuliaKaggle.toml', 'Manifest.toml']), undefined));
});

describe('of several projects', () => {
  const plain = project('/a', false);
  const ready = project('/b', true);

  it('those with a JuliaKaggle.toml come first, and each once', () => {
    assert.deepEqual(inOrder([plain, ready, plain]), [ready, plain]);
  });

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

describe('projects are looked for', () => {
  it('in the folder and directly below it', () =>
    withTempFolder(async (root) => {
      const files = [
        'A/Project.toml',
        'A/JuliaKaggle.toml',
        'B/x/Project.toml',
        '.git/Project.toml',
        'Project.toml',
      ];
      for (const file of files) {
        await mkdir(dirname(join(root, file)), { recursive: true });
        await writeFile(join(root, file), '');
      }
      const found = await findProjects([root, join(root, 'no-such-folder')]);
      assert.deepEqual(
        found.map(({ folder, configured }) => [folder, configured]),
        [
          [join(root, 'A'), true],
          [root, false],
        ],
      );
    }));
});
