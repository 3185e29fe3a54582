import type { EditorCore } from './core.ts';
import { EMPTY_RECORD, type RecordView } from './record-view.ts';
import type { LogChannel } from './log-channel.ts';

interface Around {
  readonly core: EditorCore;
  readonly folder: () => string | undefined;
  readonly log: LogChannel;
  readonly onChange: () => void;
}

/** Holds what the run record says of the current project, once somebody looks. */
export class RecordReader {
  #record = EMPTY_RECORD;
  #isWanted = false;

  constructor(private readonly around: Around) {}

  get record(): RecordView {
    return this.#record;
  }

  /** The record may have changed, or be another one. */
  async read(): Promise<void> {
    this.#isWanted = true;
    const folder = this.around.folder();
    try {
      const record = folder === undefined ? EMPTY_RECORD : await readRecord(folder, this.around.core);
      if (folder !== this.around.folder()) return;
      this.#record = record;
      this.around.onChange();
    } catch (error) {
      // It is a convenience; the next run reads the record itself and says what is wrong with it.
      this.around.log.error(error);
    }
  }

  /** Reads it again if it was looked at. */
  readAgain(): void {
    if (this.#isWanted) void this.read();
  }
}

async function readRecord(folder: string, core: EditorCore): Promise<RecordView> {
  const [{ historyRows }, { comparisonRows }] = await Promise.all([
    import('../core/pipeline/history.ts'),
    import('../core/contract/depot/mode-comparison.ts'),
  ]);
  const { artefacts, history } = await (await core.project(folder)).record();
  const rows = historyRows(history, artefacts.project?.betterScore);
  const here = artefacts.project?.competition;
  const comparison = comparisonRows(artefacts.rehearse?.modes);
  return { artefacts, comparison, history: rows.filter(({ competition = here }) => competition === here) };
}
