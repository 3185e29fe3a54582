import assert from 'node:assert/strict';
import { imageFor } from '../../../src/core/contract/image/default-image.ts';
import { readRequirements } from '../../../src/core/project/config.ts';
import { projectStage } from '../../../src/core/project/project-stage.ts';
import type { AskCompetition } from '../../../src/core/project/project-stage.ts';
import { chooseRoute } from '../../../src/core/stages.ts';
import { buildStage } from '../../../src/core/build/build-stage.ts';
import type { CompetitionFacts } from '../../../src/core/project-artefact.ts';
import { readIn, refusalOf, withFiles } from './temp-project.ts';

const TAKES_FILES = { slug: 'titanic', takesFiles: true };
const TAKES_NOTEBOOKS = { slug: 'titanic', takesFiles: false };
const SMALL = 'docker.io/library/python:3.12-slim-bookworm';

describe('the route', () => {
  it('is the one that is asked for, else the one that the competition takes, and a file where it takes both', () => {
    assert.equal(chooseRoute('auto', TAKES_FILES), 'file');
    assert.equal(chooseRoute('auto', TAKES_NOTEBOOKS), 'notebook');
    assert.equal(chooseRoute('auto', undefined), 'notebook');
    assert.equal(chooseRoute('notebook', TAKES_FILES), 'notebook');
    assert.equal(chooseRoute('file', TAKES_NOTEBOOKS), 'file');
  });

  const read = (config: string, askCompetition: AskCompetition) =>
    withFiles({ 'work/Inference/JuliaKaggle.toml': `competition = "titanic"\n${config}` }, (folder) =>
      readIn(folder, undefined, {
        askCompetition,
        dayOfEnd: (deadline) => deadline,
      }),
    );

  it('decides the image, which the plan names with the reason', async () => {
    const project = await read('', () => Promise.resolve(TAKES_FILES));
    assert.deepEqual([project.route, project.image], ['file', SMALL]);
    const plan = buildStage.plan({ project }, undefined);
    assert.ok(plan.includes(`${SMALL} (a small one: `), plan);
    const chosen = await read('[image]\nname = "mine:1"\n', () => Promise.resolve(TAKES_FILES));
    assert.deepEqual([chosen.route, chosen.image], ['file', 'mine:1']);
    assert.ok(buildStage.plan({ project: chosen }, undefined).endsWith('in mine:1'));
  });

  it('is told where it was found out: that there is a choice, or that nobody could be asked', async () => {
    const both = await read('', () => Promise.resolve(TAKES_FILES));
    assert.match(
      projectStage.summary(both),
      /takes files and notebooks: a file is submitted \(\[submit\] as\)$/,
    );
    const unasked = await read('', () => Promise.resolve(undefined));
    assert.match(projectStage.summary(unasked), /not asked about: a notebook is submitted$/);
    for (const [config, facts] of [
      ['', TAKES_NOTEBOOKS],
      ['[submit]\nas = "file"\n', undefined],
    ] as const) {
      const project = await read(config, () => Promise.resolve(facts));
      assert.match(projectStage.summary(project), /for titanic$/);
    }
  });

  it('needs a function for a host that calls one, and a host that calls for a function', async () => {
    const predict = '[run]\npredict = "Inference.predict"\n';
    const calling = { ...TAKES_NOTEBOOKS, callsNotebook: true };
    const readFor = (config: string, facts: CompetitionFacts | undefined) =>
      read(config, () => Promise.resolve(facts));
    for (const facts of [calling, TAKES_NOTEBOOKS, undefined]) {
      const project = await readFor(predict, facts);
      assert.equal(project.output.file, 'submission.parquet');
      // The competition's own programs run in the test.
      assert.equal(project.offlineTest, true);
      assert.match(projectStage.summary(project), /for titanic, whose host calls Inference\.predict$/);
      assert.ok(project.files.some(({ place }) => place === 'julia_kaggle_bridge/enter.py'));
    }
    assert.equal((await readFor(`${predict}[test]\nnetwork = true`, calling)).offlineTest, undefined);
    const without = await refusalOf(() => readFor('', calling), 'entry-missing');
    assert.match(without.title, /^titanic takes no file: its host calls a function/);
    assert.match(without.actions[0].title, /\[run\] predict = "Inference\.predict"/);
    const needless = await refusalOf(
      () => readFor(predict, { ...TAKES_NOTEBOOKS, callsNotebook: false }),
      'entry-missing',
    );
    assert.match(needless.title, /the host of titanic calls no function/);
    const compiled = await refusalOf(
      () => readFor(`${predict}[pack]\nmode = "app"`, calling),
      'entry-missing',
    );
    assert.match(compiled.title, /mode = "app" does not go with \[run\] predict/);
  });

  it('knows a competition that has ended', async () => {
    const facts = { ...TAKES_FILES, deadline: '2020-01-01' };
    assert.equal((await read('', () => Promise.resolve(facts))).endedOn, '2020-01-01');
  });

  it('lets the doctor look for the image that a run will use', async () => {
    const imageIn = (config: string, last?: Parameters<typeof readRequirements>[1]) =>
      withFiles(
        { 'p/JuliaKaggle.toml': `competition = "titanic"\n${config}` },
        async (folder) => (await readRequirements(`${folder}/p`, last)).image,
      );
    const juliaVersion = '1.10.5';
    assert.equal(await imageIn(''), 'gcr.io/kaggle-images/python');
    assert.equal(await imageIn('', { competitionFacts: TAKES_FILES, juliaVersion }), SMALL);
    const other = { ...TAKES_FILES, slug: 'other' };
    assert.notEqual(await imageIn('', { competitionFacts: other, juliaVersion }), SMALL);
    assert.equal(await imageIn('[submit]\nas = "file"\n'), SMALL);
  });
});

describe('the small image', () => {
  it('has what a Julia downloads by that cannot do so itself', () => {
    const of = (juliaVersion: string | undefined) =>
      imageFor('file', { accelerator: 'NvidiaTeslaT4', juliaVersion });
    assert.equal(of('1.5.3'), 'docker.io/library/python:3.12-bookworm');
    for (const version of ['1.6.0', '1.10.5', '1.13.0', undefined, 'lts']) assert.equal(of(version), SMALL);
  });
});
