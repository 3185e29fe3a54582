import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StagePreview } from '../../../src/core/pipeline/preview.ts';
import { STAGE_NAMES, type StageName } from '../../../src/core/stages.ts';
import { decideResumption } from '../../../src/host/run/resume.ts';
import { RunMemory } from '../../../src/host/run/run-memory.ts';
import { tempFolder } from '../../support/temp.ts';

/** What a run would do when the stages from this one on are left. */
function leftFrom(stage: StageName | undefined): StagePreview[] {
  const first = stage === undefined ? STAGE_NAMES.length : STAGE_NAMES.indexOf(stage);
  return STAGE_NAMES.map((name, i) => ({ stage: name, state: i < first ? 'fresh' : 'would-run', text: '' }));
}

describe('an interrupted run', () => {
  it('goes on by itself where it waits for Kaggle with the consent of the person', () => {
    for (const stage of ['notebook', 'submit'] as const) {
      assert.deepEqual(decideResumption({ until: 'submit', agreed: true }, leftFrom(stage)), {
        kind: 'go-on',
      });
    }
  });

  it('is asked about where it would work here, upload, or was not agreed to', () => {
    for (const stage of ['build', 'test', 'pack', 'rehearse', 'upload'] as const) {
      assert.deepEqual(decideResumption({ until: 'submit', agreed: true }, leftFrom(stage)), {
        kind: 'ask',
        stage,
      });
    }
    assert.deepEqual(decideResumption({ until: 'submit', agreed: false }, leftFrom('submit')), {
      kind: 'ask',
      stage: 'submit',
    });
  });

  it('is asked about when the package was edited meanwhile', () => {
    const previews = leftFrom('submit').map((preview): StagePreview =>
      preview.stage === 'test' ? { ...preview, state: 'would-run' } : preview,
    );
    assert.deepEqual(decideResumption({ until: 'submit', agreed: true }, previews), {
      kind: 'ask',
      stage: 'test',
    });
  });

  it('is forgotten when nothing is left of it', () => {
    assert.deepEqual(decideResumption({ until: 'submit', agreed: true }, leftFrom(undefined)), {
      kind: 'forget',
    });
  });
});

describe('the memory of runs', () => {
  const never = (error: unknown): never => {
    throw error;
  };

  it('holds a run from its begin to its end, for each project, also for the next window', async () => {
    const file = join(await tempFolder(), 'storage', 'open-runs.json');
    const runs = new RunMemory(file, never);
    await Promise.all([runs.begin('/a', { until: 'submit' }), runs.begin('/b', { until: 'rehearse' })]);
    await runs.agree('/a');
    const next = new RunMemory(file, never);
    assert.deepEqual(await next.get('/a'), { until: 'submit', agreed: true });
    assert.deepEqual(await next.get('/b'), { until: 'rehearse', agreed: false });
    await next.end('/b');
    assert.equal(await runs.get('/b'), undefined);
  });

  it('that another version left in another form, or that is broken, counts as none', async () => {
    const file = join(await tempFolder(), 'open-runs.json');
    for (const text of ['{"/a": {"until": "dance"}}', '{"/a": {"unt', '[]']) {
      await writeFile(file, text);
      const runs = new RunMemory(file, never);
      assert.equal(await runs.get('/a'), undefined);
      await runs.begin('/a', { until: 'submit' });
      assert.deepEqual(await runs.get('/a'), { until: 'submit', agreed: false });
    }
  });

  it('that cannot be written is told, and stops nobody', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'storage'), 'no folder');
    const told: unknown[] = [];
    const runs = new RunMemory(join(folder, 'storage', 'open-runs.json'), (error) => told.push(error));
    await runs.begin('/a', { until: 'submit' });
    assert.equal(told.length, 1);
    assert.equal(await runs.get('/a'), undefined);
  });
});
