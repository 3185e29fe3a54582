import * as l10n from '@vscode/l10n';
import { fingerprint } from '../../base/hash.ts';
import { retryIfChanged } from '../../docker/filled-volume.ts';
import type { Artefacts } from '../artefacts.ts';
import type { Doubt, Stage, StageContext } from '../stage.ts';
import type { StageName } from '../stages.ts';
import type { RunRecord } from './record.ts';

/** Artefacts of this run so far: each is fresh or was just made; that of the project is as it was just read. */
export type Known = Partial<Artefacts>;

/**
 * `changed`: what it was made from is another now; `failed`, `interrupted`: it was begun anew and did not end well, or
 * not at all; `unknown`: it depends on a stage whose result does not stand.
 */
export type RecordedState = 'missing' | 'failed' | 'interrupted' | 'changed' | 'unchanged' | 'unknown';

/**
 * `changed`: there is no result of what there is now; `forced`: the user asks for the work whatever there is, and nothing
 * of the last result is used; a doubt: there is a result, and something speaks against it.
 */
export type Verdict = 'fresh' | 'changed' | 'forced' | Doubt;

/** What a stage would do. */
export interface StagePlan {
  /** In one line. */
  readonly text: string;
  /** In whose name, where something leaves the machine; `work` is then the line without that. */
  readonly account?: string;
  readonly work?: string;
  /** Equal for the same work: with the same inputs, on top of the same last result, in whose name it is done. */
  readonly fingerprint: string;
}

/** A stage as the pipeline handles it, whatever its artefact is: it takes what it needs from all that is known. */
export interface BoundStage<Name extends StageName = StageName> {
  readonly name: Name;
  /** What would be done, or undefined while something that it needs is not known. @param verdict see `judge`. */
  plan(known: Known, record: RunRecord, verdict?: Verdict): StagePlan | undefined;
  /** What can be said of the recorded result without asking anyone: neither engine nor Kaggle. */
  look(known: Known, record: RunRecord): RecordedState;
  /** Whether the recorded result stands: same fingerprint, and what it speaks of is still there. */
  judge(known: Known, record: RunRecord, context: StageContext): Promise<Verdict>;
  /** What would stop the stage later. @throws UserError. */
  foresee(known: Known, context: StageContext): Promise<void>;
  /** Does the work and saves the result. With `anew`, nothing of the last result is used. */
  run(known: Known, record: RunRecord, context: StageContext, anew: boolean): Promise<Known>;
  /** `known` with the recorded result, unless there is one that was just read. */
  take(known: Known, record: RunRecord): Known;
  /** The known result in one line. */
  summary(known: Known): string;
  /** The same for a result that stands from an earlier run. */
  standing(known: Known): string;
}

/** Makes a stage one of the table: it takes what it needs from what is known, and a call without that is a bug. */
export function bindStage<Name extends StageName, Needs extends StageName>(
  stage: Stage<Name, Needs>,
): BoundStage<Name> {
  const { name } = stage;
  const demand = (known: Known): Pick<Artefacts, Needs> => {
    const input = pick(known, stage.needs);
    if (input === undefined)
      throw new Error(`The stage ${name} was called before ${stage.needs.join(', ')}.`);
    return input;
  };
  const describe = (known: Known, words: (artefact: Artefacts[Name]) => string): string => {
    const artefact: Artefacts[Name] | undefined = known[name];
    return artefact === undefined ? '' : words(artefact);
  };
  return {
    name,
    plan: (known, record, verdict) => {
      const input = pick(known, stage.needs);
      if (input === undefined) return undefined;
      const doubt = typeof verdict === 'object' ? verdict : undefined;
      const last: Artefacts[Name] | undefined = record.artefacts[name];
      const text = stage.plan(input, verdict === 'forced' ? undefined : last, doubt);
      return {
        text: doubt === undefined ? text : l10n.t('{0}, {1}', text, doubt.because),
        fingerprint: fingerprint({
          name,
          input: stage.fingerprint(input),
          last,
          isDoubted: doubt !== undefined,
          isForced: verdict === 'forced',
        }),
      };
    },
    look: (known, record) => {
      const last: Artefacts[Name] | undefined = record.artefacts[name];
      if (record.isUnfinished(name)) return record.failureOf(name) === undefined ? 'interrupted' : 'failed';
      if (last === undefined) return 'missing';
      const input = pick(known, stage.needs);
      if (input === undefined) return 'unknown';
      return last.fingerprint === stage.fingerprint(input) ? 'unchanged' : 'changed';
    },
    judge: async (known, record, context) => {
      const input = demand(known);
      const last: Artefacts[Name] | undefined = record.artefacts[name];
      if (record.isUnfinished(name) || last?.fingerprint !== stage.fingerprint(input)) return 'changed';
      return (await stage.doubt?.(last, input, context)) ?? 'fresh';
    },
    foresee: async ({ project }, context) => {
      if (project !== undefined) await stage.foresee?.(project, context);
    },
    run: async (known, record, context, anew) => {
      await record.begin(name);
      const { clock } = context.ports;
      const started = clock.now();
      const last: Artefacts[Name] | undefined = record.artefacts[name];
      const made = await retryIfChanged(() => stage.run(demand(known), anew ? undefined : last, context));
      const artefact = last === undefined ? made : (stage.carry?.(made, last) ?? made);
      await record.saveArtefact(name, artefact, clock.now() - started);
      return { ...known, [name]: artefact };
    },
    take: (known, record) => ({ [name]: record.artefacts[name], ...known }),
    summary: (known) => describe(known, (artefact) => stage.summary(artefact)),
    standing: (known) => describe(known, (artefact) => (stage.standing ?? stage.summary)(artefact)),
  };
}

function pick<Needs extends StageName>(
  known: Known,
  needs: readonly Needs[],
): Pick<Artefacts, Needs> | undefined {
  if (needs.some((name) => known[name] === undefined)) return undefined;
  // Every needed member is there, which the type system cannot follow through the loop.
  return known as unknown as Pick<Artefacts, Needs>;
}
