import { strict as assert } from 'node:assert';
import type { StagePreview } from '../../../src/core/pipeline/preview.ts';
import { STAGE_NAMES, type StageName } from '../../../src/core/stages.ts';
import { decideResumption } from '../../../src/host/resume-decision.ts';
import { RunMemory } from '../../../src/host/run-memory.ts';

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
  function memory(content: Record<string, unknown> = {}): RunMemory {
    return new RunMemory({
      keys: () => Object.keys(content),
      get: (key: string) => content[key] as never,
      update: (key, value) => {
        content[key] = value;
        return Promise.resolve();
      },
    });
  }

  it('holds a run from its begin to its end, for each project', async () => {
    const runs = memory();
    await runs.begin('/a', 'submit');
    await runs.begin('/b', 'rehearse');
    await runs.agree('/a');
    await runs.end('/b');
    assert.deepEqual(runs.get('/a'), { until: 'submit', agreed: true });
    assert.equal(runs.get('/b'), undefined);
  });

  it('that another version left in another form counts as none', () => {
    assert.equal(memory({ openRuns: { '/a': { until: 'dance' } } }).get('/a'), undefined);
  });
});
