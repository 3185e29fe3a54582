import * as l10n from '@vscode/l10n';
import type { Clock } from '../base/abort.ts';
import { serverAddress } from '../base/addresses.ts';
import type { Logger } from '../base/logger.ts';
import type { Authorizer } from './authorization.ts';
import type { Site } from './site.ts';
import { Transport } from './transport.ts';

/** How long Kaggle may be silent. */
const KAGGLE_SILENCE_MS = 120_000;

export interface WireOptions {
  /** API base, e.g. `https://api.kaggle.com`. */
  readonly apiUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly userAgent: string;
  /** A number in [0, 1), for the chance part of waits. */
  readonly random?: () => number;
  /** How long a server may be silent, in milliseconds. */
  readonly silenceMs?: number;
}

/**
 * Sends to Kaggle with this credential.
 * @throws UserError `wrong-usage` for an address to which a credential must not be sent.
 */
export function transportOf(
  options: WireOptions & { readonly shadowed?: readonly string[] },
  site: Site,
  authorizer: Authorizer,
): Transport {
  const { fetch, userAgent, clock, random = Math.random, logger } = options;
  return new Transport({
    apiUrl: baseOf(options.apiUrl),
    settingsUrl: site.settings,
    authorizer,
    shadowed: options.shadowed ?? [],
    fetch,
    userAgent,
    pace: { clock, random },
    logger,
    silenceMs: options.silenceMs ?? KAGGLE_SILENCE_MS,
  });
}

/** The API's address without a final slash. @throws UserError `wrong-usage` where no credential must be sent. */
export function baseOf(apiUrl: string): string {
  return serverAddress(apiUrl, l10n.t('{0} is no address that Kaggle credentials are sent to.', apiUrl));
}
