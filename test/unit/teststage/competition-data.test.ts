import assert from 'node:assert/strict';
import { readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { changedOnKaggle, getCompetitionData, isSameData } from '../../../src/core/test/competition-data.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder, withTempFolder } from '../../support/temp.ts';

function dataNamed(names: readonly string[], folder: string): ReturnType<typeof getCompetitionData> {
  const { context } = keptContext(
    {
      competitions: {
        listFiles: () => Promise.resolve(names.map((name) => ({ name, bytes: 3 }))),
        downloadFile: (_slug, _name, path) => writeFile(path, 'abc'),
      },
    },
    { folder },
  );
  const { dataFolder: _, ...project } = aProject();
  return getCompetitionData(project, context);
}

describe('the competition’s data, downloaded', () => {
  it('is laid down in its folders', async () => {
    await withTempFolder(async (folder) => {
      const { files } = await dataNamed(['train.csv', 'images/1.png'], folder);
      assert.deepEqual(
        files.map(({ name }) => name),
        ['images/1.png', 'train.csv'],
      );
    });
  });

  for (const [what, names] of [
    ['too long for a file system', ['x'.repeat(300)]],
    ['of a file that is also the folder of another', ['train', 'train/1.csv']],
    ['of a folder that is also a file', ['train/1.csv', 'train']],
    ['that leads outside', ['../train.csv']],
  ] as const)
    it(`with a name ${what} says so, with the way around it`, async () => {
      await withTempFolder(async (folder) => {
        const found = dataNamed(names, folder);
        await assert.rejects(
          found,
          (error) => isUserError(error, 'kaggle-answer') && error.actions[0].title.includes('[data]'),
        );
      });
    });
});

describe('the competition’s data, of which there are very many', () => {
  it('are fetched before the last are listed, and asked about once', async () => {
    const asked: string[] = [];
    const steps: string[] = [];
    const { context } = keptContext(
      {
        competitions: {
          filePages: async function* () {
            for (const page of [1, 2, 3]) {
              await Promise.resolve();
              steps.push(`page ${page}`);
              const names = Array.from({ length: 10_000 }, (_each, i) => `${page}/${i}`);
              yield names.map((name) => ({ name, bytes: 150_000 }));
            }
          },
          downloadFile: (_slug, { name }) => {
            steps.push(name);
            return steps.length < 5
              ? Promise.resolve()
              : Promise.reject(
                  new UserError({
                    code: 'kaggle-unreachable',
                    title: 'Gone.',
                    actions: [{ title: 'Wait.' }],
                  }),
                );
          },
        },
      },
      { folder: join(await tempFolder(), '.julia-kaggle') },
    );
    const { dataFolder: _, ...project } = aProject();
    const confirmFetch = (what: string): Promise<boolean> => {
      asked.push(what);
      return Promise.resolve(true);
    };
    await assert.rejects(getCompetitionData(project, { ...context, confirmFetch }));
    assert.deepEqual(steps.slice(0, 3), ['page 1', '1/0', '1/1']);
    assert.ok(!steps.includes('page 2'));
    assert.match(
      asked.join('\n'),
      /^the data of the competition .*: 10,?000 files, 1\.50 GB, and more that are not listed yet$/,
    );
  });
});

describe('the competition’s data that changed', () => {
  const { dataFolder: _, ...downloaded } = aProject();
  const day = (date: number): string => `2026-03-0${date}T12:00:00.250Z`;

  /** A Kaggle with one file of three bytes, which the test may change. */
  async function withFile(content: string) {
    const remote = { content, created: day(1) as string | undefined, bytes: 3, isThere: true, downloads: 0 };
    const folder = join(await tempFolder(), '.julia-kaggle');
    const kept = keptContext(
      {
        competitions: {
          listFiles: () => {
            const { bytes, created, isThere } = remote;
            const gone = new UserError({
              code: 'kaggle-unreachable',
              title: 'Gone.',
              actions: [{ title: 'Wait.' }],
            });
            if (!isThere) return Promise.reject(gone);
            return Promise.resolve([{ name: 'test.csv', bytes, ...(created && { created }) }]);
          },
          downloadFile: (_slug, _file, path) => {
            remote.downloads += 1;
            return writeFile(path, remote.content);
          },
        },
      },
      { folder },
    );
    const { context, warnings } = kept;
    const data = await getCompetitionData(downloaded, context);
    const report = { dataFolder: data.folder, dataFiles: data.files };
    return { remote, context, warnings, log: kept.log, report, path: join(data.folder, 'test.csv') };
  }

  it('on Kaggle at the same size is noticed, downloaded anew, and said', async () => {
    const { remote, context, warnings, report, path } = await withFile('old');
    assert.equal(await changedOnKaggle(downloaded, context), undefined);
    Object.assign(remote, { content: 'new', created: day(2) });
    assert.equal(await changedOnKaggle(downloaded, context), 'test.csv');
    const { files } = await getCompetitionData(downloaded, context);
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.notEqual(files[0]?.sha256, report.dataFiles[0]?.sha256);
    assert.match(warnings.join(), /test\.csv of harbour-tides changed on Kaggle/);
    assert.equal(await changedOnKaggle(downloaded, context), undefined);
    await getCompetitionData(downloaded, context);
    assert.equal(remote.downloads, 2);
  });

  it('on Kaggle in its size is noticed where no date is told; a file that an earlier version downloaded stays', async () => {
    const { remote, context, path } = await withFile('old');
    const now = new Date();
    await utimes(path, now, now);
    assert.equal(await changedOnKaggle(downloaded, context), undefined);
    remote.created = undefined;
    assert.equal(await changedOnKaggle(downloaded, context), undefined);
    remote.bytes = 4;
    assert.equal(await changedOnKaggle(downloaded, context), 'test.csv');
  });

  it('where Kaggle is not heard is not missed, and that is said', async () => {
    const { remote, context, log } = await withFile('old');
    remote.isThere = false;
    assert.equal(await changedOnKaggle(downloaded, context), undefined);
    assert.match(log.join(), /Kaggle could not be asked/);
  });

  it('here is known by its content, at the same size and time too, and the same content by itself at another time', async () => {
    const { context, report, path } = await withFile('old');
    const project = { ...downloaded, dataFolder: undefined };
    const hashed = {
      ...context,
      ports: { ...context.ports, hashesFile: join(await tempFolder(), 'hashes.json') },
    };
    const { atime, mtime } = await stat(path);
    for (const around of [context, hashed, { ...hashed, anew: true }]) {
      await utimes(path, new Date(), new Date());
      assert.equal(await isSameData(report, project, around), true);
      await writeFile(path, 'new');
      await utimes(path, atime, mtime);
      assert.equal(await isSameData(report, project, around), false);
      await writeFile(path, 'old');
    }
  });
});

describe('the competition’s data, in a folder of the person’s own', () => {
  it('may be links to files that may be read; other links are passed over', async () => {
    const folder = await tempFolder({ 'elsewhere/big.csv': 'id\n1\n', 'data/sample_submission.csv': 'id\n' });
    await symlink(join(folder, 'elsewhere', 'big.csv'), join(folder, 'data', 'test.csv'));
    await symlink(join(folder, 'nowhere'), join(folder, 'data', 'broken'));
    await symlink(folder, join(folder, 'data', 'circle'));
    const data = join(folder, 'data');
    const { context } = keptContext({}, { folder });
    const { files } = await getCompetitionData(aProject({ root: folder, dataFolder: data }), context);
    assert.deepEqual(
      files.map(({ name, bytes, source }) => [name, bytes, source]),
      [
        ['sample_submission.csv', 3, undefined],
        ['test.csv', 5, join(folder, 'elsewhere', 'big.csv')],
      ],
    );
  });
});
