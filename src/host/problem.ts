import { type ErrorCode, isUserError, messageOf } from '../base/errors.ts';
import { known } from './known.ts';
import type { ProblemView } from './run-view.ts';

/** Errors for which signing in is the remedy. */
const NEED_SIGN_IN: readonly ErrorCode[] = ['not-signed-in', 'kaggle-unauthorized'];

/** Pure: what can be shown of anything that was thrown. */
export function problemOf(error: unknown): ProblemView {
  if (!isUserError(error)) return { title: messageOf(error), actions: [], isBug: true };
  const { code, title, detail, actions } = error;
  return {
    title,
    detail,
    actions: actions.map(({ title: text, url, command }) => ({ title: text, ...known({ url, command }) })),
    isBug: false,
    ...(NEED_SIGN_IN.includes(code) ? { needsSignIn: true } : {}),
  };
}
