import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { silentLogger } from '../../../src/base/logger.ts';
import { agreeToFetch } from '../../../src/core/contract/image/fetch-files.ts';
import { fetchInput } from '../../../src/core/contract/image/fetch-input.ts';
import type { KnownInput } from '../../../src/core/contract/image/other-inputs.ts';
import { demandInputs } from '../../../src/core/contract/image/newer-inputs.ts';
import { competitionAsker } from '../../../src/core/pipeline/ask-competition.ts';
import { inputAsker } from '../../../src/core/pipeline/ask-input.ts';
import { recordOf } from '../../../src/core/pipeline/record.ts';
import { getCompetitionData } from '../../../src/core/test/competition-data.ts';
import { testStage } from '../../../src/core/test/test-stage.ts';
import type { StageContext } from '../../../src/core/stage.ts';
import type { KaggleClient } from '../../../src/kaggle/client.ts';
import { connectKaggle } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { UserError } from '../../../src/base/errors.ts';
import { aDepot, aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';
import { type Bench, COMPETITION, makeDataset, startBench, until, USER } from '../sandbox/support.ts';
import { userErrorOf } from './setup.ts';

const signal = new AbortController().signal;
const GLOVE: KnownInput = { name: 'glove', kind: 'dataset', ref: 'ada/glove', version: 1 };

const OTHER_COMPETITION = {
  'competition.json': JSON.stringify({
    ...{ slug: 'old-tides', title: 'Old tides', metric: 'rmse', targetColumn: 'height' },
  }),
  'public/old.csv': 'id\n1\n',
};

async function folderIn(address: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await tempFolder(), ...address.split('/'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

interface World {
  readonly bench: Bench;
  readonly kaggle: KaggleClient;
  readonly context: StageContext;
  /** Of all projects. */
  readonly cache: string;
  /** What is published. */
  readonly published: string;
}

async function open(): Promise<World> {
  const published = join(await tempFolder(), 'ada', 'glove');
  await mkdir(join(published, 'deep'), { recursive: true });
  await writeFile(join(published, 'a.bin'), 'vectors');
  await writeFile(join(published, 'deep', 'b.txt'), 'words');
  // The same address after it was started again.
  const bench = await startBench({
    ...{ otherCompetition: OTHER_COMPETITION, port: await freePort() },
    published: {
      datasets: [published],
      models: [await folderIn('bob/tides/pytorch/small', { 'w.bin': 'weights' })],
      notebooks: [await folderIn('eve/train', { 'out/model.bin': 'trained' })],
    },
  });
  const { clock, sandbox } = bench;
  const { username, key } = sandbox.credentials;
  const credentials = { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' } as const;
  const wire = { apiUrl: sandbox.url, fetch, clock, logger: silentLogger, userAgent: 'julia-on-kaggle/test' };
  const kaggle = connectKaggle({ ...wire, credentials });
  await until(
    () => kaggle.datasets.listFiles('ada', 'glove', signal),
    (files) => files.length === 2,
  );
  const cache = join(await tempFolder(), 'inputs');
  const { context } = keptContext({}, { folder: await tempFolder() });
  const ports = { ...context.ports, kaggle: () => Promise.resolve(kaggle), inputsFolder: cache };
  return { bench, kaggle, cache, published, context: { ...context, ports } };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function forbidden(): UserError {
  return new UserError({ code: 'kaggle-forbidden', title: 'No.', actions: [{ title: 'Ask.' }] });
}

const namesOf = (files: readonly { readonly name: string }[]): string[] => files.map(({ name }) => name);

describe('what others published', () => {
  it('is fetched once for all projects, in the version that is wanted', async () => {
    const { bench, published, context } = await open();
    const { folder, files } = await fetchInput(GLOVE, context);
    assert.deepEqual(namesOf(files), ['a.bin', 'deep/b.txt']);
    assert.equal(await readFile(join(folder, 'deep', 'b.txt'), 'utf8'), 'words');
    const before = await stat(join(folder, 'a.bin'));
    await writeFile(join(published, 'a.bin'), 'newer vectors');
    await bench.restart();
    await fetchInput(GLOVE, context);
    assert.equal((await stat(join(folder, 'a.bin'))).ino, before.ino);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
  });

  it('is fetched as far as it is wanted, and what is missing afterwards', async () => {
    const { context } = await open();
    const { folder, files } = await fetchInput({ ...GLOVE, only: ['*.txt'] }, context);
    assert.deepEqual(namesOf(files), ['deep/b.txt']);
    assert.deepEqual(await readdir(folder), ['deep']);
    assert.deepEqual(namesOf((await fetchInput(GLOVE, context)).files), ['a.bin', 'deep/b.txt']);
    await writeFile(join(folder, 'a.bin'), 'half');
    await fetchInput(GLOVE, context);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
    // Of the same size: only its bytes tell.
    await writeFile(join(folder, 'a.bin'), 'VECTORS');
    await fetchInput(GLOVE, context);
    assert.equal(await readFile(join(folder, 'a.bin'), 'utf8'), 'vectors');
  });

  it('needs no Kaggle once it is here', async () => {
    const { bench, context } = await open();
    await fetchInput(GLOVE, context);
    await bench.sandbox.close();
    assert.deepEqual(namesOf((await fetchInput(GLOVE, context)).files), ['a.bin', 'deep/b.txt']);
  });

  it('is fetched the same of models, outputs of notebooks and other competitions', async () => {
    const { bench, context } = await open();
    const record = await recordOf(await tempFolder())();
    const asker = inputAsker(() => Promise.resolve(record), context.ports, { mayAsk: true, renew: false });
    const named = [
      { name: 'a', kind: 'model', ref: 'bob/tides/pyTorch/small', version: 1 },
      { name: 'b', kind: 'notebook', ref: 'eve/train' },
      { name: 'c', kind: 'competition', ref: 'old-tides' },
    ] as const;
    const found: string[][] = [];
    for (const each of named) {
      const input = await asker(each, signal);
      assert.ok(input);
      const { files } = await fetchInput(input, context);
      found.push([String(input.version), String(input.bytes), ...namesOf(files)]);
    }
    assert.deepEqual(found, [
      ['1', '7', 'w.bin'],
      ['1', '7', 'out/model.bin'],
      ['undefined', '5', 'old.csv'],
    ]);
    await userErrorOf(asker({ ...named[0], version: 3 }, signal), 'input-missing');
    await userErrorOf(asker({ ...named[1], ref: 'eve/trian' }, signal), 'input-missing');
    await userErrorOf(asker({ ...named[2], ref: 'old-tiedes' }, signal), 'kaggle-not-found');
    const project = aProject({ inputs: [{ ...named[0] }, { ...named[1], version: 1 }] });
    await demandInputs(project, context);
    await userErrorOf(
      demandInputs(aProject({ inputs: [{ ...named[1], version: 2 }] }), context),
      'input-missing',
    );
    // What was fetched begins a new project without a network; what was not does not.
    await bench.sandbox.close();
    assert.equal((await asker(named[1], signal))?.version, 1);
    assert.deepEqual(await asker(named[0], signal), { ...named[0], files: 1, bytes: 7 });
    await userErrorOf(asker({ ...named[0], version: 2 }, signal), 'kaggle-unreachable');
    await userErrorOf(asker({ ...named[1], ref: 'eve/other' }, signal), 'kaggle-unreachable');
  });

  it('is told as what it is where it is private and somebody else’s, or holds an archive', async () => {
    const { bench, context } = await open();
    await makeDataset(bench, 'mine-alone', { 'a.txt': 'a' });
    const played = keptContext({}, { folder: await tempFolder() });
    const stranger = { datasets: { get: () => Promise.reject(forbidden()) } };
    const other = keptContext(stranger, { folder: await tempFolder() });
    const record = await recordOf(await tempFolder())();
    const asker = inputAsker(() => Promise.resolve(record), other.context.ports, {
      ...{ mayAsk: true, renew: false },
    });
    const named = { name: 'mine', kind: 'dataset', ref: `${USER}/mine-alone` } as const;
    const error = await userErrorOf(asker(named, signal), 'input-missing');
    assert.match(error.title, /does not show you the dataset sandbox-user\/mine-alone.*private/);
    const archived = {
      ...played.context,
      ports: { ...context.ports, inputsFolder: await tempFolder() },
    };
    const published = await folderIn('ada/packed', { 'a.tar.xz': 'x', 'b.txt': 'b' });
    const second = await startBench({ published: { datasets: [published] } });
    const { username, key } = second.sandbox.credentials;
    const kaggle = connectKaggle({
      ...{ apiUrl: second.sandbox.url, fetch, clock: second.clock, logger: silentLogger },
      userAgent: 'julia-on-kaggle/test',
      credentials: { kind: 'key', username, key: Secret.of(key, 'test'), source: 'the test' },
    });
    await until(
      () => kaggle.datasets.listFiles('ada', 'packed', signal),
      (files) => files.length === 2,
    );
    const ports = { ...archived.ports, kaggle: () => Promise.resolve(kaggle) };
    await fetchInput({ ...GLOVE, ref: 'ada/packed' }, { ...archived, ports });
    assert.match(played.warnings.join(), /the dataset ada\/packed version 1 holds an archive, a\.tar\.xz/);
  });

  it('of the competition itself is fetched by patterns, page by page, and counted for the plan before', async () => {
    const { context } = await open();
    const { dataFolder: _, ...whole } = aProject();
    const only = ['*.csv', '!test.csv'];
    const record = await recordOf(await tempFolder())();
    const asker = competitionAsker(() => Promise.resolve(record), context.ports, {
      mayAsk: true,
      renew: false,
    });
    const competitionFacts = await asker(COMPETITION, signal, only);
    assert.deepEqual(competitionFacts?.data, { only, files: 2, bytes: 31 });
    const project = { ...whole, competition: COMPETITION, dataOnly: only, competitionFacts };
    assert.match(
      testStage.plan({ project, build: aDepot() }, undefined),
      /of its data 2 files, 31 B, are downloaded/,
    );
    const kept = keptContext({}, { folder: join(await tempFolder(), '.julia-kaggle') });
    const { folder, files } = await getCompetitionData(project, { ...kept.context, ports: context.ports });
    assert.deepEqual(namesOf(files), ['sample_submission.csv', 'train.csv']);
    // Neither what was begun nor what the patterns do not take is data.
    await writeFile(join(folder, 'test.csv.part'), 'half');
    const { dataOnly: __, ...all } = project;
    const later = await getCompetitionData(all, { ...kept.context, ports: context.ports });
    assert.deepEqual(namesOf(later.files).length, 5);
    const again = await getCompetitionData(project, { ...kept.context, ports: context.ports });
    assert.deepEqual(namesOf(again.files), ['sample_submission.csv', 'train.csv']);
  });

  it('is asked about where it is more than 1 GB, and refused before where the disk has no room', async () => {
    const { context } = keptContext({}, { folder: await tempFolder() });
    const asked: string[] = [];
    const asking = (answer: boolean) => ({
      ...context,
      confirmFetch: (what: string) => {
        asked.push(what);
        return Promise.resolve(answer);
      },
    });
    const wanted = { what: 'the dataset ada/glove', files: 2, bytes: 1_000_000_000, folder: context.folder };
    await agreeToFetch(wanted, asking(false));
    assert.deepEqual(asked, []);
    await agreeToFetch({ ...wanted, bytes: 1_500_000_000 }, asking(true));
    await userErrorOf(agreeToFetch({ ...wanted, bytes: 1_500_000_000 }, asking(false)), 'download-declined');
    assert.match(asked.join('\n'), /^the dataset ada\/glove: 2 files, 1\.50 GB\n/);
    await userErrorOf(agreeToFetch({ ...wanted, bytes: 1e18 }, asking(true)), 'disk-full');
    assert.equal(asked.length, 2);
  });

  it('is not written through a link, nor outside of its folder by a name of the server', async () => {
    const { context, cache } = await open();
    const { folder } = await fetchInput(GLOVE, context);
    const elsewhere = await tempFolder();
    await rm(join(folder, 'deep'), { recursive: true });
    await symlink(elsewhere, join(folder, 'deep'));
    await userErrorOf(fetchInput(GLOVE, context), 'unsafe-path');
    assert.deepEqual(await readdir(elsewhere), []);
    const listing = [{ name: '../../../../../../out.txt', bytes: 3 }];
    const { context: played } = keptContext(
      { datasets: { listFiles: () => Promise.resolve(listing) } },
      { folder: await tempFolder() },
    );
    const ports = { ...played.ports, inputsFolder: cache };
    await userErrorOf(fetchInput(GLOVE, { ...played, ports }), 'unsafe-path');
  });

  it('keeps the version that a project began with, and says which there is not', async () => {
    const { bench, published, context } = await open();
    const record = await recordOf(await tempFolder())();
    const asker = inputAsker(() => Promise.resolve(record), context.ports, { mayAsk: true, renew: false });
    const named = { name: 'glove', kind: 'dataset', ref: 'ada/glove' } as const;
    assert.deepEqual(await asker(named, signal), { ...named, version: 1, files: 2, bytes: 12 });
    await writeFile(join(published, 'c.txt'), 'c');
    await bench.restart();
    assert.equal((await asker({ ...named, version: 1 }, signal))?.files, 2);
    await userErrorOf(asker({ ...named, version: 9 }, signal), 'input-missing');
    await userErrorOf(asker({ ...named, ref: 'ada/glvoe' }, signal), 'input-missing');
    const looking = inputAsker(() => Promise.resolve(record), context.ports, { mayAsk: false, renew: false });
    assert.equal(await looking(named, signal), undefined);
  });
});
