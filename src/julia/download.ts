import { PartFile, rangeHeaders, receive } from '../base/download.ts';
import type { HttpFailure } from '../base/http.ts';
import { type Attempt, succeeded } from '../base/retry.ts';
import { downloadFailed, wrongChecksum, wrongSize } from './download-errors.ts';
import { get, type HttpPorts, retrying } from './http.ts';
import type { JuliaRelease } from './versions-index.ts';

export type OnBytes = (done: number, total: number) => void;

/**
 * Downloads the release to `file`, by way of `<file>.part`: a part left by an earlier call is continued. The file has
 * its final name only when its size and sha256 are right.
 * @throws UserError `julia-download-failed`, `checksum-mismatch`, `disk-full`; CancelledError, which keeps the part.
 */
export async function download(
  release: JuliaRelease,
  file: string,
  ports: HttpPorts,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<void> {
  const part = await PartFile.resume(file, 'sha256', signal);
  try {
    // What was left may be of another file than the one that is offered now.
    const hadPart = part.bytes > 0;
    let result = await fetchRest(release, part, ports, onBytes, signal);
    if (hadPart && !isGood(result, release, part)) {
      if (!result.ok && result.failure.kind !== 'size') throw failureOf(result.failure, release, ports);
      ports.logger.warn(`What was left of ${file} does not fit; the file is downloaded again.`);
      await part.restart();
      result = await fetchRest(release, part, ports, onBytes, signal);
    }
    if (!result.ok) {
      if (result.failure.kind === 'size') await part.discard();
      throw failureOf(result.failure, release, ports);
    }
    if (!isGood(result, release, part)) {
      await part.discard();
      throw wrongChecksum(release, part.digest('hex'));
    }
    await part.commit();
  } finally {
    await part.close();
  }
}

function isGood(result: Attempt<undefined, HttpFailure>, { sha256 }: JuliaRelease, part: PartFile): boolean {
  return result.ok && part.digest('hex') === sha256;
}

function failureOf(failure: HttpFailure, release: JuliaRelease, { folder }: HttpPorts): Error {
  return failure.kind === 'size'
    ? wrongSize(release, failure.got)
    : downloadFailed(release.url, failure, folder);
}

/** Brings what the part lacks; a part that is complete costs no request. */
async function fetchRest(
  release: JuliaRelease,
  part: PartFile,
  ports: HttpPorts,
  onBytes: OnBytes,
  signal: AbortSignal,
): Promise<Attempt<undefined, HttpFailure>> {
  const size = { exactly: release.bytes };
  return retrying(release.url, ports, signal, async () => {
    if (part.bytes > release.bytes) await part.restart();
    if (part.bytes === release.bytes) return succeeded(undefined);
    const answer = await get(release.url, rangeHeaders(part), ports, signal);
    if (!answer.ok) return answer;
    try {
      return await receive(answer.value, part, size, (done) => onBytes(done, release.bytes));
    } finally {
      await answer.value.close();
    }
  });
}
