import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isUserError } from '../../../src/base/errors.ts';
import {
  type Bench,
  COMPETITION,
  holdNotebooks,
  list,
  makeDataset,
  push,
  record,
  START,
  startBench,
  tarOf,
  until,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
  USER,
} from './support.ts';

const LIST = 'competitions.CompetitionApiService/ListCompetitions';
const DATASETS = 'datasets.DatasetApiService';
const COMPETITIONS = 'competitions.CompetitionApiService';

/** What a call came to: its status, or that the connection broke. */
async function outcome(call: () => Promise<Response>): Promise<number | 'cut'> {
  try {
    const response = await call();
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    assert.ok(error instanceof TypeError, String(error));
    return 'cut';
  }
}

const lists = (bench: Bench) => outcome(() => bench.post(LIST, {}));

describe('sandbox: faults of calls', () => {
  it('answer with a status on the calls that were meant, in every shape', async () => {
    const bench = await startBench({ faults: ['ListCompetitions#2-3=503', 'GetCompetition=500'] });
    const seen = [];
    for (let call = 1; call <= 4; call += 1) seen.push(await lists(bench));
    assert.deepEqual(seen, [200, 503, 503, 200]);
    assert.deepEqual(bench.sandbox.faults.list(), [
      { id: 1, fault: 'ListCompetitions#2-3=503', seen: 4, struck: 2 },
      { id: 2, fault: 'GetCompetition=500', seen: 0, struck: 0 },
    ]);
  });

  it('have the two error shapes, an error inside a 200, and HTML', async () => {
    const bench = await startBench();
    const bodyOf = async (spec: string): Promise<[number, string, string]> => {
      bench.sandbox.faults.clear();
      bench.sandbox.faults.add(spec);
      const response = await bench.post(LIST, {});
      const type = response.headers.get('content-type') ?? '';
      return [response.status, type.split(';')[0] ?? '', await response.text()];
    };
    const json = 'application/json';
    assert.deepEqual(await bodyOf('ListCompetitions=409,message=taken'), [
      409,
      json,
      '{"error":{"code":409,"message":"taken","status":"ALREADY_EXISTS"}}',
    ]);
    assert.deepEqual(await bodyOf('ListCompetitions=403,flat,message=no'), [
      403,
      json,
      '{"code":403,"message":"no"}',
    ]);
    assert.deepEqual(await bodyOf('ListCompetitions=409,inside,message=x'), [
      200,
      json,
      '{"code":409,"message":"x"}',
    ]);
    const [status, type, text] = await bodyOf('*=502,html');
    assert.deepEqual([status, type], [502, 'text/html']);
    assert.match(text, /<h1>502<\/h1>/);
  });

  it('limit the rate, with a time to wait in seconds or as a date', async () => {
    const bench = await startBench({
      faults: ['*#1=429,retry-after=7', 'ListCompetitions#2=429,retry-after-date=60'],
    });
    const waits = [];
    for (let call = 1; call <= 3; call += 1) {
      const response = await bench.post(LIST, {});
      waits.push([response.status, response.headers.get('retry-after')]);
    }
    assert.deepEqual(waits, [
      [429, '7'],
      [429, new Date(START + 60_000).toUTCString()],
      [200, null],
    ]);
  });

  it('come before the credential is looked at, as those of a balancer do', async () => {
    const bench = await startBench({ faults: ['ListCompetitions#1=503'] });
    const asNobody = (): Promise<Response> => bench.post(LIST, {}, { headers: { Authorization: '' } });
    assert.deepEqual([await outcome(asNobody), await outcome(asNobody)], [503, 401]);
  });

  it('cut the connection before the call takes effect, or lose the answer after it did', async () => {
    for (const [spec, versions] of [
      ['CreateDatasetVersion#1=cut', 1],
      ['CreateDatasetVersion#1=cut,after', 2],
      ['CreateDatasetVersion#1=500,after', 2],
    ] as const) {
      const bench = await startBench({ faults: [spec] });
      await makeDataset(bench, 'demo-pack', { julia: 'one' });
      const token = await upload(bench, 'julia', 'two');
      const body = {
        ownerSlug: USER,
        datasetSlug: 'demo-pack',
        body: { versionNotes: 'n', files: [{ token }] },
      };
      const answer = await outcome(() => bench.post(`${DATASETS}/CreateDatasetVersion`, body));
      assert.equal(answer, spec.includes('500') ? 500 : 'cut');
      const dataset = await bench.call(`${DATASETS}/GetDataset`, {
        ownerSlug: USER,
        datasetSlug: 'demo-pack',
      });
      assert.equal(list(dataset['versions']).length, versions, spec);
    }
  });

  it('do not strike after a call that was refused: it had no effect', async () => {
    const bench = await startBench({ faults: ['GetCompetition#1=cut,after'] });
    const get = (competitionName: string) =>
      outcome(() => bench.post(`${COMPETITIONS}/GetCompetition`, { competitionName }));
    assert.deepEqual(
      [await get('no-such'), await get(COMPETITION), await get(COMPETITION)],
      [404, 'cut', 200],
    );
  });

  it('are refused with a sentence when the sandbox is started', async () => {
    await assert.rejects(startBench({ faults: ['GetDatset=503'] }), (error) =>
      isUserError(error, 'wrong-usage'),
    );
  });
});

