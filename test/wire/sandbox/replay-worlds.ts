import { createHash } from 'node:crypto';
import assert from 'node:assert/strict';
import type { Scene, WorldName } from './replay-scenes.ts';
import { Visitor } from '../../support/visitor.ts';
import {
  type Bench,
  holdNotebooks,
  makeDataset,
  push,
  startBench,
  untilDataset,
  untilScored,
  untilStatus,
  upload,
} from './support.ts';
import { zipOf } from './zip-of.ts';

/** Who sent the recorded requests, and where to. */
const USER = 'loopuser';
const COMPETITION = 'demo-comp';
const NOTEBOOK = '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}';

export interface ReplayWorld {
  readonly bench: Bench;
  /** What placeholders without a number stand for. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Ends a notebook that is running. */
  readonly finish: () => void;
}

const csv = 'id,y\n1,2\n';

const competition = (slug: string, isKernelsSubmissionsOnly = true): Record<string, string> => ({
  'competition.json': JSON.stringify({
    ...{ slug, title: slug === COMPETITION ? 'Demo' : 'Other', metric: 'rmse', targetColumn: 'y' },
    isKernelsSubmissionsOnly,
  }),
  'public/train.csv': 'x'.repeat(23432),
  'hidden/solution.csv': 'id,y,Usage\n1,2,Public\n',
});

/** A sandbox in which a scene's requests make sense. */
export async function startWorld({ world, faults = [] }: Scene): Promise<ReplayWorld> {
  const bench = await startBench({
    competition: competition(COMPETITION, world !== 'open'),
    ...(world === 'twoCompetitions' ? { otherCompetition: competition('other-comp') } : {}),
    username: world === 'otherUser' ? 'somebody-else' : USER,
  });
  const finisher = { finish: (): void => undefined };
  const values = await FURNISH[world](bench, finisher);
  for (const fault of faults) bench.sandbox.faults.add(fault);
  return {
    bench,
    values: { token: bench.sandbox.credentials.token, ...values },
    finish: () => finisher.finish(),
  };
}

type Furnish = (bench: Bench, finisher: { finish: () => void }) => Promise<Record<string, unknown>>;

const nothing: Furnish = () => Promise.resolve({});

const FURNISH: Readonly<Record<WorldName, Furnish>> = {
  plain: nothing,
  open: nothing,
  otherUser: nothing,

  twoCompetitions: async (bench) => {
    const method = 'competitions.CompetitionApiService/ListCompetitions';
    const { nextPageToken } = await bench.call(method, {
      group: 'COMPETITION_LIST_TAB_EVERYTHING',
      pageSize: 1,
    });
    return { nextCompetitions: nextPageToken };
  },

  submitted: async (bench) => {
    await savedNotebook(bench, 1);
    const { ref } = await bench.call('competitions.CompetitionApiService/CreateCodeSubmission', {
      ...{ competitionName: COMPETITION, kernelOwner: USER, kernelSlug: 'demo-kernel', kernelVersion: 1 },
      ...{ fileName: 'submission.csv', submissionDescription: 'v0' },
    });
    await untilScored(bench, ref);
    return {};
  },

  dataset: (bench) => dataset(bench, 'demo-pack'),
  secondDataset: (bench) => dataset(bench, 'demo-two'),

  publicDataset: async (bench) => {
    const files = [{ token: await upload(bench, 'julia', 'j') }];
    const body = { ownerSlug: USER, slug: 'demo-pack', title: 'Demo pack', licenseName: 'CC0-1.0', files };
    await bench.call('datasets.DatasetApiService/CreateDataset', body);
    await untilDataset(bench, 'demo-pack', ['READY'], USER);
    return {};
  },

  notebook: async (bench) => {
    await savedNotebook(bench, 1);
    return {};
  },

  fourthVersion: async (bench) => {
    await savedNotebook(bench, 4);
    return {};
  },

  failedNotebook: async (bench) => {
    bench.notebook = () => ({ state: 'out-of-memory' });
    await push(bench, 'Demo kernel', { slug: `${USER}/demo-kernel`, text: NOTEBOOK });
    await untilStatus(bench, 'demo-kernel', ['ERROR'], USER);
    return {};
  },

  runningNotebook: async (bench, finisher) => {
    finisher.finish = holdNotebooks(bench, (log) => {
      log('hello\n');
      log('warn\n', 'stderr');
    });
    await push(bench, 'Demo kernel', { slug: `${USER}/demo-kernel`, text: NOTEBOOK });
    await untilStatus(bench, 'demo-kernel', ['RUNNING'], USER);
    return {};
  },

  signedIn: async (bench) => {
    const codeVerifier = 'a-verifier-that-nobody-else-has-thought-of-1';
    const asked = new URLSearchParams({
      ...{ response_type: 'code', client_id: 'kagglesdk', redirect_uri: 'http://localhost:8001' },
      ...{ scope: 'resources.admin:*', state: 's', code_challenge_method: 'S256' },
      code_challenge: `${createHash('sha256').update(codeVerifier).digest('base64url')}=`,
    });
    const page = `${bench.sandbox.url}/api/v1/oauth2/authorize?${asked.toString()}`;
    const { headers } = await (await Visitor.at(bench.sandbox.page)).press(page);
    const code = new URL(headers.get('location') ?? '').searchParams.get('code');
    const body = { code, codeVerifier, grantType: 'authorization_code' };
    const { accessToken, refreshToken } = await bench.call('security.OAuthService/ExchangeOAuthToken', body);
    return { accessToken, refreshToken };
  },
};

/** Two versions; a tar that came in a zip stays a tar, since only what is uploaded is unpacked. */
async function dataset(bench: Bench, slug: string): Promise<Record<string, unknown>> {
  await makeDataset(bench, slug, { 'all.zip': zipOf({ name: 'pack.tar', content: 'tar' }) }, USER);
  const files = [{ token: await upload(bench, 'all.zip', zipOf({ name: 'pack.tar', content: 'tar 2' })) }];
  const body = { ownerSlug: USER, datasetSlug: slug, body: { versionNotes: 'second', files } };
  await bench.call('datasets.DatasetApiService/CreateDatasetVersion', body);
  await untilDataset(bench, slug, ['READY'], USER);
  const { id } = await bench.call('datasets.DatasetApiService/GetDataset', {
    ownerSlug: USER,
    datasetSlug: slug,
  });
  return { datasetId: id };
}

/** A notebook with so many versions, the last with more output than fits on a page. */
async function savedNotebook(bench: Bench, versions: number): Promise<void> {
  const others: Record<string, string> = {};
  for (let file = 0; file < 24; file += 1) others[`sub/${file}.csv`] = 'x';
  for (let version = 1; version <= versions; version += 1) {
    bench.notebook = ({ log }) => {
      log('hi\n');
      return { outputs: { 'submission.csv': csv, ...(version === versions && others) } };
    };
    const { error } = await push(bench, 'Demo kernel', { slug: `${USER}/demo-kernel`, text: NOTEBOOK });
    assert.equal(error, '');
    await untilStatus(bench, 'demo-kernel', ['COMPLETE'], USER);
  }
}
