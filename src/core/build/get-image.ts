import * as l10n from '@vscode/l10n';
import { formatBytes } from '../../base/format.ts';
import { TransferMeter } from '../../base/transfer-meter.ts';
import { UserError } from '../../base/errors.ts';
import { engineDisk } from '../../docker/disk.ts';
import type { Engine, ImageInfo, PullLayer, PullProgress } from '../../docker/engine.ts';
import { KAGGLE_ARCHITECTURE, KAGGLE_PLATFORM } from '../../docker/platform.ts';
import { noSpaceFor, SKIP_DISK_CHECK } from '../contract/image/kaggle-image.ts';
import type { WorkContext } from '../stage.ts';

/**
 * The image, pulled when the engine does not have it, onto a disk that has room for it.
 * @throws UserError `disk-full` beforehand when it cannot fit, `image-missing`, errors of the engine; CancelledError.
 */
export async function getImage(engine: Engine, name: string, context: WorkContext): Promise<ImageInfo> {
  const found = await engine.image.find(name);
  if (found !== undefined) {
    if ((found.architecture ?? KAGGLE_ARCHITECTURE) === KAGGLE_ARCHITECTURE) return found;
    throw ofAnotherArchitecture(found);
  }
  await checkSpace(engine, name, context);
  const reporter = new PullReporter(name, context);
  const image = await engine.image.pull(name, (progress) => reporter.take(progress));
  context.log('note', `Pulled ${name}: ${image.digest ?? image.id}, ${formatBytes(image.bytes)}`);
  return image;
}

/** On Apple silicon an image that was pulled or built without being asked for a platform is one for ARM. */
function ofAnotherArchitecture({ name, architecture = '' }: ImageInfo): UserError {
  return new UserError({
    code: 'image-missing',
    title: l10n.t(
      "The image {0} is one for {1}; Kaggle's machines are {2}, and so is Julia there.",
      name,
      architecture,
      KAGGLE_ARCHITECTURE,
    ),
    actions: [
      { title: l10n.t('Get the other: docker pull --platform {0} {1}', KAGGLE_PLATFORM, name) },
      { title: l10n.t('If you built it yourself: docker build --platform {0} …', KAGGLE_PLATFORM) },
    ],
  });
}

async function checkSpace(engine: Engine, name: string, context: WorkContext): Promise<void> {
  if (context.ports.environment[SKIP_DISK_CHECK] === 'off') return;
  const disk = await engineDisk(engine, undefined);
  const error = noSpaceFor(name, disk);
  if (error !== undefined) throw error;
}

/** A person reads no faster; the engine reports each layer several times a second. */
const TEXT_EVERY_MS = 500;
const LAYERS_IN_TEXT = 3;

/** Turns what the engine says of its layers into progress, and into a line of log for each layer that is there. */
class PullReporter {
  readonly #meter: TransferMeter;
  readonly #now: () => number;
  readonly #logged = new Set<string>();
  #text = '';
  #textAt = -Infinity;

  constructor(
    private readonly name: string,
    private readonly context: WorkContext,
  ) {
    const { clock } = context.ports;
    this.#now = () => clock.now();
    this.#meter = new TransferMeter(this.#now);
  }

  take(progress: PullProgress): void {
    const { doneBytes, totalBytes } = progress;
    this.#meter.note(doneBytes);
    this.#logReady(progress.layers);
    if (this.#text === '' || this.#now() - this.#textAt >= TEXT_EVERY_MS) {
      this.#textAt = this.#now();
      const pace = doneBytes < totalBytes ? this.#meter.text(totalBytes - doneBytes) : '';
      this.#text = [progress.text, ...layersInWords(progress.layers), ...(pace === '' ? [] : [pace])].join(
        ', ',
      );
    }
    this.context.progress(l10n.t('Pulling {0}: {1}', this.name, this.#text), doneBytes, totalBytes);
  }

  #logReady(layers: readonly PullLayer[]): void {
    for (const { id, phase, totalBytes } of layers) {
      if (phase !== 'ready' || this.#logged.has(id)) continue;
      this.#logged.add(id);
      const size = totalBytes === 0 ? 'was there already' : `${formatBytes(totalBytes)}, done`;
      this.context.log('note', `layer ${id}: ${size}`);
    }
  }
}

/** Pure: the layers that are on their way, `a1b2c3d4e5f6 45%`; some of them, since Kaggle's images have dozens. */
export function layersInWords(layers: readonly PullLayer[]): string[] {
  const active = layers.filter(({ phase, totalBytes }) => phase === 'downloading' && totalBytes > 0);
  const words = active
    .slice(0, LAYERS_IN_TEXT)
    .map(({ id, doneBytes, totalBytes }) => `${id} ${Math.floor((100 * doneBytes) / totalBytes)}%`);
  return active.length > LAYERS_IN_TEXT
    ? [...words, l10n.t('{0} more', active.length - LAYERS_IN_TEXT)]
    : words;
}
