import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Violation {
  readonly rule: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/**
 * What axe finds wrong with the document of this page or frame, by all rules that it has for WCAG and good practice, or
 * by the named ones.
 */
export async function axeViolations(page: Page | Frame, rules?: readonly string[]): Promise<Violation[]> {
  const options = { resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) };
  // Evaluated by the debugger, not loaded: the content security policy of the page has no say in it.
  await page.evaluate(`${source}; undefined`);
  return page.evaluate<Violation[]>(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => ({
      rule: id, help, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 200) + ' ' + failureSummary),
    })))`);
}
