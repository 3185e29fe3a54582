import type { UserError } from './errors.ts';

/** Pure: what an error says below its title, a line each: what is known besides, and what to do. */
export function linesBelow({ detail, actions }: UserError): string[] {
  const remedies = actions.map(
    ({ title, url }) => `  → ${title.replaceAll('\n', '\n    ')}${url === undefined ? '' : ` ${url}`}`,
  );
  const details = detail === undefined ? [] : detail.split('\n').map((line) => `    ${line}`);
  return [...details, ...remedies];
}
