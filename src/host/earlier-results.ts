import type { EditorCore } from './core.ts';
import type { SessionEvent } from './run-view.ts';

type RecordRead = Extract<SessionEvent, { kind: 'record-read' }>;

/** What the run record of the project says of earlier runs; reads one file, and asks nobody whether it still stands. */
export async function readEarlierResults(folder: string, core: EditorCore): Promise<RecordRead> {
  const { STAGE_TABLE } = await import('../core/pipeline/stage-table.ts');
  const { artefacts } = await (await core.project(folder)).record();
  const lines = STAGE_TABLE.map((stage) => [stage.name, stage.summary(artefacts)] as const);
  return {
    kind: 'record-read',
    summaries: Object.fromEntries(lines.filter(([, line]) => line !== '')),
    submission: artefacts.submit,
  };
}
