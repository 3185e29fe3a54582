import * as z from 'zod/mini';
import { isUserError } from '../base/errors.ts';
import { readTextIfPresent, writeOwn } from '../base/files.ts';
import { readJson } from '../base/json.ts';
import {
  type Channel,
  DATABASE_NUMBER_PATH,
  databasePath,
  ltsOf,
  newestOf,
  parseChannel,
} from './channel.ts';
import { channelUnknown, downloadFailed, ltsUnknown } from './download-errors.ts';
import { type HttpPorts, isMissing } from './http.ts';
import { fetchText, fetchVersions, keptFile } from './versions-list.ts';

/** What a channel stood for, and when that was asked (milliseconds since 1970). */
const keptSchema = z.record(z.string(), z.object({ version: z.string(), askedMs: z.number() }));
type Kept = z.infer<typeof keptSchema>;

/** For so long the answer of an earlier call serves without a request. */
const BELIEVED_MS = 24 * 60 * 60 * 1000;

export interface ResolveOptions {
  /** Ask anew, whatever is known; without a network what is known serves still. */
  readonly renew?: boolean;
}

/**
 * The exact version that a channel stands for now. The answer is kept on disk: it serves for a day, and beyond that
 * for as long as the server cannot be reached.
 * @throws UserError `julia-version-unknown` for no channel or one without a version, `julia-download-failed`;
 * CancelledError.
 */
export async function resolveChannel(
  text: string,
  { renew = false }: ResolveOptions,
  server: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<string> {
  const channel = parseChannel(text);
  if (channel === undefined) throw channelUnknown(text, server);
  if (channel.kind === 'exact') return channel.version;
  const file = keptFile('channels', server, ports.folder);
  const kept = await readKept(file);
  const known = Object.hasOwn(kept, text) ? kept[text] : undefined;
  const askedMs = ports.clock.now();
  if (known !== undefined && !renew && askedMs - known.askedMs < BELIEVED_MS) return known.version;
  try {
    const version = await ask(text, channel, server, ports, signal);
    await writeOwn(file, `${JSON.stringify({ ...kept, [text]: { version, askedMs } })}\n`);
    return version;
  } catch (error) {
    if (known === undefined || !isUserError(error, 'julia-download-failed')) throw error;
    ports.logger.warn(`${error.title} Julia "${text}" stays ${known.version}.`);
    return known.version;
  }
}

async function ask(
  text: string,
  channel: Exclude<Channel, { kind: 'exact' }>,
  server: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<string> {
  const version =
    channel.kind === 'lts'
      ? await askLts(server, ports, signal)
      : newestOf(await fetchVersions(server, ports, signal), channel);
  if (version !== undefined) return version;
  throw channel.kind === 'lts' ? ltsUnknown(server) : channelUnknown(text, server);
}

/** versions.json does not know it: juliaup's database does (julia-facts section 1). */
async function askLts(server: string, ports: HttpPorts, signal: AbortSignal): Promise<string | undefined> {
  const number = await askFile(`${server}/${DATABASE_NUMBER_PATH}`, ports, signal);
  const path = databasePath(number ?? '');
  return path === undefined ? undefined : ltsOf((await askFile(`${server}/${path}`, ports, signal)) ?? '');
}

/** Undefined when it is not there: a mirror has the binaries and often nothing of juliaup, and has another remedy. */
async function askFile(url: string, ports: HttpPorts, signal: AbortSignal): Promise<string | undefined> {
  const text = await fetchText(url, ports, signal);
  if (text.ok) return text.value;
  if (isMissing(text)) return undefined;
  throw downloadFailed(url, text.failure, ports.folder);
}

async function readKept(file: string): Promise<Kept> {
  return readJson(keptSchema, await readTextIfPresent(file)) ?? {};
}
