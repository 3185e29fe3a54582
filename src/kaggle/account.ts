import * as l10n from '@vscode/l10n';
import { UserError, type UserErrorInit } from '../base/errors.ts';
import type * as z from 'zod/mini';
import type { Credentials } from './credentials.ts';
import type { RefreshingAuthorizer } from './oauth/refreshing.ts';
import { datasets, introspection, quota } from './schemas.ts';
import type { Secret } from './secret.ts';
import type { Site } from './site.ts';
import { deadCredential } from './translate-error.ts';
import type { Transport } from './transport.ts';

export interface Account {
  readonly username: string;
  /** Where the credential came from: a path, or the name of a variable. */
  readonly source: string;
}

export interface Quota {
  /** ISO-8601, UTC: when the hours are counted anew; undefined when Kaggle does not say. */
  readonly refreshAt: string | undefined;
  readonly gpu: AcceleratorQuota;
  readonly tpu: AcceleratorQuota;
}

export interface AcceleratorQuota {
  readonly usedSeconds: number;
  /** Held for runs that are going on. */
  readonly reservedSeconds: number;
  readonly allowedSeconds: number;
}

export interface Identification {
  readonly transport: Transport;
  readonly site: Site;
  readonly credentials: Credentials;
  /** For a sign-in by the browser: whose tokens change. */
  readonly refreshing: RefreshingAuthorizer | undefined;
  /** Where there are other credentials, which are not tried. */
  readonly shadowed: readonly string[];
}

/** Who one is, and what one may use. (kaggle-api 0.7, 4.8) */
export class AccountCalls {
  #name: string | undefined;

  constructor(private readonly about: Identification) {}

  /** The signed-in user's name. A key comes with it; for a token Kaggle is asked, once. (kaggle-api 0.7) */
  async whoAmI(signal: AbortSignal): Promise<string> {
    this.#name ??= await this.#ask(signal);
    return this.#name;
  }

  /** Who one is, by which credential, after Kaggle has accepted it: a name that comes with a key proves nothing. */
  async get(signal: AbortSignal): Promise<Account> {
    const { transport, credentials } = this.about;
    // It may have been revoked since Kaggle told whose it is.
    if (credentials.kind === 'token') this.#name = undefined;
    const username = await this.whoAmI(signal);
    if (credentials.kind !== 'token') {
      await transport.call(
        {
          // What answers everybody who is signed in, and little.
          method: 'datasets.DatasetApiService/ListDatasets',
          body: { group: 'DATASET_SELECTION_GROUP_MY', pageSize: 1 },
          answer: datasets,
          about: { thing: l10n.t('your account') },
        },
        signal,
      );
    }
    return { username, source: credentials.source };
  }

  /** This week's hours on accelerators. (kaggle-api 4.8) */
  async quota(signal: AbortSignal): Promise<Quota> {
    const { quotaRefreshTime, gpuQuota, tpuQuota } = await this.about.transport.call(
      {
        method: 'kernels.KernelsApiService/GetAcceleratorQuotaStatistics',
        body: {},
        answer: quota,
        about: { thing: l10n.t('your accelerator quota'), url: this.about.site.settings },
      },
      signal,
    );
    return { refreshAt: quotaRefreshTime, gpu: acceleratorOf(gpuQuota), tpu: acceleratorOf(tpuQuota) };
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { credentials, refreshing } = this.about;
    switch (credentials.kind) {
      case 'key':
        return credentials.username;
      case 'token':
        return this.#introspect(credentials.token, signal);
      case 'oauth': {
        if (refreshing === undefined) throw new Error('A sign-in without its authorizer.');
        return refreshing.username ?? this.#introspect(await refreshing.accessToken(signal), signal);
      }
    }
  }

  async #introspect(token: Secret, signal: AbortSignal): Promise<string> {
    const dead = (detail?: string): UserErrorInit => deadToken(this.about, detail);
    const { active, username } = await this.about.transport.call(
      {
        method: 'security.OAuthService/IntrospectToken',
        body: { token: token.reveal() },
        answer: introspection,
        about: { thing: l10n.t('the API token'), explain: { 400: dead, 401: dead, 403: dead, 404: dead } },
      },
      signal,
    );
    if (!active || username === undefined) throw new UserError(dead());
    return username;
  }
}

function acceleratorOf(wire: z.infer<typeof quota>['gpuQuota']): AcceleratorQuota {
  return {
    usedSeconds: wire.timeUsed,
    reservedSeconds: wire.timeReserved,
    allowedSeconds: wire.totalTimeAllowed,
  };
}

function deadToken({ credentials, shadowed, site }: Identification, detail?: string): UserErrorInit {
  const { source } = credentials;
  return deadCredential(
    l10n.t('Kaggle does not know the token from {0}: it has expired or was revoked.', source),
    detail,
    { credentialSource: source, shadowed, settingsUrl: site.settings },
  );
}
