import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { together } from '../../base/abort.ts';
import { sha256 } from '../../base/hash.ts';
import { Turns } from '../../base/turns.ts';
import { TransferMeter } from '../../base/transfer-meter.ts';
import type { BlobSource, UploadedBlob } from '../../kaggle/client.ts';
import { type DatasetPlan, MARKER_FILE } from '../contract/datasets.ts';
import type { StageContext } from '../stage.ts';
import type { Store } from './store.ts';

/** So many files are on their way at once, of all datasets together: enough to fill a line, few enough for its store. */
const FILES_AT_ONCE = 4;

/** Sends the files of several datasets, several at a time, and tells how far all of them are. */
export class Transfer {
  readonly #turns = new Turns(FILES_AT_ONCE);
  readonly #meter: TransferMeter;
  readonly #total: number;
  /** Of each file: how much of it is there, and how much crossed the line now. */
  readonly #files = new Map<string, { there: number; crossed: number }>();
  readonly #underWay = new Set<string>();

  constructor(plans: readonly DatasetPlan[], { ports }: StageContext) {
    this.#meter = new TransferMeter(() => ports.clock.now());
    this.#total = plans.reduce((sum, plan) => sum + bytesOf(plan), 0);
  }

  /** Sends the files of a dataset with its marker; gives what a version of it takes, in the same order. */
  async send(store: Store, plan: DatasetPlan, context: StageContext): Promise<UploadedBlob[]> {
    const sent: UploadedBlob[] = [];
    const files = [...plan.files, await markerFile(plan, context)];
    const works = files.map(
      (file, index) => (signal: AbortSignal) =>
        this.#turns.take(async () => {
          signal.throwIfAborted();
          const token = await this.#sendFile(store, plan, file, { ...context, signal });
          sent[index] = { name: file.name, token };
        }),
    );
    await together(context.signal, works);
    return sent;
  }

  async #sendFile(store: Store, plan: DatasetPlan, file: BlobSource, context: StageContext): Promise<string> {
    const label = `${plan.slug}: ${file.name}`;
    this.#underWay.add(label);
    try {
      const onBytes = (there: number, crossed: number): void => {
        this.#files.set(label, { there, crossed });
        this.#tell(label, context);
      };
      return await store.upload(file, onBytes, context.signal);
    } finally {
      this.#underWay.delete(label);
    }
  }

  #tell(label: string, context: StageContext): void {
    const facts = [...this.#files.values()];
    const there = facts.reduce((sum, file) => sum + file.there, 0);
    this.#meter.note(facts.reduce((sum, file) => sum + file.crossed, 0));
    const others = this.#underWay.size - 1;
    const pace = this.#meter.text(this.#total - there);
    const text = [
      others > 0 ? l10n.t('Uploading {0} and {1} more', label, others) : l10n.t('Uploading {0}', label),
      ...(pace === '' ? [] : [pace]),
    ].join(', ');
    context.progress(text, there, this.#total);
  }
}

/** All bytes of a dataset, its marker included. */
export function bytesOf(plan: DatasetPlan): number {
  return plan.files.reduce((sum, file) => sum + file.bytes, Buffer.byteLength(plan.marker));
}

async function markerFile(plan: DatasetPlan, context: StageContext): Promise<BlobSource> {
  const path = join(context.folder, 'bundle', `${plan.slug}.${MARKER_FILE}`);
  await context.files.write(path, plan.marker);
  return { name: MARKER_FILE, path, bytes: Buffer.byteLength(plan.marker), sha256: sha256(plan.marker) };
}
