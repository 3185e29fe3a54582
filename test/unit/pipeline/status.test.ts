import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../../src/base/lock.ts';
import { readProjectHere } from '../../../src/core/pipeline/read-project.ts';
import { lockOf, prepareFolder, RECORD_FOLDER, RunRecord } from '../../../src/core/pipeline/record.ts';
import { readStatus, type StatusOptions } from '../../../src/core/pipeline/status.ts';
import { keptContext } from '../../support/stage-context.ts';
import { withFiles } from '../project/temp-project.ts';

const NEVER = new AbortController().signal;
const { ports } = keptContext({}).context;

/** The state of the project after a run that was told this image, or none, before and after the file got these lines. */
async function statesAround(
  lines: string,
  { image, ...how }: StatusOptions & { readonly image?: string } = {},
): Promise<unknown[]> {
  return withFiles({}, async (folder) => {
    const root = join(folder, 'work', 'Inference');
    const stateOfProject = async (): Promise<unknown> =>
      (await readStatus(root, ports, NEVER, how)).stages.find(({ stage }) => stage === 'project')?.state;
    const overrides = image === undefined ? undefined : { image };
    const project = await readProjectHere(root, { ports, signal: NEVER }, { overrides });
    await (await RunRecord.open(join(root, RECORD_FOLDER))).saveArtefact('project', project);
    const before = await stateOfProject();
    await appendFile(join(root, 'JuliaKaggle.toml'), lines);
    return [before, await stateOfProject()];
  });
}

describe('status', () => {
  for (const lines of ['[image]\nname = "other:1"\n', '[notebook]\naccelerator = "NvidiaTeslaT4"\n'])
    it(`tells that the project changed by ${lines.split('\n')[1]}`, async () => {
      assert.deepEqual(await statesAround(lines), ['unchanged', 'changed']);
    });

  it('takes an image that the run was told for no change, and one of the file as little then', async () => {
    const states = await statesAround('[image]\nname = "other:1"\n', { image: 'mine:1' });
    assert.deepEqual(states, ['unchanged', 'unchanged']);
  });

  it('does not read the project again while a run goes on, which has just done so', async () => {
    const states = await statesAround('[image]\nname = "other:1"\n', { isRunning: true });
    assert.deepEqual(states, ['unchanged', 'unchanged']);
  });

  it('says of a stage that was begun whether a run is at it, or was interrupted', async () => {
    await withFiles({}, async (folder) => {
      const root = join(folder, 'work', 'Inference');
      const record = await RunRecord.open(await prepareFolder(root));
      await record.saveArtefact('project', await readProjectHere(root, { ports, signal: NEVER }));
      await record.begin('build');
      const stateOfBuild = async (): Promise<unknown> =>
        (await readStatus(root, ports, NEVER)).stages.find(({ stage }) => stage === 'build')?.state;
      const during = await withLock(lockOf(join(root, RECORD_FOLDER)), NEVER, stateOfBuild);
      assert.deepEqual([during, await stateOfBuild()], ['running', 'interrupted']);
    });
  });
});