const MIB = 1024 * 1024;

const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, index) => index));

/** An upload session of so many bytes, byte n being n modulo 251. */
async function begin(bench: Bench, bytes: number) {
  const content = Buffer.alloc(bytes, PATTERN);
  const started = await bench.call('blobs.BlobApiService/StartBlobUpload', {
    type: 'DATASET',
    name: 'julia',
    contentLength: bytes,
    lastModifiedEpochSeconds: 1,
  });
  const url = String(started['createUrl']);
  const put = (from: number, to = bytes): Promise<number | 'cut'> =>
    outcome(() =>
      fetch(url, {
        method: 'PUT',
        headers: { 'Content-Range': `bytes ${from}-${to - 1}/${bytes}` },
        body: content.subarray(from, to),
      }),
    );
  const ask = async (): Promise<[number, string | null]> => {
    const response = await fetch(url, { method: 'PUT', headers: { 'Content-Range': `bytes */${bytes}` } });
    return [response.status, response.headers.get('range')];
  };
  return { content, token: String(started['token']), put, ask };
}

describe('sandbox: faults of uploads', () => {
  it('cut the connection at a byte; what came before it is kept', async () => {
    const bench = await startBench({ faults: ['upload@1MiB#1=cut'] });
    const { put, ask } = await begin(bench, 3 * MIB);
    assert.equal(await put(0), 'cut');
    assert.deepEqual(await ask(), [308, `bytes=0-${MIB - 1}`]);
    assert.equal(await put(MIB), 200);
  });

  it('answer 503 at a byte; what came before it is kept', async () => {
    const bench = await startBench({ faults: ['upload@1.25MiB=503'] });
    const { put, ask } = await begin(bench, 3 * MIB);
    assert.equal(await put(0, MIB), 308);
    assert.equal(await put(MIB), 503);
    assert.deepEqual(await ask(), [308, `bytes=0-${1.25 * MIB - 1}`]);
    assert.equal(await put(1.25 * MIB), 503, 'it carries that byte again');
    bench.sandbox.faults.clear();
    assert.equal(await put(1.25 * MIB), 200);
  });

  it('answer 308 without Range when everything was forgotten, with Range when not', async () => {
    const bench = await startBench({ faults: ['upload@2MiB#1=308', 'upload@2MiB#2=308,range'] });
    const { put, ask } = await begin(bench, 3 * MIB);
    assert.equal(await put(0), 308);
    assert.deepEqual(await ask(), [308, null]);
    assert.equal(await put(0), 308);
    assert.deepEqual(await ask(), [308, `bytes=0-${2 * MIB - 1}`]);
    assert.equal(await put(2 * MIB), 200);
  });

  for (const status of [404, 410])
    it(`end the session with ${status}, for good`, async () => {
      const bench = await startBench({ faults: [`upload@1MiB#1=${status}`] });
      const { put, ask, token } = await begin(bench, 2 * MIB);
      assert.deepEqual([await put(0), await ask(), await put(0)], [status, [status, null], status]);
      const body = {
        ownerSlug: USER,
        slug: 'demo-pack',
        title: 'Demo pack',
        licenseName: 'other',
        files: [{ token }],
      };
      assert.equal((await bench.refused(`${DATASETS}/CreateDataset`, body)).http, 400);
      assert.equal(await (await begin(bench, 2 * MIB)).put(0), 200, 'a new session goes well');
    });

  it('lose the answer of a complete upload', async () => {
    const bench = await startBench({ faults: ['upload#1=cut,after'] });
    const { put, ask } = await begin(bench, MIB);
    assert.deepEqual([await put(0), await ask()], ['cut', [200, null]]);
  });

  it('strike requests of any place when they name none, empty files too', async () => {
    const bench = await startBench({ faults: ['upload#2=500'] });
    const { put } = await begin(bench, MIB);
    assert.deepEqual(
      [await put(0, 512 * 1024), await put(512 * 1024), await put(512 * 1024)],
      [308, 500, 200],
    );
    bench.sandbox.faults.add('upload=503');
    const started = await bench.call('blobs.BlobApiService/StartBlobUpload', {
      type: 'DATASET',
      name: 'empty',
    });
    assert.equal(await outcome(() => fetch(String(started['createUrl']), { method: 'PUT' })), 503);
  });
});

