import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isUserError, messageOf } from '../../src/base/errors.ts';
import type { KaggleClient } from '../../src/kaggle/client.ts';
import { connectKaggle } from '../../src/kaggle/connect.ts';
import { Secret } from '../../src/kaggle/secret.ts';
import { FakeKaggle, type FakeReply, type FakeRequest } from '../../test/support/fake-kaggle.ts';
import { FakeClock, KeptLog } from '../../test/wire/kaggle/setup.ts';
import { type Outcome, type Size, Tally, type TortureCase } from '../case.ts';
import { Random, seedFor } from '../random.ts';
import { searchForSecrets } from '../support/search-for-secrets.ts';

const ROUNDS: Readonly<Record<Size, number>> = { short: 100, full: 5_000 };

/** With signs that look otherwise in base64, in an address and in JSON. */
const KEY = 'key+/%"\\&=4f1d7c09ab23e6';
const never = new AbortController().signal;

/** Kaggle repeats what it was sent in whatever place and form, and breaks off; or sends us on to somebody else. */
function echoing(random: Random, foreign: string): (request: FakeRequest) => FakeReply {
  return ({ headers, body }) => {
    const said = `${headers.authorization ?? ''} ${random.chance(0.3) ? KEY : ''} ${body.toString()}`;
    const status = random.pick([200, 200, 400, 401, 403, 404, 409, 429, 500, 503]);
    const cut = random.chance(0.15) ? { cutAfter: random.below(40) } : {};
    switch (random.below(6)) {
      case 0:
        return { status, json: { error: { code: status, message: said }, message: said }, ...cut };
      case 1:
        return { status, json: { code: random.pick([0, 401, 500]), errorMessage: said, url: said }, ...cut };
      case 2:
        return { status, headers: { 'Content-Type': 'text/html' }, body: `<title>${said}</title>`, ...cut };
      case 3:
        return { status, body: said, headers: { 'X-Said': encodeURIComponent(said), ETag: '"x"' }, ...cut };
      case 4: {
        const to = `${random.pick([foreign, ''])}/on?k=${random.pick(['', encodeURIComponent(said)])}`;
        return { status: random.pick([301, 302, 303, 307, 308]), headers: { Location: to } };
      }
      default:
        return {
          status,
          json: { ref: said, files: [{ fileName: said, url: `${foreign}/f` }], log: said },
          ...cut,
        };
    }
  };
}

function calls(client: KaggleClient, folder: string): readonly (() => Promise<unknown>)[] {
  const file = { name: 'f', path: import.meta.filename, bytes: 1, sha256: '' };
  return [
    () => client.account.whoAmI(never),
    () => client.competitions.get('demo', never),
    () => client.competitions.listFiles('demo', never),
    () =>
      client.competitions.downloadFile(
        'demo',
        { name: 'a.csv', bytes: 1 },
        join(folder, 'a.csv'),
        () => undefined,
        never,
      ),
    () => client.notebooks.downloadOutput(`${client.apiUrl}/out`, join(folder, 'out'), never),
    () => client.datasets.find('bob', 'pack', never),
    () => client.datasets.createVersion({ owner: 'ann', slug: 'pack', notes: 'n', files: [] }, never),
    () => client.datasets.upload(file, () => undefined, never),
    () => client.notebooks.output('ann', 'nb', 1, never),
    () => client.submissions.get(1, never),
    () => client.account.quota(never),
  ];
}

async function echoed(seed: number, rounds: number): Promise<Outcome> {
  const tally = new Tally();
  const [kaggle, foreign] = [await FakeKaggle.start(), await FakeKaggle.start()];
  const folder = await mkdtemp(join(tmpdir(), 'jok-torture-'));
  const secrets = { key: KEY, header: Buffer.from(`ann:${KEY}`).toString('base64') };
  foreign.onPath('/', { status: 200, body: 'from elsewhere' });
  try {
    for (let round = 0; round < rounds; round += 1) {
      const random = new Random(seedFor(seed, round));
      kaggle.onPath('/', echoing(random, foreign.url));
      const log = new KeptLog();
      const client = connectKaggle({
        apiUrl: kaggle.url,
        credentials: { kind: 'key', username: 'ann', key: Secret.of(KEY, 'test'), source: 'kaggle.json' },
        fetch,
        clock: new FakeClock(),
        logger: log,
        userAgent: 'julia-on-kaggle/torture',
        random: () => random.real(),
        sessionFolder: join(folder, 'sessions'),
      });
      const problem = await random
        .pick(calls(client, folder))()
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      if (problem === undefined || isUserError(problem)) tally.survived();
      else tally.failed(`round ${round}: ${messageOf(problem)}`);
      await searchForSecrets(secrets, { told: [problem, client, ...log.lines] }, tally);
    }
    // What was downloaded is what Kaggle sent: only our own files are searched.
    await searchForSecrets(
      secrets,
      { folders: [folder], leaveOut: [join(folder, 'a.csv'), join(folder, 'out')] },
      tally,
    );
    for (const { headers } of foreign.requests)
      if (headers.authorization !== undefined)
        tally.leaked(`sent to another server: ${headers.authorization}`);
    tally.notes.push(
      `${kaggle.requests.length} requests to Kaggle, ${foreign.requests.length} sent on elsewhere`,
    );
  } finally {
    await Promise.all([kaggle.close(), foreign.close()]);
    await rm(folder, { recursive: true, force: true });
  }
  return tally.outcome();
}

/** A marked credential over faults: in no error, log line, file or request to anybody else. */
export const leakCases: readonly TortureCase[] = [
  {
    group: 'leak',
    name: 'a credential that Kaggle echoes',
    run: (seed, size) => echoed(seed, ROUNDS[size]),
  },
];
