import type { Clock } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { blobCalls } from './blobs.ts';
import type { KaggleClient } from './client.ts';
import { competitionCalls } from './competitions.ts';
import type { Connection } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { datasetCalls } from './datasets.ts';
import { notebookCalls } from './notebooks.ts';
import { Site } from './site.ts';
import { submissionCalls } from './submissions.ts';
import { Transport } from './transport.ts';
import { GRANULE_BYTES } from './upload-state.ts';
import { whoAmI } from './users.ts';

export interface KaggleOptions {
  /** API base, e.g. `https://api.kaggle.com`. */
  readonly apiUrl: string;
  readonly credentials: Credentials;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly userAgent: string;
  /** A number in [0, 1), for the chance part of waits. */
  readonly random?: () => number;
  /** How long Kaggle and its file store may be silent, in milliseconds. */
  readonly silenceMs?: number;
  /** Size of the parts of an upload; a multiple of 256 KiB. */
  readonly chunkBytes?: number;
}

const KAGGLE_SILENCE_MS = 120_000;
/** A whole part is sent before the store answers, so this bounds how slow a line may be. */
const STORAGE_SILENCE_MS = 600_000;
const CHUNK_BYTES = 32 * GRANULE_BYTES;

/**
 * Kaggle over its RPC wire contract. Nothing is sent before the first call.
 * @throws UserError `wrong-usage` for an address to which a credential must not be sent.
 */
export function connectKaggle(options: KaggleOptions): KaggleClient {
  const { credentials, fetch, logger, userAgent } = options;
  const apiUrl = baseOf(options.apiUrl);
  const site = new Site(apiUrl);
  const pace = { clock: options.clock, random: options.random ?? Math.random };
  const silenceMs = options.silenceMs ?? KAGGLE_SILENCE_MS;
  const settingsUrl = site.settings;
  const transport = new Transport({
    apiUrl,
    settingsUrl,
    credentials,
    fetch,
    userAgent,
    pace,
    logger,
    silenceMs,
  });
  const connection: Connection = {
    transport,
    site,
    pace,
    logger,
    userAgent,
    storageSilenceMs: options.silenceMs ?? STORAGE_SILENCE_MS,
    chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
    whoAmI: whoAmI(transport, site, credentials),
  };
  return {
    apiUrl,
    siteUrl: site.url,
    whoAmI: connection.whoAmI,
    ...competitionCalls(connection),
    ...submissionCalls(connection),
    ...datasetCalls(connection),
    ...blobCalls(connection),
    ...notebookCalls(connection),
  };
}

/** The address without a final slash. Without TLS a credential goes to this machine only. */
function baseOf(apiUrl: string): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) {
    return apiUrl.replace(/\/+$/, '');
  }
  throw new UserError({
    code: 'wrong-usage',
    title: `${apiUrl} is no address that Kaggle credentials are sent to.`,
    actions: [
      { title: 'Use an address that begins with https://, or http:// for this machine (localhost).' },
    ],
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
