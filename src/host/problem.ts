import { defined } from '../base/defined.ts';
import { type ErrorCode, isUserError, messageOf } from '../base/errors.ts';
import type { ProblemView } from './run-view.ts';

/** Pure: whether signing in is the remedy of an error with this code. */
export function needsSignIn(code: ErrorCode): boolean {
  return code === 'not-signed-in' || code === 'kaggle-unauthorized';
}

/** Pure: what can be shown of anything that was thrown. */
export function problemOf(error: unknown): ProblemView {
  if (!isUserError(error)) return { title: messageOf(error), actions: [], isBug: true, needsSignIn: false };
  const { code, title, detail, actions } = error;
  return {
    title,
    detail,
    actions: actions.map(({ title: text, url, command }) => ({ title: text, ...defined({ url, command }) })),
    isBug: false,
    needsSignIn: needsSignIn(code),
  };
}
