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
import { fetchText, fetchVersions, keptFile, keptVersions } from './versions-list.ts';

/** What a channel stood for, and when that was asked (milliseconds since 1970). */
const keptSchema = z.record(z.string(), z.object({ version: z.string(), askedMs: z.number() }));
type Kept = z.infer<typeof keptSchema>;

/** For so long the answer of an earlier call serves without a request. */
const BELIEVED_MS = 24 * 60 * 60 * 1000;

export interface ResolveOptions {
  /** Ask anew, whatever is known; without a network what is known serves still. */
  readonly renew?: boolean;
  /** Where nothing is known and the server cannot be reached, what this version of ours was made with serves. */
  readonly orOwn?: boolean;
}

/**
 * The exact version that a channel stands for now. The answer is kept on disk: it serves for a day, and beyond that
 * for as long as the server cannot be reached.
 * @throws UserError `julia-version-unknown` for no channel or one without a version, `julia-download-failed`;
 * CancelledError.
 */
export async function resolveChannel(
  text: string,
  { renew, orOwn }: ResolveOptions,
  server: string,
  ports: HttpPorts,
  signal: AbortSignal,
): Promise<string> {
  const channel = parseChannel(text);
  if (channel === undefined) throw channelUnknown(text, server);
  if (channel.kind === 'exact') return channel.version;
  const file = keptFile('channels', server, ports.folder);
  const kept = await readKept(file);
  const known = new Map(Object.entries(kept)).get(text);
  const askedMs = ports.clock.now();
  if (known !== undefined && renew !== true && isBelieved(known, askedMs)) return known.version;
  try {
    const version = await ask(text, channel, server, ports, signal);
    await writeOwn(file, `${JSON.stringify({ ...kept, [text]: { version, askedMs } })}\n`);
    return version;
  } catch (error) {
    if (!isUserError(error, 'julia-download-failed')) throw error;
    const version = known?.version ?? (await ownVersion(text, channel, orOwn, server, ports));
    if (version === undefined) throw error;
    ports.logger.warn(`${error.title} Julia "${text}" is taken to be ${version}.`);
    return version;
  }
}

function isBelieved({ askedMs }: Kept[string], now: number): boolean {
  return now - askedMs < BELIEVED_MS;
}

type OpenChannel = Exclude<Channel, { kind: 'exact' }>;

/** What these stood for on 2026-08-17 (julia-facts section 1). Only where nobody can be asked, and it is said. */
const OWN: Readonly<Record<string, string>> = { lts: '1.10.12', release: '1.12.7' };

/** The newest by the list that was fetched last, or at the time of this version; undefined where that is not wanted. */
async function ownVersion(
  text: string,
  channel: OpenChannel,
  isWanted: boolean | undefined,
  server: string,
  { folder }: HttpPorts,
): Promise<string | undefined> {
  if (isWanted !== true) return undefined;
  const newest = channel.kind === 'lts' ? undefined : newestOf(await keptVersions(server, folder), channel);
  return newest ?? (Object.hasOwn(OWN, text) ? OWN[text] : undefined);
}

async function ask(
  text: string,
  channel: OpenChannel,
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
