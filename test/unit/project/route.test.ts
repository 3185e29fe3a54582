import assert from 'node:assert/strict';
import { imageFor } from '../../../src/core/contract/image/default-image.ts';
import { readRequirements } from '../../../src/core/project/config.ts';
import { projectStage } from '../../../src/core/project/project-stage.ts';
import type { AskCompetition } from '../../../src/core/project/project-stage.ts';
import { chooseRoute } from '../../../src/core/stages.ts';
import { buildStage } from '../../../src/core/build/build-stage.ts';
import { readIn, withFiles } from './temp-project.ts';

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
