import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import * as l10n from '@vscode/l10n';
import { describe, it } from 'mocha';
import chinese from '../../../l10n/bundle.l10n.zh-cn.json' with { type: 'json' };
import { Visitor } from '../../support/visitor.ts';
import {
  type Bench,
  COMPETITION,
  COMPETITION_FILES,
  holdNotebooks,
  list,
  makeDataset,
  push,
  record,
  startBench,
  tarOf,
  until,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
  USER,
} from './support.ts';

/** What a person reads of a page: its text, with the badges and cells apart. */
async function read(bench: Bench, path: string, status = 200): Promise<string> {
  const response = await (await Visitor.at(bench.sandbox.page)).open(bench.sandbox.url + path);
  assert.equal(response.status, status, path);
  assert.match(response.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
  return textOf(await response.text());
}

function textOf(page: string): string {
  return page
    .replace(/^[\s\S]*<main/, '<main')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
}

async function submitted(bench: Bench): Promise<void> {
  const answer = await bench.call('competitions.CompetitionApiService/CreateCodeSubmission', {
    competitionName: COMPETITION,
    kernelOwner: USER,
    kernelSlug: 'demo-kernel',
    kernelVersion: 1,
    fileName: 'submission.csv',
    submissionDescription: 'commit 1a2b',
  });
  await untilScored(bench, answer['ref']);
}

/** A dataset of two versions, a notebook with a log, a score and an error. */
async function furnish(bench: Bench): Promise<void> {
  bench.notebook = ({ log }) => {
    log('Julia <1.10>\n');
    log('careful\n', 'stderr');
    return { outputs: { 'submission.csv': 'id,height\n10,1\n11,2\n12,3\n' } };
  };
  await makeDataset(bench, 'demo-pack', {
    julia: 'x'.repeat(2500),
    'scripts.tar': await tarOf({ 'run.sh': '#!' }),
  });
  const files = [{ token: await upload(bench, 'julia', 'y'.repeat(4200)) }];
  await bench.call('datasets.DatasetApiService/CreateDatasetVersion', {
    ownerSlug: USER,
    datasetSlug: 'demo-pack',
    body: { versionNotes: 'a <b>bold</b> note', files },
  });
  await untilDataset(bench, 'demo-pack', ['READY']);
  await push(bench, 'Demo kernel', {
    datasetDataSources: [`${USER}/demo-pack`],
    competitionDataSources: [COMPETITION],
  });
  await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
  await submitted(bench);
  bench.sandbox.faults.add('scoring#1=timeout');
  await submitted(bench);
}

describe('sandbox: pages', () => {
  it('show datasets, notebooks, submissions and faults at one glance', async () => {
    const bench = await startBench();
    await furnish(bench);
    const page = await read(bench, '/');
    assert.match(page, new RegExp(`The API answers at ${bench.sandbox.url} `));
    assert.match(page, /Toy cup notebooks only rmse 2026-04-01 00:00:00 2 0\.00000/);
    assert.match(page, /sandbox-user\/demo-pack private 2 ready 1 4\.20 kB 2026-03-02/);
    assert.match(page, /sandbox-user\/demo-kernel 1 complete off CPU 2026-03-02 12:00:00 0\.0 s/);
    assert.match(page, /demo-kernel v1 submission\.csv commit 1a2b error Notebook Timeout: .*? – 2026/);
    assert.match(page, /demo-kernel v1 submission\.csv commit 1a2b complete 0\.00000 – 2026/);
    assert.match(page, /Fault Occasions Struck scoring#1=timeout 1 1/);
  });

  it('say what an empty sandbox lacks', async () => {
    const page = await read(await startBench(), '/');
    assert.match(page, /Datasets None yet\. Notebooks None yet\. Submissions None yet\. Faults None is set/);
  });

  it('are in Chinese where the sandbox was started in it', async () => {
    const bench = await startBench();
    await furnish(bench);
    l10n.config({ contents: chinese });
    try {
      const page = await read(bench, '/');
      assert.match(page, /API 在 http:[^ ]+ 应答。 竞赛 .* Toy cup 仅笔记本 rmse/);
      assert.match(page, /demo-kernel 1 已完成 关闭 CPU .* 故障 机会次数 触发次数 scoring#1=timeout/);
      const missing = await read(bench, '/nowhere', 404);
      assert.match(missing, /没有这样的页面 \/nowhere 处没有内容。 前往概览/);
    } finally {
      l10n.config({ contents: {} });
    }
  });

  it('show a dataset with the files of each version, and what became of archives', async () => {
    const bench = await startBench();
    await furnish(bench);
    const page = await read(bench, `/datasets/${USER}/demo-pack`);
    assert.match(page, /Seen by its owner \(private\) Licence CC0-1\.0 Current version 2 Size 4\.20 kB/);
    assert.match(page, /Version 2 ready .* a <b>bold<\/b> note .* julia 4\.20 kB .* Version 1 ready/);
    assert.match(page, /Sent as scripts\.tar; unpacked .* julia 2\.50 kB .* scripts\/run\.sh 2 B/);
    await makeDataset(bench, 'broken-pack', { 'no.tar': 'no tar' });
    assert.match(
      await read(bench, `/datasets/${USER}/broken-pack`),
      /Version 1 failed .* 'no\.tar' is not the archive/,
    );
  });

  it('show a notebook version with inputs, output and log', async () => {
    const bench = await startBench();
    await furnish(bench);
    const page = await read(bench, `/code/${USER}/demo-kernel`);
    assert.match(
      page,
      /Version 1 complete .* Internet off .* sandbox-user\/demo-pack version 2 toy-cup \(competition\)/,
    );
    assert.match(
      page,
      /submission\.csv 25 B Log Julia <1\.10> careful Log of the scoring of submission \d+ Julia <1\.10> careful Submissions .* All versions/,
    );
    await push(bench, 'Demo kernel', { enableInternet: true });
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    assert.match(await read(bench, `/code/${USER}/demo-kernel`), /Version 2 complete .* Internet on/);
    assert.match(await read(bench, `/code/${USER}/demo-kernel?v=1`), /Version 1 complete .* Internet off/);
    await read(bench, `/code/${USER}/demo-kernel?v=3`, 404);
  });

  it('show the log of a run while it runs, and load themselves anew only then', async () => {
    const bench = await startBench();
    const visitor = await Visitor.at(bench.sandbox.page);
    const isReloading = async (path: string): Promise<boolean> =>
      (await (await visitor.open(bench.sandbox.url + path)).text()).includes('http-equiv="refresh"');
    const finish = holdNotebooks(bench, (log) => log('so far\n'));
    await push(bench, 'Demo kernel');
    await untilStatus(bench, 'demo-kernel', ['RUNNING']);
    const path = `/code/${USER}/demo-kernel`;
    await until(
      () => read(bench, path),
      (page) => /running .* Log so far/.test(page),
    );
    assert.deepEqual(
      [await isReloading(path), await isReloading(`${path}?reload=off`), await isReloading('/')],
      [true, false, true],
    );
    finish();
    await untilStatus(bench, 'demo-kernel', ['COMPLETE']);
    assert.deepEqual([await isReloading(path), await isReloading('/')], [false, false]);
  });

  it('show a competition: its description, data, rules, submissions and leaderboard', async () => {
    const bench = await startBench({ competition: { ...COMPETITION_FILES, 'pages/rules.md': 'Be <kind>.' } });
    await furnish(bench);
    const at = `/competitions/${COMPETITION}`;
    assert.match(await read(bench, at), /rmse of height .* Longest rerun 30 min .* Guess the heights\./);
    assert.match(await read(bench, `${at}/data`), /5 public files, .* images\/deep\/b\.txt 9 B/);
    assert.match(await read(bench, `${at}/rules`), /You have accepted the rules .* Be <kind>\./);
    assert.match(await read(bench, `${at}/submissions`), /2 of 2 submissions made today .* Notebook Timeout/);
    assert.match(await read(bench, `${at}/leaderboard`), /1 sandbox-user 0\.00000 2026/);
    await read(bench, `${at}/nothing`, 404);
  });

  it('are where all addresses lead that the API gives', async () => {
    const bench = await startBench();
    await furnish(bench);
    const { competitions } = await bench.call('competitions.CompetitionApiService/ListCompetitions');
    const { submissions } = await bench.call('competitions.CompetitionApiService/ListSubmissions', {
      competitionName: COMPETITION,
    });
    const { datasets } = await bench.call('datasets.DatasetApiService/ListDatasets', {
      group: 'DATASET_SELECTION_GROUP_MY',
    });
    const saved = await push(bench, 'Other kernel');
    const created = await makeDataset(bench, 'other-pack', { a: 'a' });
    const holders = [
      ...list(competitions),
      ...list(submissions),
      ...list(datasets),
      record(saved),
      record(created),
    ];
    const addresses = holders.map(({ url }) => String(url));
    assert.equal(new Set(addresses).size, 5);
    const visitor = await Visitor.at(bench.sandbox.page);
    for (const url of addresses) {
      const response = await visitor.open(url);
      assert.deepEqual(
        [response.status, response.headers.get('content-type')],
        [200, 'text/html; charset=utf-8'],
        url,
      );
    }
  });

  it('run nothing, load nothing from elsewhere and cannot be put into a frame', async () => {
    const { sandbox } = await startBench();
    const visitor = await Visitor.at(sandbox.page);
    const page = await visitor.open(`${sandbox.url}/`);
    assert.equal(
      page.headers.get('content-security-policy'),
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const html = await page.text();
    assert.doesNotMatch(html, /<script|style=|\son[a-z]+=|https?:\/\/(?!127\.0\.0\.1)/);
    const needed = [...html.matchAll(/<link rel="[a-z]+" href="([^"]*)"/g)].map(([, path]) => path ?? '');
    assert.equal(needed.length, 2);
    for (const path of needed) assert.equal((await visitor.open(sandbox.url + path)).status, 200, path);
  });

  it('show no credential', async () => {
    const { sandbox } = await startBench();
    const visitor = await Visitor.at(sandbox.page);
    const key = new URL(sandbox.page).searchParams.get('key') ?? '';
    for (const path of ['/', '/settings', '/settings/api']) {
      const page = await (await visitor.open(sandbox.url + path)).text();
      for (const secret of [sandbox.credentials.key, sandbox.credentials.token, key])
        assert.ok(!page.includes(secret), path);
    }
  });

  it('are refused to a page from elsewhere that has given itself a name for this machine', async () => {
    const { sandbox } = await startBench();
    const [cookie = ''] = (await Visitor.at(sandbox.page)).cookies.values();
    const asHost = async (host: string): Promise<[number | undefined, string]> =>
      await new Promise((resolve, reject) => {
        request(sandbox.url, { headers: { Host: host, Cookie: cookie } }, (response) => {
          text(response).then((body) => resolve([response.statusCode, body]), reject);
        })
          .on('error', reject)
          .end();
      });
    const { port } = new URL(sandbox.url);
    assert.equal((await asHost(`localhost:${port}`))[0], 200);
    const [status, body] = await asHost('evil.example');
    assert.equal(status, 403);
    assert.doesNotMatch(body, /Toy cup/);
  });

  it('are for a browser that has opened the printed address, which stays the same', async () => {
    const bench = await startBench();
    const { page, url } = bench.sandbox;
    const visitor = new Visitor();
    assert.equal((await visitor.open(`${url}/`)).status, 403);
    const entered = await visitor.ask(page);
    assert.deepEqual([entered.status, entered.headers.get('location')], [303, `${url}/`]);
    const { port } = new URL(url);
    const [cookie = ''] = entered.headers.getSetCookie();
    assert.match(
      cookie,
      new RegExp(
        `^julia-kaggle-sandbox-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000$`,
      ),
    );
    assert.equal((await visitor.open(`${url}/settings`)).status, 200);
    // A key at another page leads to that page.
    const key = new URL(page).search;
    const deep = await new Visitor().ask(`${url}/code/a/b${key}&v=3`);
    assert.equal(deep.headers.get('location'), `${url}/code/a/b?v=3`);
    await bench.restart();
    const again = new URL(bench.sandbox.page);
    assert.equal(again.search, key);
  });

  it('are seen after a restart on the same port, with the cookie from before', async () => {
    const first = await startBench();
    const port = Number(new URL(first.sandbox.url).port);
    await first.sandbox.close();
    const bench = await startBench({ port });
    const visitor = await Visitor.at(bench.sandbox.page);
    await bench.restart();
    assert.equal((await visitor.open(`${bench.sandbox.url}/`)).status, 200);
  });

  it('are opened once by an address that a program is handed', async () => {
    const bench = await startBench();
    const { sandbox, clock } = bench;
    const address = sandbox.openOnce(`${sandbox.url}/settings`);
    assert.match(address, new RegExp(`^${sandbox.url}/settings\\?key=[\\w-]{32}$`));
    const visitor = new Visitor();
    assert.equal((await visitor.open(address)).status, 200);
    assert.equal((await visitor.open(`${sandbox.url}/`)).status, 200);
    assert.equal((await visitor.open(address)).status, 200, 'the same browser, which has its cookie');
    assert.equal((await visitor.open(`${sandbox.url}/`)).status, 200);
    const late = sandbox.openOnce(`${sandbox.url}/`);
    clock.time += 121_000;
    assert.equal((await new Visitor().open(late)).status, 403);
    assert.equal(sandbox.openOnce('https://www.kaggle.com/x'), 'https://www.kaggle.com/x');
  });

  it('load themselves again when a click elsewhere came without the cookie', async () => {
    const { sandbox } = await startBench();
    const from = async (site: string): Promise<string> =>
      (await fetch(`${sandbox.url}/`, { headers: { 'Sec-Fetch-Site': site } })).text();
    assert.match(await from('cross-site'), /http-equiv="refresh" content="0"/);
    assert.doesNotMatch(await from('same-origin'), /http-equiv="refresh"/);
  });

  it('are missing elsewhere, and say so', async () => {
    const bench = await startBench();
    for (const path of [
      '/index.html',
      `/datasets/${USER}/no-such`,
      '/code/x/y',
      '/competitions/x',
      '/%',
      '/a/<b>',
    ])
      assert.match(await read(bench, path, 404), /There is no such page/);
    const visitor = await Visitor.at(bench.sandbox.page);
    const head = await visitor.ask(`${bench.sandbox.url}/`, { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
  });
});
