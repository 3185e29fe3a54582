import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunRecord } from '../../../src/core/pipeline/record.ts';
import { openStage, type Reporter } from '../../../src/core/pipeline/reporter.ts';
import { aProject } from '../../support/artefacts.ts';
import { keptContext } from '../../support/stage-context.ts';
import { tempFolder } from '../../support/temp.ts';

const LOG = ['.julia-kaggle', 'logs', 'build.log'] as const;

async function stageIn(root: string, isPreview: boolean): Promise<Reporter> {
  const folder = join(root, '.julia-kaggle');
  return openStage('build', {
    ports: keptContext({}).context.ports,
    signal: new AbortController().signal,
    onEvent: () => undefined,
    folder,
    record: await RunRecord.open(folder),
    project: aProject({ root }),
    checkout: 'a-checkout',
    isPreview,
  });
}

describe('the log of a stage', () => {
  it('is that of the last run, and a preview leaves it alone', async () => {
    const root = await tempFolder();
    await mkdir(join(root, '.julia-kaggle', 'logs'), { recursive: true });
    await writeFile(join(root, ...LOG), 'an earlier run\n');
    const preview = await stageIn(root, true);
    preview.context.log('note', 'a look at what stands');
    await preview.close();
    assert.equal(await readFile(join(root, ...LOG), 'utf8'), 'an earlier run\n');
    const run = await stageIn(root, false);
    for (const line of ['one', 'two', 'three']) run.context.log('stdout', line);
    run.context.warn('four');
    await run.close();
    await run.close();
    assert.equal(await readFile(join(root, ...LOG), 'utf8'), 'one\ntwo\nthree\nwarning: four\n');
  });

  it('is empty when the stage says nothing, whatever an earlier one said', async () => {
    const root = await tempFolder();
    await mkdir(join(root, '.julia-kaggle', 'logs'), { recursive: true });
    await writeFile(join(root, ...LOG), 'an earlier run\n');
    for (const isPreview of [true, false]) {
      const stage = await stageIn(root, isPreview);
      stage.begin();
      await stage.close();
      assert.equal(await readFile(join(root, ...LOG), 'utf8'), isPreview ? 'an earlier run\n' : '');
    }
  });
});
