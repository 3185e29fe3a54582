import { join } from 'node:path';
import { isUserError } from '../../base/errors.ts';
import type { StageName } from '../stages.ts';
import type { Known } from './bound-stage.ts';
import { knownCheckoutOf } from './checkouts.ts';
import { labelledEngine } from './leftovers.ts';
import { judgeStage, type Trial } from './judge.ts';
import { readProjectHere } from './read-project.ts';
import { RECORD_FOLDER, RunRecord } from './record.ts';
import { openStage } from './reporter.ts';
import { isForced, projectSummary, type RunRequest, stagesUntil, withAccount } from './run.ts';

/** Without a sign-in there is no account to be named; a run says what to do about that. */
function unlessSignedIn(plan: string): (error: unknown) => string {
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
}

/** What a run would do, without doing any of it: what `--dry-run` prints and the panel shows before asking. */
export async function previewRun(request: Omit<RunRequest, 'onEvent' | 'confirm'>): Promise<StagePreview[]> {
  const { folder, ports, signal, overrides, fresh } = request;
  const project = await readProjectHere(folder, { ports, signal }, { overrides });
  const recordFolder = join(project.root, RECORD_FOLDER);
  const record = await RunRecord.open(recordFolder);
  const unchanged = record.artefacts.project?.fingerprint === project.fingerprint;
  const previews: StagePreview[] = [
    { stage: 'project', state: unchanged ? 'fresh' : 'would-run', text: projectSummary(project) },
  ];
  const checkout = await knownCheckoutOf(ports, project.root);
  const around = {
    ports: labelledEngine(ports, checkout, project),
    signal,
    folder: recordFolder,
    record,
    project,
    checkout,
    isPreview: true,
    onEvent: () => undefined,
  };
  const trial: Trial = {
    record,
    stages: stagesUntil(request.until),
    isForced: (name) => isForced(name, fresh),
    contextOf: (name) => openStage(name, around).context,
  };
  let known: Known = { project };
  for (const stage of trial.stages) {
    if (stage.plan(known, record) === undefined) {
      previews.push({ stage: stage.name, state: 'later', text: 'depends on the stages before' });
      continue;
    }
    const verdict = await judgeStage(stage, known, trial);
    if (verdict === 'fresh' || verdict === 'spare') {
      known = stage.take(known, record);
      previews.push({ stage: stage.name, state: 'fresh', text: stage.standing(known) });
    } else {
      const plan = stage.plan(known, record, verdict) ?? '';
      const text = await withAccount(plan, stage.name, { ports, signal }).catch(unlessSignedIn(plan));
      previews.push({ stage: stage.name, state: 'would-run', text });
    }
  }
  return previews;
}
