import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { defined } from '../base/defined.ts';
import { type ErrorAction, UserError } from '../base/errors.ts';
import type { ImageInfo, PullProgress } from './engine.ts';
import { ask, type EngineLink } from './engine-link.ts';
import { KAGGLE_PLATFORM } from './platform.ts';
import { PullReader } from './pull-progress.ts';
import { asReadable, chunksOf } from './streams.ts';
import {
  anUnwellEngine,
  type Attempt,
  type EngineAnswer,
  EngineStreamError,
  unlessMissing,
} from './translate-error.ts';

const imageAnswer = z.object({
  Id: z.string(),
  Size: z.number(),
  RepoDigests: z.nullish(z.array(z.string())),
  Created: z.nullish(z.string()),
  Architecture: z.nullish(z.string()),
});

/** The image as the engine has it, or undefined. */
export async function findImage(link: EngineLink, name: string): Promise<ImageInfo | undefined> {
  return ask(
    link,
    { failure: l10n.t('The Docker engine could not look for the image {0}.', name) },
    async () => {
      const answer: unknown = await unlessMissing(link.docker.getImage(name).inspect());
      if (answer === undefined) return undefined;
      const image = imageAnswer.parse(answer);
      return {
        name,
        id: image.Id,
        digest: digestOf(name, image.RepoDigests ?? []),
        bytes: image.Size,
        ...defined({ createdAt: image.Created ?? undefined, architecture: image.Architecture ?? undefined }),
      };
    },
  );
}

/** An image may carry digests of several repositories; the one it was asked for by comes first. */
function digestOf(name: string, digests: readonly string[]): string | undefined {
  const repository = name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0];
}

/** The engine fetches for itself: a registry that it cannot reach is the likeliest reason that it fails. */
export function fetchingRemedies(): readonly [ErrorAction, ...ErrorAction[]] {
  return [
    {
      title: l10n.t(
        "Check the network of the engine's machine; behind a proxy, the engine itself has to be told of it.",
      ),
      url: 'https://docs.docker.com/engine/daemon/proxy/',
    },
    anUnwellEngine(),
  ];
}

/**
 * Pulls an image and gives its facts.
 * @throws UserError by what the registry or the engine answered (`explainPull`).
 */
export async function pullImage(
  link: EngineLink,
  name: string,
  onProgress: (progress: PullProgress) => void,
): Promise<ImageInfo> {
  const attempt: Attempt = {
    failure: l10n.t('The Docker engine could not pull the image {0}.', name),
    explain: (answer) => explainPull(name, answer),
    remedies: fetchingRemedies(),
  };
  const reader = new PullReader(onProgress);
  await ask(link, attempt, async () => {
    const stream = await link.docker.pull(name, { platform: KAGGLE_PLATFORM, abortSignal: link.signal });
    for await (const chunk of chunksOf(asReadable(stream), link, attempt)) reader.push(chunk);
    reader.end();
  });
  const image = await findImage(link, name);
  const proven = reader.isConfirmed || isPulledImage(image, reader.lastCompletedId);
  return ask(link, attempt, () => {
    if (image !== undefined && proven) return Promise.resolve(image);
    return Promise.reject(new EngineStreamError(l10n.t('the pull ended before it was complete')));
  });
}

function isPulledImage(image: ImageInfo | undefined, lastCompletedId: string): boolean {
  return lastCompletedId !== '' && image?.id.replace(/^sha256:/, '').startsWith(lastCompletedId) === true;
}

function explainPull(name: string, answer: EngineAnswer): UserError | undefined {
  // 404: no such manifest or repository; 400: not a name; 401 and 403: the registry wants a login. What a registry says in
  // the briefest form, Docker 20.10 passes on as a failure of its own.
  const isRefused = [400, 401, 403, 404].includes(answer.status ?? 0);
  if (!isRefused && !/^(?:manifest|name) unknown$/.test(answer.message)) return undefined;
  return new UserError({
    code: 'image-missing',
    title: l10n.t('The image {0} cannot be had from its registry.', name),
    detail: answer.message,
    actions: [
      { title: l10n.t('Check its name and tag (`[image]` in JuliaKaggle.toml).') },
      {
        title: l10n.t(
          'If the registry wants a login, pull it once by hand: `docker pull` with the same name.',
        ),
      },
    ],
    cause: answer.cause,
  });
}

/** A container cannot be made because the engine does not have the image. */
export function imageMissing(name: string, answer: EngineAnswer): UserError {
  return new UserError({
    code: 'image-missing',
    title: l10n.t('The Docker engine does not have the image {0}.', name),
    detail: answer.message,
    actions: [{ title: l10n.t('Build again, which pulls it, or pull it by hand: docker pull {0}', name) }],
    cause: answer.cause,
  });
}
