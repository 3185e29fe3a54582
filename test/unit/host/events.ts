import { UserError } from '../../../src/base/errors.ts';
import type { RunEvent } from '../../../src/core/events.ts';
import type { StageName } from '../../../src/core/stages.ts';
import { EMPTY_VIEW, reduce, type RunView, type SessionEvent } from '../../../src/host/run/run-view.ts';

export type Event = RunEvent | SessionEvent;

export const started = (stage: StageName, plan = `do ${stage}`): Event => ({
  kind: 'stage-started',
  stage,
  plan,
});
export const finished = (stage: StageName, milliseconds = 1500): Event => ({
  kind: 'stage-finished',
  stage,
  summary: `did ${stage}`,
  milliseconds,
});
export const skipped = (stage: StageName): Event => ({
  kind: 'stage-skipped',
  stage,
  summary: `had ${stage}`,
});
export const requested: Event = { kind: 'run-requested' };

export const noEngine = new UserError({
  code: 'engine-unreachable',
  title: 'No Docker engine answers.',
  detail: 'unix:///var/run/docker.sock: not there',
  actions: [
    { title: 'Start the engine.' },
    { title: 'Install Docker.', url: 'https://docs.docker.com/get-docker/' },
  ],
});

/** The view after these events, from an empty one. */
export function viewAfter(...events: Event[]): RunView {
  return events.reduce(reduce, EMPTY_VIEW);
}
