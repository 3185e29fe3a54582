import * as l10n from '@vscode/l10n';
import type { Project } from '../../artefacts.ts';
import { ownWords, saidByGateway } from './gateway-result.ts';
import { inWords, readJuliaException, sentence } from './julia-exception.ts';
import { cleanLines } from './julia-log.ts';

/**
 * Pure: why the calls of a function came to no good end: by Julia's exception, else by the last words of the gateway.
 * Undefined for a project that is not called.
 */
export function calledFailure({ run }: Pick<Project, 'run'>, lines: readonly string[]): string | undefined {
  if (run.form !== 'predict') return undefined;
  const clean = cleanLines(lines);
  const exception = readJuliaException(clean);
  const last = clean.findLast((line) => /^\w+(?:\.\w+)*(?:Error|Died|Exception): /.test(line));
  const ofGateway =
    exception === undefined && last !== undefined ? saidByGateway(last, run.target) : undefined;
  if (ofGateway !== undefined) return ofGateway;
  const why = exception === undefined ? last && sentence(ownWords(last)) : inWords(exception);
  return why === undefined ? undefined : l10n.t('{0} failed: {1}', run.target, why);
}
