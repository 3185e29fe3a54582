import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');

/** One box for each folder that the import rules know. */
const FOLDERS = '^(src/core/[^/]+|src/[^/]+|webview-ui)';

/** docs/reference/imports.md: which folder imports which, drawn by dependency-cruiser from the code. */
export async function importsReference(): Promise<string> {
  const program = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const what = ['--output-type', 'mermaid', '--collapse', FOLDERS, '--include-only', '^(src|webview-ui)/'];
  const { stdout } = await promisify(execFile)('node', [program, ...what, 'src', 'webview-ui'], {
    cwd: ROOT,
  });
  return [
    '# Who imports whom',
    'Drawn from the code. The rules are in [.dependency-cruiser.cjs](../../.dependency-cruiser.cjs) and checked by `npm run check:imports`; [architecture.md](../architecture.md) has the reasons.',
    `\`\`\`mermaid\n${stdout.trim()}\n\`\`\``,
  ].join('\n\n');
}
