import * as l10n from '@vscode/l10n';
import { join } from 'node:path';
import { readTextIfPresent, writeOwn } from '../base/files.ts';
import { sha256 } from '../base/hash.ts';
import type { HttpFailure } from '../base/http.ts';
import type { Attempt } from '../base/retry.ts';
import { downloadFailed } from './download-errors.ts';
import { get, type HttpPorts, retrying } from './http.ts';
import { parseIndex, type VersionsIndex } from './versions-index.ts';

/** The path of a file kept for one server: each has its own list, for its URLs differ. */
export function keptFile(kind: string, server: string, folder: string): string {
  return join(folder, `${kind}-${sha256(server).slice(0, 8)}.json`);
}

/** The list of versions that an earlier call left on disk; empty when there is none. */
export async function keptVersions(server: string, folder: string): Promise<VersionsIndex> {
  return parseIndex((await readTextIfPresent(keptFile('versions', server, folder))) ?? '{}') ?? {};
}

/**
 * The server's list of versions, which is kept for the next time.
 * @throws UserError `julia-download-failed`, `disk-full`; CancelledError.
 */
export async function fetchVersions(
  server: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<VersionsIndex> {
  const url = `${server}/bin/versions.json`;
  const text = await fetchText(url, ports, signal);
  if (!text.ok) throw downloadFailed(url, text.failure, ports.folder);
  const index = parseIndex(text.value);
  if (index === undefined) {
    const failure = { kind: 'unreadable', text: l10n.t('the answer is not a list of versions') } as const;
    throw downloadFailed(url, failure, ports.folder);
  }
  await writeOwn(keptFile('versions', server, ports.folder), text.value);
  return index;
}

/** A small file of the server as text. @throws CancelledError. */
export async function fetchText(
  url: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<Attempt<string, HttpFailure>> {
  ports.logger.info(`Fetching ${url}`);
  return retrying(url, ports, signal, async () => {
    const answer = await get(url, {}, ports, signal);
    if (!answer.ok) return answer;
    try {
      return await answer.value.text();
    } finally {
      await answer.value.close();
    }
  });
}