describe('sandbox: faults of downloads and logs', () => {
  const path = `${COMPETITIONS}/DownloadDataFile`;
  const whole = 'id,height\n1,2.5\n';

  async function location(bench: Bench): Promise<string> {
    const answer = await bench.post(path, { competitionName: COMPETITION, fileName: 'train.csv' });
    return answer.headers.get('location') ?? '';
  }

  it('refuse a download, or cut it at a byte, also of a range', async () => {
    const bench = await startBench({ faults: ['download#1=503', 'download@7#1-2=cut'] });
    const url = await location(bench);
    assert.equal(await outcome(() => fetch(url)), 503);
    for (const [range, rest] of [
      ['bytes=0-', 'id,heig'],
      ['bytes=3-', 'heig'],
    ] as const) {
      const response = await fetch(url, { headers: { Range: range } });
      const got: Buffer[] = [];
      await assert.rejects(async () => {
        for await (const chunk of response.body ?? []) got.push(Buffer.from(chunk as Uint8Array));
      });
      assert.equal(Buffer.concat(got).toString(), rest);
    }
    assert.equal(await (await fetch(url, { headers: { Range: 'bytes=8-' } })).text(), whole.slice(8));
    assert.equal(await (await fetch(url)).text(), whole);
  });

  it('refuse the live log, or cut it after so many entries', async () => {
    const bench = await startBench({ faults: ['log#1=503', 'log@2#1=cut'] });
    const finish = holdNotebooks(bench, (log) => {
      for (const line of ['a', 'b', 'c']) log(line);
    });
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['RUNNING']);
    const url = `${bench.sandbox.url}/v1/kernels/logs/stream/${USER}/demo-kernel`;
    const open = (): Promise<Response> => fetch(url, { headers: bench.authorization() });
    assert.equal(await outcome(open), 503);
    const response = await open();
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk as Uint8Array).toString();
    });
    assert.deepEqual(text.match(/"data":"."/g), ['"data":"a"', '"data":"b"']);
    finish();
    assert.match(await (await open()).text(), /END_OF_LOG|^\[/);
  });
});

