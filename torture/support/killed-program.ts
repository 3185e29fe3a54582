import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { World } from '../../test/support/world.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** As it is shipped; `npm run package` has built it. */
const PROGRAM = join(ROOT, 'dist', 'cli.cjs');

/** A line of `--json`. */
export interface Line {
  readonly kind: string;
  readonly stage?: string;
  readonly text?: string;
  readonly milliseconds?: number;
}

/** A moment: so long after the first line that fits. */
export interface Moment {
  readonly name: string;
  readonly at: (line: Line) => boolean;
  readonly afterMs: number;
}

export interface Life {
  /** Ended by our SIGKILL. */
  readonly killed: boolean;
  /** Of a life that ended by itself. */
  readonly code: number | null;
  readonly lines: readonly Line[];
  readonly stderr: string;
}

/** Runs the real program on the world's project, and kills it (SIGKILL) at the moment, if that comes. */
export async function live(world: World, moment?: Moment, ...more: readonly string[]): Promise<Life> {
  const args = [PROGRAM, 'run', world.project, '--image', world.image, '--json', ...more];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...world.environment, TMPDIR: world.temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines: Line[] = [];
  let timer: NodeJS.Timeout | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parse(text);
    if (line === undefined) continue;
    lines.push(line);
    if (moment === undefined || timer !== undefined || !moment.at(line)) continue;
    if (moment.afterMs === 0) child.kill('SIGKILL');
    timer = setTimeout(() => child.kill('SIGKILL'), moment.afterMs);
  }
  await closed;
  clearTimeout(timer);
  return { killed: child.signalCode === 'SIGKILL', code: child.exitCode, lines, stderr };
}

/** A killed program may leave half a line. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
