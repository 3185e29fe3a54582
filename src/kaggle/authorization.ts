import type { Credentials } from './credentials.ts';

/** The Authorization header's value. (kaggle-api 0.3) */
export function authorizationOf(credentials: Credentials): string {
  switch (credentials.kind) {
    case 'token':
      return `Bearer ${credentials.token.reveal()}`;
    case 'key':
      return `Basic ${basicOf(credentials.username, credentials.key.reveal())}`;
  }
}

/** A foreign text without the credential, should the server repeat it. */
export function scrub(text: string, credentials: Credentials): string {
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