describe('sandbox: faults of datasets', () => {
  const status = async (bench: Bench, datasetSlug: string): Promise<unknown> =>
    (await bench.call(`${DATASETS}/GetDatasetStatus`, { ownerSlug: USER, datasetSlug }))['status'];

  async function create(bench: Bench, slug: string, files: Record<string, string | Buffer>): Promise<void> {
    const tokens = [];
    for (const [name, content] of Object.entries(files))
      tokens.push({ token: await upload(bench, name, content) });
    const body = { ownerSlug: USER, slug, title: slug, licenseName: 'other', isPrivate: true, files: tokens };
    assert.equal((await bench.call(`${DATASETS}/CreateDataset`, body))['status'], 'ok');
  }

  const namesIn = async (bench: Bench, datasetSlug: string): Promise<unknown[]> => {
    const answer = await bench.call(`${DATASETS}/ListDatasetFiles`, { ownerSlug: USER, datasetSlug });
    return list(answer['datasetFiles']).map(({ name }) => name);
  };

  it('make a version slow to become READY, over a restart too', async () => {
    const bench = await startBench({ faults: ['ready#1=30s'] });
    await create(bench, 'slow-pack', { a: 'a' });
    await create(bench, 'quick-pack', { a: 'a' });
    await untilDataset(bench, 'quick-pack', ['READY']);
    bench.clock.time += 29_000;
    assert.notEqual(await status(bench, 'slow-pack'), 'READY');
    await bench.restart();
    assert.notEqual(await status(bench, 'slow-pack'), 'READY');
    bench.clock.time += 2000;
    await untilDataset(bench, 'slow-pack', ['READY']);
  });

  it('make a version FAILED; an earlier one stays the current one', async () => {
    const bench = await startBench({ faults: ['ready#2=failed'] });
    await makeDataset(bench, 'demo-pack', { a: 'a' });
    const files = [{ token: await upload(bench, 'b', 'b') }];
    await bench.call(`${DATASETS}/CreateDatasetVersion`, {
      ownerSlug: USER,
      datasetSlug: 'demo-pack',
      body: { versionNotes: 'n', files },
    });
    await untilDataset(bench, 'demo-pack', ['FAILED']);
    assert.deepEqual(await namesIn(bench, 'demo-pack'), ['a']);
  });

  it('drop a file that was there, or the last one, of the version that has it', async () => {
    const bench = await startBench({ faults: ['drop#1=scripts/run.sh', 'drop#3=*'] });
    await makeDataset(bench, 'first-pack', { a: 'a', b: 'b' });
    const scripts = await tarOf({ 'run.sh': '#!/bin/sh', 'other.sh': '' });
    await makeDataset(bench, 'second-pack', { a: 'a', 'scripts.tar': scripts });
    await makeDataset(bench, 'third-pack', { a: 'a', b: 'b' });
    assert.deepEqual(await namesIn(bench, 'first-pack'), ['a', 'b']);
    assert.deepEqual(await namesIn(bench, 'second-pack'), ['a', 'scripts/other.sh']);
    assert.deepEqual(await namesIn(bench, 'third-pack'), ['a']);
  });

  it('answer 403 for a fresh dataset for some seconds', async () => {
    const bench = await startBench({ faults: ['fresh#1=5s'] });
    await create(bench, 'demo-pack', { a: 'a' });
    const body = { ownerSlug: USER, datasetSlug: 'demo-pack' };
    for (const method of ['GetDatasetStatus', 'GetDataset', 'ListDatasetFiles'])
      assert.equal((await bench.refused(`${DATASETS}/${method}`, body)).http, 403, method);
    bench.clock.time += 5001;
    await untilDataset(bench, 'demo-pack', ['READY']);
    await create(bench, 'other-pack', { a: 'a' });
    await untilDataset(bench, 'other-pack', ['READY']);
  });
});

