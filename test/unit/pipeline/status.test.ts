import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, UserError } from '../../../src/base/errors.ts';
import { withLock } from '../../../src/base/lock.ts';
import { readProjectHere } from '../../../src/core/pipeline/read-project.ts';
import { lockOf, prepareFolder, RECORD_FOLDER, RunRecord } from '../../../src/core/pipeline/record.ts';
import type { StageName } from '../../../src/core/stages.ts';
import { aDepot } from '../../support/artefacts.ts';
import { coreIn } from '../../support/core-in.ts';
import { keptContext, signedOut } from '../../support/stage-context.ts';
import { withFiles } from '../project/temp-project.ts';

const NEVER = new AbortController().signal;
const ports = { ...keptContext({}).context.ports, kaggle: signedOut };

async function stateOf(root: string, name: StageName): Promise<unknown> {
  const { stages } = await coreIn(ports).project(root).status(NEVER);
  return stages.find(({ stage }) => stage === name)?.state;
}

/** The state of the project after a run that was told this image, or none, before and after the file got these lines. */
async function statesAround(lines: string, image?: string): Promise<unknown[]> {
  return withFiles({}, async (folder) => {
    const root = join(folder, 'work', 'Inference');
    const overrides = image === undefined ? undefined : { image };
    const project = await readProjectHere(root, { ports, signal: NEVER }, { overrides });
    await (await RunRecord.open(join(root, RECORD_FOLDER))).saveArtefact('project', project);
    const before = await stateOf(root, 'project');
    await appendFile(join(root, 'JuliaKaggle.toml'), lines);
    return [before, await stateOf(root, 'project')];
  });
}

describe('status', () => {
  for (const lines of ['[image]\nname = "other:1"\n', '[notebook]\naccelerator = "NvidiaTeslaT4"\n'])
    it(`tells that the project changed by ${lines.split('\n')[1]}`, async () => {
      assert.deepEqual(await statesAround(lines), ['unchanged', 'changed']);
    });

  it('takes an image that the run was told for no change, and one of the file as little then', async () => {
    const states = await statesAround('[image]\nname = "other:1"\n', 'mine:1');
    assert.deepEqual(states, ['unchanged', 'unchanged']);
  });

  it('names the files that are others than at the last run, and those that are new', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const project = await readProjectHere(root, { ports, signal: NEVER });
      await (await RunRecord.open(join(root, RECORD_FOLDER))).saveArtefact('project', project);
      await appendFile(join(root, 'src', 'Inference.jl'), '# one more line');
      await appendFile(join(root, 'src', 'new.jl'), '');
      const { changed } = await coreIn(ports).project(root).status(NEVER);
      assert.deepEqual(
        changed.map((place) => place.split('/').at(-1)),
        ['Inference.jl', 'new.jl'],
      );
    });
  });

  it('says of a stage that was begun whether a run is at it, or was interrupted', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const record = await RunRecord.open(await prepareFolder(root));
      await record.saveArtefact('project', await readProjectHere(root, { ports, signal: NEVER }));
      await record.begin('build');
      const stateOfBuild = (): Promise<unknown> => stateOf(root, 'build');
      const during = await withLock(lockOf(join(root, RECORD_FOLDER)), NEVER, stateOfBuild);
      assert.deepEqual([during, await stateOfBuild()], ['running', 'interrupted']);
    });
  });

  it('says of a stage that failed why, and not what an earlier run had; the next run at it is running', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const record = await RunRecord.open(await prepareFolder(root));
      await record.saveArtefact('build', aDepot());
      const stopped = new UserError({
        code: 'engine-unreachable',
        title: 'The Docker engine stopped.',
        actions: [{ title: 'Start it.' }],
      });
      const core = coreIn({ ...ports, engine: () => Promise.reject(stopped) });
      const build = async (): Promise<unknown> => {
        const { stages } = await core.project(root).status(NEVER);
        return stages.find(({ stage }) => stage === 'build');
      };
      await assert.rejects(
        core.project(root).run({ until: 'build', fresh: 'build', signal: NEVER }),
        stopped,
      );
      const failed = { stage: 'build', state: 'failed', summary: stopped.title };
      assert.deepEqual(await build(), failed);
      const next = await RunRecord.open(join(root, RECORD_FOLDER));
      await next.begin('build');
      const during = await withLock(lockOf(join(root, RECORD_FOLDER)), NEVER, build);
      assert.deepEqual(during, { stage: 'build', state: 'running', summary: '' });
      await next.saveArtefact('build', aDepot());
      assert.notEqual(await stateOf(root, 'build'), 'failed');
    });
  });

  it('takes a run that was cancelled in a stage for interrupted', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const stop = new AbortController();
      const engine = (): Promise<never> => {
        stop.abort();
        return Promise.reject(new CancelledError());
      };
      const project = coreIn({ ...ports, engine }).project(root);
      await assert.rejects(project.run({ until: 'build', signal: stop.signal }), CancelledError);
      assert.equal(await stateOf(root, 'build'), 'interrupted');
    });
  });
});
