import type { Around } from '../around.ts';
import type { Feature } from '../editor/commands.ts';
import { KaggleAuthentication } from './authentication.ts';
import { signIn } from './sign-in.ts';
import { signOut, tellAccount } from './sign-out.ts';

/** The account at Kaggle: in the editor's Accounts menu, and by commands. */
export function beginAccount(around: Around): Feature {
  return {
    disposables: [new KaggleAuthentication(around)],
    commands: [
      { id: 'juliaKaggle.signIn', run: () => signIn(around) },
      { id: 'juliaKaggle.signOut', run: () => signOut(around) },
      { id: 'juliaKaggle.whoAmI', run: () => tellAccount(around) },
    ],
  };
}