describe('sandbox: faults of notebooks and submissions', () => {
  const submission = {
    competitionName: COMPETITION,
    kernelOwner: USER,
    kernelSlug: 'demo-kernel',
    kernelVersion: 1,
    fileName: 'submission.csv',
    submissionDescription: 'm',
  };
  const submit = (bench: Bench) => bench.call(`${COMPETITIONS}/CreateCodeSubmission`, submission);
  const outputs = { 'submission.csv': 'id,height\n10,1\n11,2\n12,3\n' };

  async function complete(bench: Bench): Promise<void> {
    bench.notebook = () => ({ outputs });
    await push(bench, 'Demo kernel', { competitionDataSources: [COMPETITION] });
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
  }

  it('mount inputs in the other layout', async () => {
    const bench = await startBench({ faults: ['mounts#2=classic'] });
    const layouts: string[][] = [];
    bench.notebook = ({ request }) => {
      layouts.push((request.mounts ?? []).map(({ target }) => target));
      return {};
    };
    for (let version = 1; version <= 3; version += 1) {
      await push(bench, 'Demo kernel', { competitionDataSources: [COMPETITION] });
      await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    }
    const [namespaced, classic] = [
      `/kaggle/input/competitions/${COMPETITION}`,
      `/kaggle/input/${COMPETITION}`,
    ];
    assert.deepEqual(
      layouts.map((targets) => targets[1]),
      [namespaced, classic, namespaced],
    );
  });

  it('say that the submission allowance is used up', async () => {
    const bench = await startBench({ faults: ['allowance#1=full'] });
    await complete(bench);
    const limits = async (): Promise<unknown> =>
      (await bench.call(`${COMPETITIONS}/GetSubmissionLimits`, { competitionName: COMPETITION }))[
        'numAllowedNow'
      ];
    assert.equal(await limits(), 0);
    const { http, message } = await bench.refused(`${COMPETITIONS}/CreateCodeSubmission`, submission);
    assert.equal(http, 400);
    assert.match(
      message,
      /used its daily Submission allowance \(2\) today, please try again tomorrow UTC \(12\.0 hours/,
    );
    assert.equal(await limits(), 2);
    await submit(bench);
  });

  it('end a submission with an error of each kind', async () => {
    const kinds = {
      exception: /^Notebook Threw Exception: /,
      timeout: /^Notebook Timeout: /,
      compute: /^Notebook Exceeded Allowed Compute: /,
      missing: /^Submission CSV Not Found: /,
      format: /^Submission Scoring Error: .* Row 7 is odd\.$/,
      system: /^Kaggle Error: /,
    };
    const bench = await startBench();
    await complete(bench);
    for (const [kind, text] of Object.entries(kinds)) {
      bench.clock.time += 24 * 3600 * 1000;
      bench.sandbox.faults.clear();
      bench.sandbox.faults.add(
        kind === 'format' ? 'scoring#1=format,message=Row 7 is odd.' : `scoring#1=${kind}`,
      );
      const { ref } = await submit(bench);
      const scored = await untilScored(bench, ref);
      assert.deepEqual([scored['status'], scored['publicScore']], ['ERROR', '']);
      assert.match(String(scored['errorDescription']), text);
    }
    bench.clock.time += 24 * 3600 * 1000;
    assert.equal((await untilScored(bench, (await submit(bench))['ref']))['status'], 'COMPLETE');
  });
});

describe('sandbox: faults at run time', () => {
  const control = async (bench: Bench, method: string, path = '', body?: unknown) => {
    const response = await fetch(`${bench.sandbox.url}/sandbox/faults${path}`, {
      method,
      headers: bench.authorization(),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: record(await response.json()) };
  };

  it('are set, listed and cleared over HTTP', async () => {
    const bench = await startBench({ faults: ['fresh=1s'] });
    const added = await control(bench, 'POST', '', { fault: 'ListCompetitions#1-2=503' });
    assert.deepEqual(added, {
      status: 200,
      answer: { id: 2, fault: 'ListCompetitions#1-2=503', seen: 0, struck: 0 },
    });
    assert.deepEqual([await lists(bench), await lists(bench), await lists(bench)], [503, 503, 200]);
    const listed = await control(bench, 'GET');
    assert.deepEqual(
      list(listed.answer['faults']).map(({ fault, struck }) => [fault, struck]),
      [
        ['fresh=1s', 0],
        ['ListCompetitions#1-2=503', 2],
      ],
    );
    assert.deepEqual(await control(bench, 'DELETE', '/2'), { status: 200, answer: { cleared: 1 } });
    assert.equal((await control(bench, 'DELETE', '/2')).status, 404);
    assert.deepEqual(await control(bench, 'DELETE'), { status: 200, answer: { cleared: 1 } });
    assert.deepEqual(bench.sandbox.faults.list(), []);
  });

  it('are refused without the credentials, and when they are none', async () => {
    const bench = await startBench();
    const path = `${bench.sandbox.url}/sandbox/faults`;
    for (const method of ['GET', 'POST', 'DELETE'])
      assert.equal((await fetch(path, { method })).status, 401, method);
    const { status, answer } = await control(bench, 'POST', '', { fault: 'ListCompetition=503' });
    assert.equal(status, 400);
    assert.match(String(record(answer['error'])['message']), /did you mean "ListCompetitions"/);
    assert.equal((await control(bench, 'POST', '', { spec: 'x' })).status, 400);
    assert.equal((await control(bench, 'PUT')).status, 405);
  });

  it('are forgotten by a restart, but for those that it is started with', async () => {
    const bench = await startBench({ faults: ['ListCompetitions#1=503'] });
    bench.sandbox.faults.add('GetCompetition=500');
    await bench.restart();
    assert.deepEqual(
      bench.sandbox.faults.list().map(({ fault }) => fault),
      ['ListCompetitions#1=503'],
    );
    assert.equal(
      await until(
        () => lists(bench),
        (status) => status !== 'cut',
      ),
      503,
    );
  });
});
