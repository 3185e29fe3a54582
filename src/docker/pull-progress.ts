import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { LineSplitter } from '../base/lines.ts';
import type { PullLayer, PullProgress } from './engine.ts';
import { EngineStreamError } from './translate-error.ts';

const pullLine = z.object({
  status: z.optional(z.string()),
  id: z.optional(z.string()),
  progressDetail: z.nullish(z.object({ current: z.optional(z.number()), total: z.optional(z.number()) })),
  error: z.optional(z.string()),
  errorDetail: z.nullish(z.object({ message: z.optional(z.string()) })),
});
type PullLine = z.infer<typeof pullLine>;

type Layer = { -readonly [Key in keyof PullLayer]: PullLayer[Key] };

/** Words of the engine about one layer, and what they mean (docker-julia section 5, "pull"). */
const PHASES: Readonly<Record<string, Layer['phase']>> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'downloaded',
  'Download complete': 'downloaded',
  Extracting: 'extracting',
  'Pull complete': 'ready',
  'Already exists': 'ready',
};

/**
 * Reads the engine's account of a pull: JSON values, one a line, in chunks cut anywhere. An error comes as a line after
 * status 200, and a stream that merely ends says nothing (docker-julia section 5): success is what `isConfirmed` or
 * `lastCompletedId` prove, not the end.
 */
export class PullReader {
  readonly #layers = new Map<string, Layer>();
  readonly #lines = new LineSplitter((line) => this.#takeLine(line));
  #confirmed = false;
  #lastCompletedId = '';

  constructor(private readonly onProgress: (progress: PullProgress) => void) {}

  /** @throws EngineStreamError at an error line, and at a line that is no JSON. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** Call it after the last chunk. @throws as `push` does. */
  end(): void {
    this.#lines.end();
  }

  /** Docker's closing line `Status: …` was seen. */
  get isConfirmed(): boolean {
    return this.#confirmed;
  }

  /**
   * The id in the last line `Download complete`. Podman closes a pull with such a line for the image itself (its
   * compat API, pkg/api/handlers/utils/images.go) and sends no `Status:` line; Docker names only layers there.
   */
  get lastCompletedId(): string {
    return this.#lastCompletedId;
  }

  #takeLine(text: string): void {
    if (text.trim() === '') return;
    const line = parseLine(text);
    const error = line.error ?? line.errorDetail?.message;
    if (error !== undefined) throw new EngineStreamError(error);
    const status = line.status ?? '';
    if (status.startsWith('Status:')) this.#confirmed = true;
    this.#lastCompletedId = status === 'Download complete' ? (line.id ?? '') : '';
    this.#takeLayer(line, status);
    this.onProgress(this.#progress(status));
  }

  #takeLayer(line: PullLine, status: string): void {
    const phase = PHASES[status];
    if (phase === undefined || line.id === undefined) return;
    const layer = this.#layers.get(line.id) ?? { id: line.id, doneBytes: 0, totalBytes: 0, phase };
    this.#layers.set(line.id, layer);
    layer.phase = phase;
    if (phase === 'downloading') {
      layer.doneBytes = line.progressDetail?.current ?? layer.doneBytes;
      layer.totalBytes = Math.max(layer.doneBytes, line.progressDetail?.total ?? layer.totalBytes);
    } else if (phase !== 'waiting') {
      layer.doneBytes = layer.totalBytes;
    }
  }

  #progress(status: string): PullProgress {
    const layers = [...this.#layers.values()].map((layer) => ({ ...layer }));
    const sum = (of: (layer: Layer) => number): number =>
      layers.reduce((total, layer) => total + of(layer), 0);
    return {
      doneBytes: sum((layer) => layer.doneBytes),
      totalBytes: sum((layer) => layer.totalBytes),
      text: PHASES[status] === undefined ? status : inWords(layers),
      layers,
    };
  }
}

function parseLine(text: string): PullLine {
  const line = readJson(pullLine, text);
  if (line === undefined)
    throw new EngineStreamError(l10n.t('unreadable answer to a pull: {0}', text.slice(0, 200)));
  return line;
}

function inWords(layers: readonly PullLayer[]): string {
  const ready = layers.filter((layer) => layer.phase === 'ready').length;
  const loading = layers.some((layer) => layer.phase === 'waiting' || layer.phase === 'downloading');
  return loading
    ? l10n.t('downloading, {0} of {1} layers done', ready, layers.length)
    : l10n.t('unpacking, {0} of {1} layers done', ready, layers.length);
}
