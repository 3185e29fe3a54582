import * as l10n from '@vscode/l10n';
import { type Clock, throwIfAborted } from '../../base/abort.ts';
import { isCancelled, isUserError, messageOf, UserError, type UserErrorInit } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { Authorizer } from '../authorization.ts';
import { generatedToken } from '../schemas.ts';
import { Secret } from '../secret.ts';
import type { Transport } from '../transport.ts';
import type { SignInPlace, StoredSignIn } from './stored-sign-in.ts';

/** How long a new access token is to live: half a day, as for the official client. (kaggle-api 0.7) */
const LIFE = '43200s';
/** A token that Kaggle refuses though it is this young is not worth another one. */
const YOUNG_MS = 60_000;

export interface RefreshingOptions {
  readonly signIn: StoredSignIn;
  /** Where it came from, and where a new access token is written. */
  readonly place: SignInPlace;
  /** Sends without a credential. (kaggle-api 0.7) */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A sign-in whose access token is replaced when it is missing or over. The official client waits until it has been
 * over for half an hour (kaggle-api 0.7); here it is replaced at its end, and also when Kaggle refuses it before.
 */
export class RefreshingAuthorizer implements Authorizer {
  readonly #options: RefreshingOptions;
  #signIn: StoredSignIn;
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;
  /** Every token that was ever in use here, for `scrub`. */
  readonly #secrets: Secret[];

  constructor(options: RefreshingOptions) {
    this.#options = options;
    this.#signIn = options.signIn;
    const { refreshToken, accessToken } = options.signIn;
    this.#secrets = accessToken === undefined ? [refreshToken] : [refreshToken, accessToken];
  }

  get source(): string {
    return this.#options.place.name;
  }

  /** The person's name, as far as it is known without asking. */
  get username(): string | undefined {
    return this.#signIn.username;
  }

  async header(signal: AbortSignal): Promise<string> {
    return `Bearer ${(await this.accessToken(signal)).reveal()}`;
  }

  /** One that is not over. @throws UserError `kaggle-unauthorized` when the sign-in is. */
  async accessToken(signal: AbortSignal): Promise<Secret> {
    const { accessToken, expiresAt } = this.#signIn;
    const over = expiresAt === undefined || expiresAt <= this.#options.clock.now();
    if (accessToken !== undefined && !over) return accessToken;
    await this.#refresh(signal);
    const { accessToken: fresh } = this.#signIn;
    if (fresh === undefined) throw new Error('Refreshing left no access token.');
    return fresh;
  }

  async renew(refused: string, signal: AbortSignal): Promise<boolean> {
    // Of calls side by side the first one that is refused renews for all.
    if ((await this.header(signal)) !== refused) return true;
    if (this.#options.clock.now() - this.#refreshedAt < YOUNG_MS) return false;
    await this.#refresh(signal);
    return true;
  }

  scrub(text: string): string {
    return this.#secrets.reduce((clean, secret) => secret.scrub(clean), text);
  }

  /** One at a time, however many calls find the token to be over. */
  async #refresh(signal: AbortSignal): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      this.#refreshing ??= this.#generate(signal).finally(() => {
        this.#refreshing = undefined;
      });
      try {
        await this.#refreshing;
        return;
      } catch (error) {
        // Another call's refresh was cancelled, not ours.
        if (!isCancelled(error) || signal.aborted) throw error;
      }
    }
  }

  async #generate(signal: AbortSignal): Promise<void> {
    const { transport, clock, place } = this.#options;
    const over = (detail?: string): UserErrorInit => signInOver(place.name, detail);
    const { token, expiresIn, userName } = await transport.call(
      {
        method: 'users.AccountService/GenerateAccessToken',
        body: {
          refreshToken: this.#signIn.refreshToken.reveal(),
          apiVersion: 'API_VERSION_V1',
          expirationDuration: LIFE,
        },
        answer: generatedToken,
        about: { thing: l10n.t('the sign-in'), explain: { 400: over, 401: over, 403: over, 404: over } },
      },
      signal,
    );
    if (token === undefined) throw new UserError(over());
    const accessToken = Secret.of(token, l10n.t("Kaggle's answer"));
    this.#secrets.push(accessToken);
    this.#refreshedAt = clock.now();
    const username = userName ?? this.#signIn.username;
    this.#signIn = { ...this.#signIn, accessToken, username, expiresAt: clock.now() + expiresIn * 1000 };
    await this.#save();
  }

  /** The new token serves this run even where it cannot be kept for the next. */
  async #save(): Promise<void> {
    const { place, logger } = this.#options;
    await place.write(this.#signIn).catch((error: unknown) => {
      logger.warn(`${place.name} cannot be written: ${isUserError(error) ? error.title : messageOf(error)}`);
    });
  }
}

/** The person has to sign in again. */
function signInOver(name: string, detail?: string): UserErrorInit {
  return {
    code: 'kaggle-unauthorized',
    title: l10n.t('The sign-in to Kaggle in {0} is over: it has expired or was revoked.', name),
    detail,
    actions: [{ title: l10n.t('Sign in again with `julia-kaggle login`.'), command: 'login' }],
  };
}
