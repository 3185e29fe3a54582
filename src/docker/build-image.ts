import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { LineSplitter } from '../base/lines.ts';
import type { ImageInfo, ImageRecipe } from './engine.ts';
import { ask, type EngineLink } from './engine-link.ts';
import { fetchingRemedies, findImage } from './images.ts';
import { KAGGLE_PLATFORM } from './platform.ts';
import { asReadable, chunksOf } from './streams.ts';
import { tarOfFiles } from './tar-files.ts';
import { type Attempt, EngineStreamError } from './translate-error.ts';

/** A line of the engine's account: words of a step, or an error. Those of a pull have other members. */
const buildLine = z.object({
  stream: z.optional(z.string()),
  error: z.optional(z.string()),
});

/**
 * Makes the image; what the steps print goes to `onLine`. The name is given to it at the very end, so that it never
 * stands for half an image.
 */
export async function buildImage(
  link: EngineLink,
  { name, dockerfile, arguments: values = {} }: ImageRecipe,
  onLine: (line: string) => void,
): Promise<ImageInfo> {
  const attempt: Attempt = {
    failure: l10n.t('The Docker engine could not build the image {0}.', name),
    remedies: fetchingRemedies(),
  };
  const reader = new BuildReader(onLine);
  await ask(link, attempt, async () => {
    const context = tarOfFiles([{ path: 'Dockerfile', from: { text: dockerfile } }]);
    const options = {
      t: name,
      platform: KAGGLE_PLATFORM,
      buildargs: { ...values },
      abortSignal: link.signal,
    };
    const stream = asReadable(await link.docker.buildImage(context, options));
    for await (const chunk of chunksOf(stream, link, attempt)) reader.push(chunk);
    reader.end();
  });
  const image = await findImage(link, name);
  return ask(link, attempt, () =>
    image === undefined
      ? Promise.reject(new EngineStreamError(l10n.t('the build ended before the image was there')))
      : Promise.resolve(image),
  );
}

/** Reads JSON values, one a line, in chunks cut anywhere; an error comes as a line after status 200. */
class BuildReader {
  readonly #lines = new LineSplitter((line) => this.#take(line));
  /** A step's output comes in pieces. */
  readonly #output;

  constructor(onLine: (line: string) => void) {
    this.#output = new LineSplitter((line) => {
      if (line.trim() !== '') onLine(line);
    });
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
    this.#output.end();
  }

  #take(text: string): void {
    if (text.trim() === '') return;
    const { stream, error } = parse(text);
    if (error !== undefined) throw new EngineStreamError(error);
    if (stream !== undefined) this.#output.push(Buffer.from(stream));
  }
}

function parse(text: string): z.infer<typeof buildLine> {
  const line = readJson(buildLine, text);
  if (line === undefined)
    throw new EngineStreamError(l10n.t('unreadable answer to a build: {0}', text.slice(0, 200)));
  return line;
}
