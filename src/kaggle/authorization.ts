import type { Credentials } from './credentials.ts';

/** What makes a request one of the person's. */
export interface Authorizer {
  /** Where the credential came from, for messages. */
  readonly source: string;
  /** The Authorization header's value, or undefined for none. (kaggle-api 0.3) */
  header(signal: AbortSignal): Promise<string | undefined>;
  /**
   * After Kaggle refused a value with 401: whether there is another now, so that a second try is worth it.
   * @param refused what `header` gave before the try.
   * @throws UserError `kaggle-unauthorized` when it is certain that there will be none.
   */
  renew(refused: string | undefined, signal: AbortSignal): Promise<boolean>;
  /** A foreign text without the credential, should the server repeat it. */
  scrub(text: string): string;
}

/** For calls that take no credential. `scrub` takes out what the caller sends as a secret in the body. */
export function anonymous(source: string, scrub: (text: string) => string = (text) => text): Authorizer {
  return { source, header: () => Promise.resolve(undefined), renew: () => Promise.resolve(false), scrub };
}

/** A token or key, which stays what it is. */
export function fixedAuthorizer(credentials: Exclude<Credentials, { kind: 'oauth' }>): Authorizer {
  return {
    source: credentials.source,
    header: () => Promise.resolve(headerOf(credentials)),
    renew: () => Promise.resolve(false),
    scrub: (text) => scrub(text, credentials),
  };
}

function headerOf(credentials: Exclude<Credentials, { kind: 'oauth' }>): string {
  switch (credentials.kind) {
    case 'token':
      return `Bearer ${credentials.token.reveal()}`;
    case 'key':
      return `Basic ${basicOf(credentials.username, credentials.key.reveal())}`;
  }
}

function scrub(text: string, credentials: Exclude<Credentials, { kind: 'oauth' }>): string {
  switch (credentials.kind) {
    case 'token':
      return credentials.token.scrub(text);
    case 'key':
      return credentials.key
        .scrub(text)
        .replaceAll(basicOf(credentials.username, credentials.key.reveal()), '[secret]');
  }
}

function basicOf(username: string, key: string): string {
  return Buffer.from(`${username}:${key}`, 'utf8').toString('base64');
}
