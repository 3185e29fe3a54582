import type { Credentials } from './credentials.ts';
import { parseSignIn, type SignInPlace, signInText } from './oauth/stored-sign-in.ts';
import { Secret } from './secret.ts';

/** What the person gave to a program that keeps it itself. `text` is a sign-in by the browser (see `signInText`). */
export type GivenCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly username: string; readonly key: string }
  | { readonly kind: 'sign-in'; readonly text: string };

/** A program's own place for credentials, such as the secret storage of an editor. */
export interface CredentialKeeper {
  /** What messages call it. */
  readonly name: string;
  read(): Promise<GivenCredentials | undefined>;
  /** In place of what is kept. */
  keep(given: GivenCredentials): Promise<void>;
  forget(): Promise<void>;
}

/** @throws UserError `not-signed-in` for what cannot be a credential. */
export function credentialsOf(given: GivenCredentials, keeper: CredentialKeeper): Credentials {
  const source = keeper.name;
  switch (given.kind) {
    case 'token':
      return { kind: 'token', token: Secret.of(given.token, source), source };
    case 'key':
      return { kind: 'key', username: given.username, key: Secret.of(given.key, source), source };
    case 'sign-in':
      return { kind: 'oauth', signIn: parseSignIn(given.text, source), source, place: signInPlace(keeper) };
  }
}

/** The keeper as a place for a sign-in by the browser. */
export function signInPlace(keeper: CredentialKeeper): SignInPlace {
  return {
    name: keeper.name,
    read: async () => {
      const given = await keeper.read();
      return given?.kind === 'sign-in' ? parseSignIn(given.text, keeper.name) : undefined;
    },
    write: (signIn) => keeper.keep({ kind: 'sign-in', text: signInText(signIn) }),
    remove: () => keeper.forget(),
  };
}
