import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProjects } from '../../../src/core/project/find-projects.ts';
import { tempFolder } from '../../support/temp.ts';

const signal = new AbortController().signal;
const pkg = (name: string): string => `name = "${name}"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n`;

describe('findProjects', () => {
  it('scans a workspace of 50,000 files in under a second', async function () {
    this.timeout(60_000);
    const root = await tempFolder();
    const folders = Array.from({ length: 1000 }, (_, i) => join(root, `g${i % 20}`, `h${i % 100}`, `f${i}`));
    for (const [i, folder] of folders.entries()) {
      await mkdir(folder, { recursive: true });
      const names = Array.from({ length: 49 }, (_, n) => `file${n}.jl`);
      await Promise.all(names.map((name) => writeFile(join(folder, name), '')));
      await writeFile(join(folder, i % 100 === 0 ? 'Project.toml' : 'other.toml'), pkg(`P${i}`));
    }
    const started = performance.now();
    const found = await findProjects(root, { signal });
    const took = performance.now() - started;
    assert.equal(found.length, 10);
    assert.ok(took < 1000, `it took ${took.toFixed(0)} ms`);
  });
});
