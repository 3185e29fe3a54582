import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUserError } from '../../../src/base/errors.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { aBundle, aDepot, aProject } from '../../support/artefacts.ts';
import { tempFolder } from '../../support/temp.ts';

const SUBMISSION = {
  fingerprint: 'f',
  ref: 7,
  state: 'complete' as const,
  publicScore: '0.5',
  submittedAt: '2026-01-01T00:00:00Z',
  url: 'https://example.org',
  bundleId: 'b',
  notebook: 'ada/tides v1',
};

describe('the run record', () => {
  it('gives back what was saved', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(folder);
    await record.saveArtefact('project', aProject());
    await record.saveArtefact('build', aDepot());
    await record.saveArtefact('pack', aBundle());
    await record.savePending('submit', { ref: 7 });
    await record.saveSubmission(SUBMISSION);
    const again = await RunRecord.open(folder);
    assert.deepEqual(again.artefacts, { project: aProject(), build: aDepot(), pack: aBundle() });
    assert.deepEqual(again.pending('submit'), { ref: 7 });
    assert.deepEqual(again.history, [SUBMISSION]);
    assert.deepEqual(await readdir(folder), ['record.json']);
  });

  it('finds the tarballs where they went with it, and a model where it was', async () => {
    const folder = await tempFolder();
    const [here, there] = ['a', 'b'].map((name) => join(folder, name, '.julia-kaggle')) as [string, string];
    await mkdir(dirname(here));
    const files = (folder: string, kind: string): object[] => [
      { name: kind, path: join(folder, 'bundle', kind), bytes: 1, sha256: 'a' },
    ];
    const bundle = (folder: string): ReturnType<typeof aBundle> => {
      const part = (kind: string, from: string): object => ({
        kind,
        fingerprint: 'f',
        files: files(from, kind),
      });
      const parts = [
        {
          kind: 'julia',
          fingerprint: 'f',
          files: [{ name: 'julia', path: '/cache/julia', bytes: 1, sha256: 'a' }],
        },
        part('inferenceapp', folder),
        part('models', '/big'),
      ];
      const compiled = {
        mode: 'app' as const,
        fingerprint: 'f',
        seconds: 1,
        bytes: 1,
        version: '2',
        artifacts: [],
      };
      const otherModes = [{ part: part('app', folder) as never, compiled }];
      return { ...aBundle(), parts: parts as never, otherModes };
    };
    await (await RunRecord.open(here)).saveArtefact('pack', bundle(here));
    await rename(dirname(here), dirname(there));
    const moved = await RunRecord.open(there);
    const at = moved.artefacts.pack?.parts.flatMap((part) => part.files.map(({ path }) => path));
    const other = moved.artefacts.pack?.otherModes?.flatMap(({ part }) => part.files.map(({ path }) => path));
    assert.deepEqual(other, [join(there, 'bundle', 'app')]);
    assert.deepEqual(at, [
      '/cache/julia',
      join(there, 'bundle', 'inferenceapp'),
      join('/big', 'bundle', 'models'),
    ]);
  });

  it('ends with the last of the saves that go on side by side', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(folder);
    for (let round = 0; round < 60; round += 1) {
      await Promise.all([1, 2, 3, 4].map((number) => record.savePending('upload', { round, number })));
      assert.deepEqual((await RunRecord.open(folder)).pending('upload'), { round, number: 4 });
    }
  });

  it('lets a stage that was begun stand only when it is finished', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(folder);
    await record.saveArtefact('build', aDepot());
    await record.begin('build');
    assert.ok((await RunRecord.open(folder)).isUnfinished('build'));
    await record.saveArtefact('build', aDepot());
    assert.ok(!(await RunRecord.open(folder)).isUnfinished('build'));
  });

  it('takes back a result, and tells the stage’s next run why', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(folder);
    await record.saveArtefact('build', aDepot());
    await record.saveArtefact('pack', aBundle());
    await record.takeBack('pack', { suspect: ['a'] });
    const again = await RunRecord.open(folder);
    assert.deepEqual([again.artefacts, again.pending('pack')], [{ build: aDepot() }, { suspect: ['a'] }]);
  });

  it('that is a folder is said to be one, with what to do', async () => {
    const folder = await tempFolder({ 'record.json/a': '' });
    const error: unknown = await RunRecord.open(folder).catch((reason: unknown) => reason);
    assert.ok(isUserError(error, 'unsafe-path'));
    assert.match(`${error.title} ${error.actions[0].title}`, /record\.json is a folder where.*remove it/);
  });

  it('knows how long each stage took when it was last done', async () => {
    const folder = await tempFolder();
    const record = await RunRecord.open(folder);
    await record.saveArtefact('build', aDepot(), 24_000);
    await record.saveArtefact('pack', aBundle());
    const again = await RunRecord.open(folder);
    assert.deepEqual([again.timeOf('build'), again.timeOf('pack')], [24_000, undefined]);
  });

  it('drops what a stage had pending when its result is saved', async () => {
    const record = await RunRecord.open(await tempFolder());
    await record.savePending('build', 1);
    await record.saveArtefact('build', aDepot());
    assert.equal(record.pending('build'), undefined);
  });

  it('that cannot be read is kept, and so is the one that was kept before', async () => {
    const folder = await tempFolder({
      'record.json': '{"format": 1, "artef',
      'record.unreadable.json': 'older',
    });
    const record = await RunRecord.open(folder);
    assert.ok(record.wasUnreadable);
    assert.equal(await record.setAside(), 'record.unreadable-2.json');
    assert.equal(await readFile(join(folder, 'record.unreadable.json'), 'utf8'), 'older');
    assert.deepEqual((await readdir(folder)).sort(), ['record.unreadable-2.json', 'record.unreadable.json']);
  });

  it('of the first version is read, and keeps its submissions', async () => {
    const old = { format: 1, artefacts: {}, unfinished: [], pending: {}, history: [SUBMISSION] };
    const record = await RunRecord.open(await tempFolder({ 'record.json': JSON.stringify(old) }));
    assert.ok(!record.wasUnreadable);
    assert.deepEqual(record.history, [SUBMISSION]);
    await record.saveSubmission({ ...SUBMISSION, note: 'two layers', runSeconds: 12 });
    assert.deepEqual(record.history, [{ ...SUBMISSION, note: 'two layers', runSeconds: 12 }]);
  });

  it('of before there was a part of bundles is read, and keeps its submissions', async () => {
    const folder = await tempFolder();
    const { sysimage: _, ...datasets } = aProject().datasets;
    const artefacts = { project: { ...aProject(), datasets } };
    const content = { format: 1, artefacts, unfinished: [], pending: {}, history: [SUBMISSION] };
    await writeFile(join(folder, 'record.json'), JSON.stringify(content));
    const record = await RunRecord.open(folder);
    assert.deepEqual([record.wasUnreadable, record.history], [false, [SUBMISSION]]);
    assert.deepEqual(record.artefacts.project?.datasets, { ...datasets, sysimage: '' });
  });

  it('counts a submission once, however often its state is saved', async () => {
    const record = await RunRecord.open(await tempFolder());
    await record.saveSubmission({ ...SUBMISSION, state: 'pending' });
    await record.saveSubmission(SUBMISSION);
    assert.deepEqual(record.history, [SUBMISSION]);
  });

  for (const [name, text] of [
    ['is cut in the middle', '{"format":1,"artefac'],
    ['has another format', '{"format":99,"artefacts":{},"unfinished":[],"pending":{},"history":[]}'],
    [
      'has an artefact of another shape',
      '{"format":1,"artefacts":{"build":{"volume":7}},"unfinished":[],"pending":{},"history":[]}',
    ],
  ] as const) {
    it(`begins anew when the file ${name}, and keeps it aside`, async () => {
      const folder = await tempFolder({ 'record.json': text });
      const record = await RunRecord.open(folder);
      assert.ok(record.wasUnreadable);
      assert.deepEqual(record.artefacts, {});
      const kept = await record.setAside();
      await record.begin('build');
      assert.equal(await readFile(join(folder, kept), 'utf8'), text);
    });
  }

  it('without a file is empty, and opening writes nothing', async () => {
    const folder = await tempFolder();
    assert.deepEqual((await RunRecord.open(folder)).artefacts, {});
    assert.deepEqual(await readdir(folder), []);
    await writeFile(join(folder, 'x'), '');
  });

  it('of a project that was moved away is not made anew at the old place', async () => {
    const parent = await tempFolder();
    const root = join(parent, 'Inference');
    await mkdir(join(root, '.julia-kaggle'), { recursive: true });
    const record = await RunRecord.open(join(root, '.julia-kaggle'));
    await record.saveArtefact('project', aProject());
    await rename(root, join(parent, 'Elsewhere'));
    await assert.rejects(
      record.begin('build'),
      (error) => isUserError(error, 'file-unreadable') && error.title.includes(root),
    );
    assert.deepEqual(await readdir(parent), ['Elsewhere']);
  });
});
