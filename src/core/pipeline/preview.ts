import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { defined } from '../../base/defined.ts';
import { isUserError } from '../../base/errors.ts';
import type { Project } from '../artefacts.ts';
import { warningsOf } from '../project/project-stage.ts';
import type { StageName } from '../stages.ts';
import { foreseeUpload } from '../upload/plan.ts';
import type { Known, StagePlan } from './bound-stage.ts';
import { knownCheckoutOf } from './checkouts.ts';
import { labelledEngine } from './leftovers.ts';
import { judgeStage, type Trial } from './judge.ts';
import { readingFiles, readProjectHere } from './read-project.ts';
import { RECORD_FOLDER, recordOf } from './record.ts';
import { openStage } from './reporter.ts';
import { isForced, planOf, type RunRequest, withAccount } from './run.ts';
import { demandOn, stagesUntil } from './stage-table.ts';

/** Without a sign-in there is no account to be named; a run says what to do about that. */
function unlessSignedIn(plan: StagePlan): (error: unknown) => StagePlan {
  return (error) => {
    if (isUserError(error, 'not-signed-in')) return plan;
    throw error;
  };
}

/** What a run would do with one stage. */
export interface StagePreview {
  readonly stage: StageName;
  /** `later`: it depends on what an earlier stage will give. */
  readonly state: 'fresh' | 'would-run' | 'later';
  readonly text: string;
  /** What it is expected to send, by what was sent last, where the stages before are still to be done. */
  readonly foreseen?: string;
  /** How long it took when it last did its work, where it would do it again. */
  readonly lastMilliseconds?: number;
  /** Of what it would do, by which a person's agreement to it is known again. */
  readonly fingerprint?: string;
  /** What was seen that may not do on Kaggle. */
  readonly warnings?: readonly string[];
}

/** What a run would do, without doing any of it: what `--dry-run` prints and the panel shows before asking. */
export async function previewRun({
  progress,
  ...request
}: Omit<RunRequest, 'onEvent' | 'confirm'> & {
  /** Hears how far the project is read. */
  readonly progress?: ((text: string) => void) | undefined;
}): Promise<StagePreview[]> {
  const { folder, ports, signal, overrides, record: open = recordOf(folder) } = request;
  const project = await readProjectHere(
    folder,
    { ports, signal, record: open },
    { overrides, mayAsk: true, onFiles: (...read) => progress?.(readingFiles(...read)) },
  );
  const warnings = warningsOf(project).map(({ message }) => message);
  if (request.fresh !== undefined) demandOn(project, request.fresh);
  const record = await open();
  const checkout = await knownCheckoutOf(ports, project.root);
  const around = {
    ports: labelledEngine(ports, checkout, project),
    signal,
    folder: join(project.root, RECORD_FOLDER),
    record,
    project,
    checkout,
    isPreview: true,
    onEvent: () => undefined,
  };
  const trial: Trial = {
    record,
    stages: stagesUntil(project, request.until),
    isForced: (name) => isForced(name, request),
    contextOf: (name) => openStage(name, around).context,
  };
  const previews: StagePreview[] = [];
  let known: Known = { project };
  for (const stage of trial.stages) {
    if (stage.plan(known, record) === undefined) {
      const foreseen = stage.name === 'upload' ? foreseeUpload(project, record.artefacts) : undefined;
      const text = foreseen ?? laterText(stage.name, project);
      const lastMilliseconds = record.timeOf(stage.name);
      previews.push({ stage: stage.name, state: 'later', text, ...defined({ foreseen, lastMilliseconds }) });
      continue;
    }
    const verdict = await judgeStage(stage, known, trial);
    if (verdict === 'fresh' || verdict === 'spare') {
      known = stage.take(known, record);
      previews.push({ stage: stage.name, state: 'fresh', text: stage.standing(known) });
    } else {
      const plan = planOf(stage, known, record, verdict);
      const named = await withAccount(plan, stage.name, { ports, signal }).catch(unlessSignedIn(plan));
      const lastMilliseconds = record.timeOf(stage.name);
      previews.push({ stage: stage.name, state: 'would-run', ...named, ...defined({ lastMilliseconds }) });
    }
  }
  const [first, ...others] = record.wasUnreadable ? withNotice(previews) : previews;
  if (first === undefined) return [];
  return [{ ...first, ...(warnings.length > 0 && { warnings }) }, ...others];
}

/** What takes minutes is said although it is not known yet whether it has to be. */
function laterText(stage: StageName, { packMode = 'depot' }: Project): string {
  return stage === 'pack' && packMode !== 'depot'
    ? l10n.t('depends on the stages before; compiling takes minutes, where what is compiled changed')
    : l10n.t('depends on the stages before');
}

/** Said with the first stage, which would run, as all would. */
function withNotice([first, ...others]: readonly StagePreview[]): StagePreview[] {
  if (first === undefined) return [];
  const notice = l10n.t('the record of earlier runs cannot be read, so nothing of them is known');
  return [{ ...first, text: `${first.text}; ${notice}` }, ...others];
}
