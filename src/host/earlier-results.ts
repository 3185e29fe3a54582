import { STAGE_NAMES } from '../core/stages.ts';
import type { EditorCore } from './core.ts';
import type { SessionEvent } from './run-view.ts';

type RecordRead = Extract<SessionEvent, { kind: 'record-read' }>;

/** What the run record of the project says of earlier runs; reads one file, and asks nobody whether it still stands. */
export async function readEarlierResults(folder: string, core: EditorCore): Promise<RecordRead> {
  const [{ STAGE_TABLE }, { projectSummary }] = await Promise.all([
    import('../core/pipeline/stage-table.ts'),
    import('../core/pipeline/run.ts'),
  ]);
  const { artefacts } = await (await core.project(folder)).record();
  const lines = STAGE_TABLE.map((stage) => [stage.name, stage.summary(artefacts)] as const);
  const project = artefacts.project === undefined ? '' : projectSummary(artefacts.project);
  const summaries = new Map<string, string>([['project', project], ...lines]);
  const present = STAGE_NAMES.filter((name) => (summaries.get(name) ?? '') !== '');
  return {
    kind: 'record-read',
    summaries: Object.fromEntries(present.map((name) => [name, summaries.get(name)])),
    submission: artefacts.submit,
  };
}
