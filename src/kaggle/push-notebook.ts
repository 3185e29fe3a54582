import type * as z from 'zod/mini';
import { UserError, type UserErrorInit } from '../base/errors.ts';
import type { FoundNotebook, NotebookInit, PushedNotebook } from './client.ts';
import type { Connection } from './connection.ts';
import { forKaggle, sameNotebook } from './notebook-source.ts';
import { findOwn } from './own.ts';
import { kernel, savedKernel } from './schemas.ts';
import { type Look, sendOnce } from './send-once.ts';
import { lastSegments } from './site.ts';
import type { About } from './translate-error.ts';

const SERVICE = 'kernels.KernelsApiService';

/** How errors name a notebook. */
export function aboutNotebook({ site }: Connection, owner: string, slug: string): About {
  return { thing: `the notebook ${owner}/${slug}`, url: site.notebook(owner, slug) };
}

/** One's own notebook in its latest version, or undefined when there is none. (kaggle-api 4.6) */
export async function findNotebook(
  connection: Connection,
  owner: string,
  slug: string,
  signal: AbortSignal,
): Promise<FoundNotebook | undefined> {
  const find = async (): Promise<FoundNotebook> => {
    const { metadata, blob } = await connection.transport.call(
      {
        method: `${SERVICE}/GetKernel`,
        body: { userName: owner, kernelSlug: slug },
        answer: kernel,
        about: aboutNotebook(connection, owner, slug),
      },
      signal,
    );
    const { id, currentVersionNumber, dockerImage, isPrivate } = metadata;
    return {
      id: id > 0 ? id : undefined,
      currentVersion: currentVersionNumber,
      source: blob.source,
      dockerImage: dockerImage === '' ? undefined : dockerImage,
      isPrivate: isPrivate ?? undefined,
    };
  };
  return findOwn(connection, owner, find, signal);
}

/** Pushes once: after a lost answer, a newer version with our source is ours. */
export async function pushNotebook(
  connection: Connection,
  init: NotebookInit,
  signal: AbortSignal,
): Promise<PushedNotebook> {
  const { owner, slug } = init;
  const before = (await findNotebook(connection, owner, slug, signal))?.currentVersion ?? 0;
  const look = async (): Promise<Look<PushedNotebook>> => {
    const now = await findNotebook(connection, owner, slug, signal);
    if (now === undefined || now.currentVersion <= before || !sameNotebook(now.source, init.source))
      return 'absent';
    const url = connection.site.notebook(owner, slug);
    return { found: { owner, slug, version: now.currentVersion, url } };
  };
  const send = (): Promise<PushedNotebook> => saveNotebook(connection, init, signal);
  return sendOnce({ what: `the notebook ${owner}/${slug}`, send, look }, connection.pace, signal);
}

async function saveNotebook(
  connection: Connection,
  init: NotebookInit,
  signal: AbortSignal,
): Promise<PushedNotebook> {
  const subject: About = {
    ...aboutNotebook(connection, init.owner, init.slug),
    explain: { 409: (detail) => titleTaken(connection, init, detail) },
  };
  const answer = await connection.transport.call(
    {
      method: `${SERVICE}/SaveKernel`,
      body: notebookBody(init),
      answer: savedKernel,
      about: subject,
      repeat: 'once',
    },
    signal,
  );
  const pushed = pushedNotebook(connection, init, answer);
  refuseDroppedSources(pushed, answer);
  if (pushed.version > 0) return pushed;
  // As good as a lost answer, so the version is looked for.
  throw connection.transport.translate({ kind: 'unreadable', text: 'It names no version.' }, subject);
}

/**
 * What SaveKernel takes. The execution type is left to the server, whose choice is to save and run all; internet is
 * switched off by name, because leaving it out does not. (kaggle-api 4.1)
 */
function notebookBody(init: NotebookInit): object {
  return {
    slug: `${init.owner}/${init.slug}`,
    newTitle: init.title,
    text: forKaggle(init.source),
    // Kaggle runs no Julia notebooks; ours is Python that starts Julia.
    language: 'python',
    kernelType: 'notebook',
    isPrivate: true,
    enableGpu: init.machineShape?.startsWith('Nvidia') ?? false,
    enableTpu: init.machineShape?.startsWith('Tpu') ?? false,
    enableInternet: init.internet ?? false,
    machineShape: init.machineShape,
    competitionDataSources: unlessEmpty(init.competition === '' ? [] : [init.competition]),
    datasetDataSources: unlessEmpty(init.datasets),
    dockerImage: init.dockerImage,
    dockerImagePinningType: init.imagePinning,
    sessionTimeoutSeconds: init.timeoutSeconds,
  };
}

function unlessEmpty(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

/** A new notebook's slug comes from its title, whatever was asked for: the answer's reference counts. (kaggle-api 4.1) */
function pushedNotebook(
  { site }: Connection,
  init: NotebookInit,
  answer: z.infer<typeof savedKernel>,
): PushedNotebook {
  const [owner, slug] = lastSegments(answer.ref, 2) ?? lastSegments(answer.url, 2) ?? [];
  const place = { owner: owner ?? init.owner, slug: slug ?? init.slug };
  const url = answer.url === '' ? site.notebook(place.owner, place.slug) : answer.url;
  return { ...place, version: answer.versionNumber, url };
}

/** Kaggle drops a source it does not take and runs the notebook without it. (kaggle-api 4.1) */
function refuseDroppedSources(pushed: PushedNotebook, answer: z.infer<typeof savedKernel>): void {
  const dropped = [
    ...answer.invalidDatasetSources.map((name) => `dataset ${name}`),
    ...answer.invalidCompetitionSources.map((name) => `competition ${name}`),
    ...answer.invalidKernelSources.map((name) => `notebook ${name}`),
    ...answer.invalidModelSources.map((name) => `model ${name}`),
  ];
  if (dropped.length === 0) return;
  throw new UserError({
    code: 'notebook-invalid-source',
    title: `Kaggle did not attach to the notebook: ${dropped.join(', ')}.`,
    detail: `Version ${pushed.version} of ${pushed.owner}/${pushed.slug} runs without and will fail.`,
    actions: [
      { title: 'Run again in two minutes: a dataset can be attached only when Kaggle has finished with it.' },
      { title: 'Open the notebook on Kaggle, where its run can be stopped', url: pushed.url },
    ],
  });
}

function titleTaken(connection: Connection, init: NotebookInit, detail: string | undefined): UserErrorInit {
  return {
    code: 'kaggle-conflict',
    title: `Another of your notebooks has the title "${init.title}".`,
    detail,
    actions: [
      { title: 'Choose another title under [notebook] in JuliaKaggle.toml, or rename the other notebook.' },
      { title: 'Open your notebooks on Kaggle', url: `${connection.site.url}/${init.owner}/code` },
    ],
  };
}
