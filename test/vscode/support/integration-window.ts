import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { Browser } from 'playwright-core';
import { newPage } from './browser.ts';
import { ROOT } from './setup.ts';
import { startServer } from './vscode-server.ts';

const TIME_LIMIT_MS = 300_000;

const resultsSchema = z.array(z.object({ title: z.array(z.string()), error: z.optional(z.string()) }));
/** How one test of the extension host went; `title` with its suites, outermost first. */
export type HostResult = z.infer<typeof resultsSchema>[number];

export interface HostTests {
  /** Files in test/vscode/integration, one after the other in the same window. */
  readonly files: readonly string[];
  /** Makes the folder that the window opens, below the given one. */
  readonly workspace: (parent: string) => Promise<string>;
}

/** Runs tests inside the extension host of a real VS Code, on the extension as it lies in dist/. */
export async function runInExtensionHost(
  { files, workspace }: HostTests,
  browser: Browser,
): Promise<HostResult[]> {
  const results = (folder: string): string => join(folder, 'results.json');
  const server = await startServer({
    // Without this flag a release build ignores the payload.
    flags: ['--enable-smoke-test-driver'],
    environment: { TEST_FILES: files.join(' ') },
  });
  try {
    const page = await newPage(browser, server);
    const lines: string[] = [];
    const ended = new Promise((resolve) => {
      // VS Code calls these where they exist: with the outcome, and with each line that is logged.
      void page.exposeFunction('codeAutomationExit', resolve);
      void page.exposeFunction('codeAutomationLog', (_kind: string, parts: unknown[]) =>
        lines.push(parts.join(' ')),
      );
    });
    const url = server.windowUrl(await workspace(server.folder), [
      ['extensionDevelopmentPath', server.uri(ROOT)],
      ['extensionTestsPath', server.uri(join(ROOT, 'test', 'vscode', 'integration', 'index.cjs'))],
    ]);
    await page.goto(url, { waitUntil: 'commit' });
    const limit = new AbortController();
    const late = sleep(TIME_LIMIT_MS, 'late', { signal: limit.signal }).catch(() => 'late');
    const outcome = await Promise.race([ended, late]);
    limit.abort();
    await page.context().close();
    const text = await readFile(results(server.folder), 'utf8').catch(() => undefined);
    if (text !== undefined) return resultsSchema.parse(JSON.parse(text));
    return [noResults(files.join(', '), `outcome ${String(outcome)}\n${lines.slice(-40).join('\n')}`)];
  } finally {
    await server.stop();
  }
}

function noResults(files: string, error: string): HostResult {
  return { title: [files, 'comes to an end'], error };
}
