import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

const run = promisify(execFile);
const results = new Map<string, Promise<string>>();

/** The last line that a script of scripts/setup prints, e.g. a path; each script is run once. */
export function setUp(name: 'vscode.sh' | 'chromium.sh'): Promise<string> {
  const known = results.get(name) ?? runScript(name);
  results.set(name, known);
  return known;
}

async function runScript(name: string): Promise<string> {
  const { stdout } = await run('bash', [join(ROOT, 'scripts', 'setup', name)]);
  return stdout.trim().split('\n').at(-1) ?? '';
}
