import { isUserError, messageOf } from '../base/errors.ts';
import type { ProblemView } from './run-view.ts';

/** Pure: what can be shown of anything that was thrown. */
export function problemOf(error: unknown): ProblemView {
  if (!isUserError(error)) return { title: messageOf(error), actions: [], isBug: true };
  const { title, detail, actions } = error;
  return {
    title,
    detail,
    actions: actions.map(({ title: text, url }) =>
      url === undefined ? { title: text } : { title: text, url },
    ),
    isBug: false,
  };
}
