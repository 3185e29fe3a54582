import assert from 'node:assert/strict';
import { isUserError, UserError } from '../../../src/base/errors.ts';
import { competitionAsker } from '../../../src/core/pipeline/ask-competition.ts';
import { previewRun } from '../../../src/core/pipeline/preview.ts';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { runPipeline } from '../../../src/core/pipeline/run.ts';
import { stagesOf, stagesUntil } from '../../../src/core/pipeline/stage-table.ts';
import { ROUTE_NAMES, ROUTES } from '../../../src/core/stages.ts';
import type { Competition } from '../../../src/kaggle/client.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext, signedOut } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const NEVER = new AbortController().signal;
const COMPETITION: Competition = {
  slug: 'titanic',
  title: 'Titanic',
  url: 'https://site.test/c/titanic',
  deadline: '2030-01-01T00:00:00Z',
  userHasEntered: true,
  isKernelsSubmissionsOnly: false,
  submissionsDisabled: false,
  evaluationMetric: undefined,
};
const FACTS = {
  slug: 'titanic',
  takesFiles: true,
  callsNotebook: false,
  deadline: '2030-01-01T00:00:00Z',
};

describe('the stages of a route', () => {
  it('are those that its facts name, in their order', () => {
    for (const route of ROUTE_NAMES)
      assert.deepEqual(
        stagesOf({ route }).map(({ name }) => name),
        ROUTES[route].stages,
      );
    assert.deepEqual(
      stagesOf(undefined).map(({ name }) => name),
      ROUTES.notebook.stages,
    );
  });

  it('go as far as is asked, and a stage of another route is refused by name', () => {
    const project = aProject({ route: 'file' });
    assert.deepEqual(
      stagesUntil(project, 'test').map(({ name }) => name),
      ['project', 'build', 'test'],
    );
    assert.throws(
      () => stagesUntil(project, 'pack'),
      (error) =>
        isUserError(error, 'wrong-usage') &&
        error.actions[0].title.includes('project, build, test and submit'),
    );
  });

  it('refuse a stage to begin anew with by a plan as by a run', async () => {
    const folder = await tempFolder({
      'Project.toml': 'name = "Inference"\nuuid = "5f0c1d5e-6a3b-4f0e-9b7d-2b9b5d0c7a11"\n',
      'Manifest.toml': 'julia_version = "1.10.5"\nmanifest_format = "2.0"\n',
      'src/Inference.jl': 'module Inference\nmain(args) = 0\nmain(ARGS)\nend\n',
      'JuliaKaggle.toml': 'competition = "titanic"\n[submit]\nas = "file"\n',
    });
    const { ports } = keptContext({ competitions: { get: signedOut } }).context;
    const request = { folder, ports, until: 'test', fresh: 'pack', signal: NEVER } as const;
    const isRefused = (error: unknown) =>
      isUserError(error, 'wrong-usage') && error.title.startsWith('There is no stage "pack" on the way');
    await assert.rejects(previewRun(request), isRefused);
    await assert.rejects(runPipeline({ ...request, onEvent: () => undefined }), isRefused);
  });
});

interface Asked {
  readonly kept?: typeof FACTS;
  readonly mayAsk?: boolean;
  readonly renew?: boolean;
  readonly now?: number;
  /** What the competition gives. */
  readonly files?: readonly { readonly name: string; readonly bytes: number }[];
}

describe('what a competition takes', () => {
  async function asking(get: () => Promise<Competition>, { kept, ...options }: Asked = {}) {
    const record = await RunRecord.open(await tempFolder());
    if (kept !== undefined) await record.saveArtefact('project', aProject({ competitionFacts: kept }));
    let asked = 0;
    const count = () => {
      asked += 1;
      return get();
    };
    const listFiles = () => Promise.resolve(options.files ?? []);
    const { ports } = keptContext({ competitions: { get: count, listFiles } }).context;
    await ports.clock.sleep(options.now ?? 0, NEVER);
    const ask = competitionAsker(() => Promise.resolve(record), ports, {
      mayAsk: options.mayAsk ?? true,
      renew: options.renew ?? false,
    });
    return { facts: await ask('titanic', NEVER), asked };
  }
  const answer = () => Promise.resolve(COMPETITION);
  const failing = (code: 'kaggle-unreachable' | 'kaggle-not-found' | 'kaggle-forbidden') => () =>
    Promise.reject(new UserError({ code, title: 'No.', actions: [{ title: 'Wait.' }] }));

  it('is asked once, and known from the record then', async () => {
    assert.deepEqual(await asking(answer), { facts: FACTS, asked: 1 });
    assert.deepEqual(await asking(answer, { kept: FACTS }), { facts: FACTS, asked: 0 });
  });

  it('is asked again for another competition, when asked to, and when the deadline that is known has passed', async () => {
    assert.equal((await asking(answer, { kept: { ...FACTS, slug: 'other' } })).asked, 1);
    assert.equal((await asking(answer, { kept: FACTS, renew: true })).asked, 1);
    assert.equal((await asking(answer, { kept: FACTS, now: Date.parse('2031-01-01') })).asked, 1);
  });

  it('is not asked by who only looks', async () => {
    assert.deepEqual(await asking(answer, { mayAsk: false }), { facts: undefined, asked: 0 });
  });

  it('stays as it was known, or unknown, where Kaggle is not heard', async () => {
    const unheard = failing('kaggle-unreachable');
    assert.equal((await asking(unheard)).facts, undefined);
    assert.deepEqual((await asking(unheard, { kept: FACTS, renew: true })).facts, FACTS);
    assert.equal((await asking(signedOut)).facts, undefined);
  });

  it('is an error where Kaggle knows no such competition, or not for this account', async () => {
    for (const code of ['kaggle-not-found', 'kaggle-forbidden'] as const)
      await assert.rejects(asking(failing(code), { kept: FACTS, renew: true }), (error) =>
        isUserError(error, code),
      );
  });

  for (const [kind, words] of [
    ['simulation', /is a simulation: it takes an agent .* not predictions\./],
    ['hackathon', /is a hackathon: it takes a writeup .* has no leaderboard\./],
    ['analytics', /is an analytics competition: people judge notebooks, and there is no leaderboard\./],
  ] as const)
    it(`is nothing that is predicted where it is of the kind ${kind}, unless it has a sample submission`, async () => {
      const get = () => Promise.resolve({ ...COMPETITION, kind });
      await assert.rejects(
        asking(get, { files: [{ name: 'rules.pdf', bytes: 1 }] }),
        (error) =>
          isUserError(error, 'competition-unsupported') &&
          words.test(error.title) &&
          error.actions[0].url === COMPETITION.url,
      );
      const files = [{ name: 'sample_submission.csv', bytes: 1 }];
      assert.deepEqual((await asking(get, { files })).facts, FACTS);
    });
});
