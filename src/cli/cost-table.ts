import * as l10n from '@vscode/l10n';
import type { RunEvent } from '../core/events.ts';
import type { RunResult } from '../core/pipeline/run.ts';
import { STAGE_NAMES, type StageName } from '../core/stages.ts';
import type { EngineCost } from '../docker/timed-engine.ts';
import { table } from './outcome-table.ts';

interface Cost {
  readonly times: number;
  readonly milliseconds: number;
}

/** What each stage of a run asked of the engine, and what that took. */
export class Costs {
  readonly #costs = new Map<StageName, Map<EngineCost, Cost>>();

  readonly onEvent = (event: RunEvent): void => {
    if (event.kind !== 'cost') return;
    const { stage, what, milliseconds } = event;
    const costs = this.#costs.get(stage) ?? new Map<EngineCost, Cost>();
    const { times, milliseconds: before } = costs.get(what) ?? { times: 0, milliseconds: 0 };
    this.#costs.set(stage, costs.set(what, { times: times + 1, milliseconds: before + milliseconds }));
  };

  /** The same with the notebook's steps, where it was rehearsed now, and with the whole run. */
  table({ artefacts, outcomes }: RunResult, wholeMilliseconds: number): string {
    const rows = STAGE_NAMES.flatMap((stage) => [...this.#rowsOf(stage)]);
    const isRehearsed = outcomes.some(({ stage, state }) => stage === 'rehearse' && state === 'done');
    const steps = isRehearsed ? (artefacts.rehearse?.steps ?? []) : [];
    const header = [l10n.t('stage'), l10n.t('step'), l10n.t('times'), l10n.t('time')];
    return table(header, [
      ...rows,
      ...steps.map(({ name, seconds }) => [
        'rehearse',
        l10n.t('in the notebook: {0}', name),
        '1',
        inSeconds(seconds * 1000),
      ]),
      [l10n.t('all'), l10n.t('the whole run'), '1', inSeconds(wholeMilliseconds)],
    ]);
  }

  #rowsOf(stage: StageName): string[][] {
    const costs = [...(this.#costs.get(stage) ?? [])];
    return costs.map(([what, { times, milliseconds }]) => [
      stage,
      WORDS[what](),
      String(times),
      inSeconds(milliseconds),
    ]);
  }
}

/** With hundredths: a container takes tenths. */
function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

const WORDS: Readonly<Record<EngineCost, () => string>> = {
  'make a container': () => l10n.t('make a container'),
  'remove a container': () => l10n.t('remove a container'),
  'run a program': () => l10n.t('run a program'),
  'copy in': () => l10n.t('copy files in'),
  'copy out': () => l10n.t('copy files out'),
  look: () => l10n.t('ask the engine'),
  'get an image': () => l10n.t('get an image'),
};
