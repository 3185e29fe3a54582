import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fullestFolder, MANY_FILES, manyFiles } from '../../../src/core/project/full-folder.ts';
import { warningsOf } from '../../../src/core/project/project-stage.ts';
import type { ReadProjectOptions } from '../../../src/core/project/project-stage.ts';
import { options, readIn, refusalOf, withFiles } from './temp-project.ts';

const count = (length: number, name: (at: number) => string): string[] =>
  Array.from({ length }, (_, at) => name(at));
const staged = (root: string, names: readonly string[]) =>
  names.map((name) => ({
    place: `Big/${name}`,
    source: join(root, name),
    bytes: 1,
    sha256: 'a'.repeat(64),
    executable: false,
  }));

describe('the folder that brings most of very many files', () => {
  const images = count(MANY_FILES, (at) => `data/images/set-${at % 50}/${at}.png`);

  it('is the innermost one that has most of them', () => {
    assert.deepEqual(fullestFolder([...images, 'src/a.jl']), { place: 'data/images', files: MANY_FILES });
  });

  it('is none where they are few, or lie here and there', () => {
    assert.equal(fullestFolder(images.slice(1)), undefined);
    assert.equal(fullestFolder(count(MANY_FILES, (at) => `part-${at % 3}/${at}.png`)), undefined);
    assert.equal(fullestFolder(count(MANY_FILES, (at) => `${at}.png`)), undefined);
  });

  it('is named with the line that leaves it out, and only where it lies in the project', () => {
    const many = manyFiles('/big', staged('/big', [...images, 'src/a.jl']));
    assert.equal(many?.folder, 'data/images');
    assert.match(
      many.note,
      /^data\/images has 5000 of the 5001 files .*: \/data\/images\/ as a line in \.juliakaggleignore\.$/,
    );
    assert.equal(manyFiles('/other', staged('/big', images)), undefined);
  });
});

describe('a project with many files', function () {
  this.timeout(60_000);
  const FOLDER = 'work/Inference/images';

  it('is told while it is read, and takes its second look from what is known', () =>
    withFiles({}, async (root) => {
      await mkdir(join(root, FOLDER));
      const long = new Date(Date.now() - 3_600_000);
      for (const name of count(600, (at) => `${at}.png`)) {
        await writeFile(join(root, FOLDER, name), name);
        await utimes(join(root, FOLDER, name), long, long);
      }
      // What changed within the last seconds is not remembered.
      await new Promise((done) => setTimeout(done, 2_100));
      const told: number[] = [];
      const more: Partial<ReadProjectOptions> = {
        stagedHashes: join(root, 'cache'),
        onFiles: (done, total) => told.push(done, total),
      };
      const first = await readIn(root, undefined, more);
      assert.deepEqual(new Set(told.filter((_, at) => at % 2 === 1)), new Set([first.files.length]));
      assert.ok(told.length >= 6, String(told.length));

      const [file = ''] = await readdir(join(root, 'cache'));
      const kept = join(root, 'cache', file);
      const hashOf = (project: typeof first, name: string): string | undefined =>
        project.files.find(({ place }) => place.endsWith(`/images/${name}`))?.sha256;
      // What an earlier look has read is taken at its word: this is no hash of the file.
      const untrue = 'c'.repeat(64);
      await writeFile(kept, (await readFile(kept, 'utf8')).replace(hashOf(first, '7.png') ?? '', untrue));
      await writeFile(join(root, FOLDER, '8.png'), 'other');
      told.length = 0;
      const second = await readIn(root, undefined, more);
      assert.equal(hashOf(second, '7.png'), untrue);
      assert.notEqual(hashOf(second, '8.png'), hashOf(first, '8.png'));
      assert.deepEqual(
        second.files.filter(({ place }) => !/\/[78]\.png$/.test(place)),
        first.files.filter(({ place }) => !/\/[78]\.png$/.test(place)),
      );
      assert.ok(told.length <= 2, 'only what changed is read');

      // A secret is one on the second look too.
      await writeFile(
        join(root, FOLDER, 'kaggle.json'),
        '{"username":"ada","key":"0123456789abcdef0123456789abcdef"}',
      );
      await new Promise((done) => setTimeout(done, 2_100));
      for (let look = 0; look < 2; look += 1)
        await refusalOf(() => readIn(root, undefined, more), 'bundle-refused');
    }));

  it('says it before anything is built, with what the editor can do about it', () =>
    withFiles({}, async (root) => {
      const project = await readIn(root, undefined, options());
      const many = { folder: 'data/images', note: 'Many.' };
      assert.deepEqual(warningsOf({ ...project, manyFiles: many, notes: ['No window.'] }), [
        { message: 'Many.', offer: 'leave-out:data/images' },
        { message: 'No window.' },
      ]);
      assert.deepEqual(warningsOf(project), []);
    }));
});
