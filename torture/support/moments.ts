import { STAGE_NAMES, type StageName } from '../../src/core/stages.ts';
import type { Random } from '../random.ts';
import type { Moment } from './killed-program.ts';

export type { StageName } from '../../src/core/stages.ts';
/** The stages that take time: all but the first, which only reads. */
export const STAGES = STAGE_NAMES.filter((name) => name !== 'project');

interface StageMoments {
  /** How long it takes with the example, in milliseconds, where that was not measured; on a quick machine. */
  readonly takes: number;
  /** Kills inside of it, besides those at its borders, each time a project is taken through. */
  readonly kills: number;
}

export const MOMENTS: Readonly<Record<StageName, StageMoments>> = {
  project: { takes: 50, kills: 0 },
  build: { takes: 3000, kills: 14 },
  test: { takes: 2000, kills: 13 },
  pack: { takes: 300, kills: 12 },
  rehearse: { takes: 5000, kills: 14 },
  upload: { takes: 500, kills: 13 },
  notebook: { takes: 5000, kills: 9 },
  submit: { takes: 4000, kills: 6 },
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
export function inside(random: Random, stage: StageName, milliseconds = MOMENTS[stage].takes): Moment {
  const afterMs = Math.floor(random.real() * milliseconds * MOST);
  return { ...border('stage-started', stage), name: `inside ${stage}, after ${afterMs} ms`, afterMs };
}
