import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import type { Words } from '../../../src/host/words.ts';
import { ROOT } from '../support/setup.ts';

/** The words that the editor shows, without an editor. */
export async function editorWords(): Promise<Words> {
  const folder = join(ROOT, 'node_modules', '.cache', `words-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    const outfile = join(folder, 'words.mjs');
    await esbuild.build({
      entryPoints: [join(ROOT, 'src/host/words.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      alias: { vscode: join(import.meta.dirname, 'l10n-stub.ts') },
      logLevel: 'warning',
    });
    // The type of what was just built from words.ts.
    const built = (await import(pathToFileURL(outfile).href)) as { words: Words };
    return built.words;
  } finally {
    await rm(folder, { recursive: true });
  }
}
