import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { STAGE_NAMES } from '../../../src/core/stages.ts';
import {
  type Event,
  finished,
  noEngine,
  requested,
  skipped,
  started,
  viewAfter,
} from '../../unit/host/events.ts';

describe('run view', () => {
  it('shows no stage at work once the run has ended, whatever came before', () => {
    const stage = fc.constantFrom(...STAGE_NAMES);
    const event: fc.Arbitrary<Event> = fc.oneof(
      stage.map((name) => started(name)),
      stage.map((name) => finished(name)),
      stage.map(skipped),
      stage.map((name): Event => ({ kind: 'progress', stage: name, text: 'on it' })),
      stage.map((name): Event => ({ kind: 'failed', stage: name, error: noEngine })),
      stage.map((name): Event => ({ kind: 'cancelled', stage: name })),
      fc.constant<Event>({ kind: 'cancel-requested' }),
      fc.constant(requested),
    );
    fc.assert(
      fc.property(
        fc.array(event),
        fc.constantFrom('done', 'failed', 'cancelled', 'declined'),
        (events, ending) => {
          const view = viewAfter(...events, { kind: 'run-ended', ending });
          assert.equal(view.phase, 'idle');
          assert.equal(view.current, undefined);
          assert.ok(Object.values(view.stages).every(({ state }) => state !== 'running'));
        },
      ),
    );
  });
});
