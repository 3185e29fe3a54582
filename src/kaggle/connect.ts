import { AccountCalls } from './account.ts';
import { anonymous, type Authorizer, fixedAuthorizer } from './authorization.ts';
import type { KaggleClient } from './client.ts';
import { CompetitionCalls } from './competitions.ts';
import type { Connection } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { DatasetCalls } from './datasets.ts';
import { ModelCalls } from './models.ts';
import { NotebookCalls } from './notebooks.ts';
import { RefreshingAuthorizer } from './oauth/refreshing.ts';
import { signInFile } from './oauth/stored-sign-in.ts';
import { Site } from './site.ts';
import { SubmissionCalls } from './submissions.ts';
import { baseOf, transportOf, type WireOptions } from './make-transport.ts';
import type { Transport } from './transport.ts';
import { UploadSessions } from './upload-sessions.ts';
import { GRANULE_BYTES } from './upload-state.ts';

export interface KaggleOptions extends WireOptions {
  readonly credentials: Credentials;
  /** Where there are other credentials, which are not tried while these are there. */
  readonly shadowed?: readonly string[];
  /** What is to be said about the credentials. */
  readonly warnings?: readonly string[];
  /** Web site, where it is not the one that `apiUrl` implies. */
  readonly siteUrl?: string;
  /** Folder for uploads that outlive the program; absent: they begin anew. */
  readonly sessionFolder?: string;
  /** Size of the parts of an upload; a multiple of 256 KiB. */
  readonly chunkBytes?: number;
}

/** A whole part is sent before the store answers, so this bounds how slow a line may be. */
const STORAGE_SILENCE_MS = 600_000;
const CHUNK_BYTES = 32 * GRANULE_BYTES;

/**
 * Kaggle over its RPC wire contract. Nothing is sent before the first call.
 * @throws UserError `wrong-usage` for an address to which a credential must not be sent.
 */
export function connectKaggle(options: KaggleOptions): KaggleClient {
  const { credentials, shadowed = [], warnings = [] } = options;
  const apiUrl = baseOf(options.apiUrl);
  const site = new Site(apiUrl, options.siteUrl);
  const pace = { clock: options.clock, random: options.random ?? Math.random };
  const transportWith = (authorizer: Authorizer): Transport =>
    transportOf({ ...options, apiUrl, shadowed }, site, authorizer);
  const refreshing =
    credentials.kind === 'oauth' ? refreshingFor(options, credentials, transportWith) : undefined;
  const transport = transportWith(authorizerOf(credentials, refreshing));
  const account = new AccountCalls({ transport, site, credentials, refreshing, shadowed });
  const connection: Connection = {
    transport,
    site,
    pace,
    logger: options.logger,
    userAgent: options.userAgent,
    storageSilenceMs: options.silenceMs ?? STORAGE_SILENCE_MS,
    chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
    whoAmI: (signal) => account.whoAmI(signal),
    sessions: sessionsOf(options),
  };
  return {
    apiUrl,
    siteUrl: site.url,
    warnings,
    account,
    competitions: new CompetitionCalls(connection),
    datasets: new DatasetCalls(connection),
    models: new ModelCalls(connection),
    notebooks: new NotebookCalls(connection),
    submissions: new SubmissionCalls(connection),
  };
}

/** Access tokens are asked for without a credential. (kaggle-api 0.7) */
function refreshingFor(
  { clock, logger }: KaggleOptions,
  { signIn, source, place = signInFile(source) }: Extract<Credentials, { kind: 'oauth' }>,
  transportWith: (authorizer: Authorizer) => Transport,
): RefreshingAuthorizer {
  const bare = anonymous(source, (text) => authorizer.scrub(text));
  const authorizer = new RefreshingAuthorizer({
    signIn,
    place,
    transport: transportWith(bare),
    clock,
    logger,
  });
  return authorizer;
}

function authorizerOf(credentials: Credentials, refreshing: RefreshingAuthorizer | undefined): Authorizer {
  if (credentials.kind !== 'oauth') return fixedAuthorizer(credentials);
  if (refreshing === undefined) throw new Error('A sign-in without its authorizer.');
  return refreshing;
}

function sessionsOf({ sessionFolder, clock, logger }: KaggleOptions): UploadSessions | undefined {
  return sessionFolder === undefined
    ? undefined
    : new UploadSessions({ folder: sessionFolder, clock, logger });
}
