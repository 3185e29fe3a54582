import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { ReadablePlaces } from '../../../src/base/readable-places.ts';
import { parseProjectFile, readProjectFile } from '../../../src/julia/project-file.ts';
import { tempFolder } from '../../support/temp.ts';

describe('project file', () => {
  it('gives its facts', () => {
    const text = `
      name = "Inference"
      uuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"
      version = "0.1.0"
      authors = ["A"]
      manifest = "../Manifest.toml"
      [deps]
      Dates = "ade2ca70"
      [extras]
      Test = "8dfed614"
      [weakdeps]
      CUDA = "052768ef"
      [extensions]
      Ext = ["CUDA"]
      [compat]
      julia = "1.10"
      [sources]
      A = { path = "../A" }
      B = { url = "https://x", rev = "main", subdir = "b" }
      [workspace]
      projects = ["test", "docs"]
      [preferences.A]
      fast = true
      [apps]
      run = {}
    `;
    // Tables come without a prototype.
    const facts: unknown = JSON.parse(JSON.stringify(parseProjectFile(text, '/p/Project.toml')));
    assert.deepEqual(facts, {
      file: '/p/Project.toml',
      folder: '/p',
      name: 'Inference',
      uuid: '5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11',
      version: '0.1.0',
      deps: { Dates: 'ade2ca70' },
      extras: { Test: '8dfed614' },
      weakdeps: { CUDA: '052768ef' },
      extensions: { Ext: ['CUDA'] },
      compatJulia: '1.10',
      sources: { A: { path: '../A' }, B: { url: 'https://x', rev: 'main', subdir: 'b' } },
      manifest: '../Manifest.toml',
      workspaceProjects: ['test', 'docs'],
      preferences: { A: { fast: true } },
    });
  });

  it('may be empty, and may begin with a byte order mark', () => {
    assert.equal(parseProjectFile('', '/p/Project.toml').name, undefined);
    assert.equal(parseProjectFile('\uFEFFname = "A"', '/p/Project.toml').name, 'A');
  });

  it('is JuliaProject.toml before Project.toml', async () => {
    const folder = await tempFolder({ 'JuliaProject.toml': 'name = "J"', 'Project.toml': 'name = "P"' });
    const found = await readProjectFile(folder, await ReadablePlaces.around(folder));
    assert.equal(found?.name, 'J');
    assert.equal(found.file, join(folder, 'JuliaProject.toml'));
  });

  it('is told where its name is spelled otherwise, which Windows and macOS do not mind', async () => {
    const entries = [{ name: 'project.toml' }, { name: 'src' }];
    const places = {
      readText: (file: string) => Promise.resolve(/[/\\]Project\.toml$/.test(file) ? '' : undefined),
      list: () => Promise.resolve(entries),
    } as unknown as ReadablePlaces;
    await assert.rejects(
      readProjectFile('/Tides', places),
      (error) =>
        isUserError(error, 'not-a-project') && error.title.includes('project.toml is not named Project.toml'),
    );
    entries.push({ name: 'Project.toml' });
    assert.ok((await readProjectFile('/Tides', places)) !== undefined);
  });

  it('is undefined where there is none', async () => {
    const folder = await tempFolder({ file: '' });
    assert.equal(await readProjectFile(folder, await ReadablePlaces.around(folder)), undefined);
    assert.equal(await readProjectFile(join(folder, 'file'), await ReadablePlaces.around(folder)), undefined);
  });

  for (const [text, line, column] of [
    ['name = "A"\nname = "B"', 2, 1],
    ['name = "A', 1, 8],
    ['[deps\n', 1, 1],
  ] as const) {
    it(`names line and column of the error in ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseProjectFile(text, '/p/Project.toml'),
        (error) => {
          assert.ok(isUserError(error, 'toml-syntax'));
          const match = /^\/p\/Project\.toml, line (\d+), column (\d+): .+\.$/.exec(error.title);
          assert.equal(Number(match?.[1]), line);
          assert.ok(Number(match?.[2]) >= column);
          assert.match(error.detail ?? '', /\^$/);
          return true;
        },
      );
    });
  }
});
