import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '../../support/temp.ts';

const LIB = resolve(import.meta.dirname, '..', '..', '..', 'scripts', 'lib', 'test-julia.mjs');

/** Runs an expression of test-julia.mjs in a process that is told of this tarball, or of none. */
async function evaluated(expression: string, tarball: string | undefined): Promise<unknown> {
  const program = `const it = await import(${JSON.stringify(LIB)}); console.log(JSON.stringify(await (${expression}) ?? null));`;
  const { JULIA_KAGGLE_TEST_JULIA: _, ...others } = process.env;
  const env = tarball === undefined ? others : { ...others, JULIA_KAGGLE_TEST_JULIA: tarball };
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout) as unknown;
}

/** A tarball with this folder at its top, under a name that says nothing. */
async function tarballOf(top: string): Promise<string> {
  const folder = await tempFolder({ [`${top}/bin/julia`]: '#!/bin/sh\n' });
  execFileSync('tar', ['-czf', 'mine.tgz', top], { cwd: folder });
  return join(folder, 'mine.tgz');
}

describe('the Julia of the suites', () => {
  it('is 1.5.3 where none is named, and nothing is made for it', async () => {
    const folder = await tempFolder({});
    assert.deepEqual(
      await evaluated(
        `[it.JULIA_VERSION, it.JULIA_CACHES, await it.folderOfGivenJulia('${folder}')]`,
        undefined,
      ),
      ['1.5.3', 'v1.5', null],
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it('is told by the folder in the tarball, whatever that is called, and laid as a mirror wants it', async () => {
    const [tarball, cache] = [await tarballOf('julia-1.12.5'), await tempFolder({})];
    const [version, caches, folder] = (await evaluated(
      `[it.JULIA_VERSION, it.JULIA_CACHES, await it.folderOfGivenJulia('${cache}')]`,
      tarball,
    )) as [string, string, string];
    assert.deepEqual([version, caches], ['1.12.5', 'v1.12']);
    const name = 'julia-1.12.5-linux-x86_64.tar.gz';
    assert.deepEqual((await readdir(folder)).toSorted(), [name, `${name}.sha256`]);
    assert.deepEqual(await readFile(join(folder, name)), await readFile(tarball));
    const sum = createHash('sha256')
      .update(await readFile(tarball))
      .digest('hex');
    assert.equal(await readFile(join(folder, `${name}.sha256`), 'utf8'), `${sum}  ${name}\n`);
  });

  it('is named by a copy of the examples, which git does not ignore there', async () => {
    const root = await tempFolder({});
    for (const project of ['Inference', 'Sunshine']) {
      await mkdir(join(root, 'examples', project, '.julia-kaggle'), { recursive: true });
      await writeFile(join(root, 'examples', project, 'JuliaKaggle.toml'), 'julia = "1.5.3" # so\n');
    }
    const copy = String(await evaluated(`it.examplesFor('${root}')`, await tarballOf('julia-1.13.0-rc3')));
    assert.notEqual(copy, join(root, 'examples'));
    assert.equal(
      await readFile(join(copy, 'Sunshine', 'JuliaKaggle.toml'), 'utf8'),
      'julia = "1.13.0-rc3" # so\n',
    );
    assert.deepEqual((await readdir(copy)).toSorted(), ['.git', 'Inference', 'Sunshine']);
    assert.deepEqual(await readdir(join(copy, 'Inference')), ['JuliaKaggle.toml']);
    const own = await readFile(join(root, 'examples', 'Inference', 'JuliaKaggle.toml'), 'utf8');
    assert.equal(own, 'julia = "1.5.3" # so\n');
  });

  it('has to be a Julia', async () => {
    await assert.rejects(
      evaluated('it.JULIA_VERSION', await tarballOf('node-20.1.0')),
      /does not begin with a folder such as julia-1\.12\.5/,
    );
  });
});
