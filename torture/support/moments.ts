import { STAGE_NAMES, type StageName } from '../../src/core/stages.ts';
import type { Random } from '../random.ts';
import type { Moment } from './killed-program.ts';

export type { StageName } from '../../src/core/stages.ts';
/** The stages that take time: all but the first, which only reads. */
export const STAGES = STAGE_NAMES.filter((name) => name !== 'project');

/** How long a stage of the example takes, in milliseconds, where it was not measured; on a quick machine. */
const GUESSES: Readonly<Record<StageName, number>> = {
  project: 50,
  build: 3000,
  test: 2000,
  pack: 300,
  rehearse: 5000,
  upload: 500,
  notebook: 5000,
  submit: 4000,
};

export function border(kind: 'stage-started' | 'stage-finished', stage: StageName): Moment {
  return {
    name: `${kind}: ${stage}`,
    stage,
    at: (line) => line.kind === kind && line.stage === stage,
    afterMs: 0,
  };
}

/** Of the time that a stage takes: later than this it may be over. */
const MOST = 0.9;

/** Somewhere inside of a stage that takes so long. */
export function inside(random: Random, stage: StageName, milliseconds = GUESSES[stage]): Moment {
  const afterMs = Math.floor(random.real() * milliseconds * MOST);
  return { ...border('stage-started', stage), name: `inside ${stage}, after ${afterMs} ms`, afterMs };
}
