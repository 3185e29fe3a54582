import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { StageName } from '../../src/core/stages.ts';
import type { World } from '../../test/support/world.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** As it is shipped; `npm run package` has built it. */
const PROGRAM = join(ROOT, 'dist', 'cli.cjs');
/** Nothing that is done to it may make it run for so long, on a machine that has much to do besides either. */
const LONGEST_MS = 1_200_000;

/** A line of `--json`. */
export interface Line {
  readonly kind: string;
  readonly stage?: string;
  readonly text?: string;
  readonly milliseconds?: number;
  readonly error?: {
    readonly code: string;
    readonly title: string;
    readonly actions: readonly { readonly title: string }[];
  };
}

/** A moment: so long after the first line that fits. */
export interface Moment {
  readonly name: string;
  /** In which it is, where that is known. */
  readonly stage?: StageName;
  readonly at: (line: Line) => boolean;
  readonly afterMs: number;
}

export interface LifeOptions {
  readonly moment?: Moment | undefined;
  /** Done at the moment, if that comes; in place of a SIGKILL. */
  readonly act?: () => Promise<void>;
  /** More arguments of `julia-kaggle run`. */
  readonly args?: readonly string[];
  /** Variables besides the world's. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Life {
  /** Ended by our SIGKILL. */
  readonly killed: boolean;
  /** Of a life that ended by itself. */
  readonly code: number | null;
  readonly lines: readonly Line[];
  /** All that it printed. */
  readonly output: string;
  readonly stderr: string;
}

/** Runs the real program on the world's project; at the moment, if that comes, it is killed (SIGKILL) or `act` done. */
export async function live(
  world: Pick<World, 'project' | 'image' | 'environment' | 'temporary'>,
  { moment, act, args = [], environment = {} }: LifeOptions = {},
): Promise<Life> {
  const command = [PROGRAM, 'run', world.project, '--image', world.image, '--json', ...args];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { ...world.environment, ...environment, TMPDIR: world.temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const longest = setTimeout(() => child.kill('SIGABRT'), LONGEST_MS);
  let [stderr, output] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines: Line[] = [];
  let timer: NodeJS.Timeout | undefined;
  let acting: Promise<void> | undefined;
  const strike = (): void => {
    acting = act === undefined ? kill(child) : act();
    // It is waited for below.
    acting.catch(() => undefined);
  };
  for await (const text of createInterface({ input: child.stdout })) {
    output += `${text}\n`;
    const line = parse(text);
    if (line === undefined) continue;
    lines.push(line);
    if (moment === undefined || timer !== undefined || !moment.at(line)) continue;
    if (moment.afterMs === 0) strike();
    timer = setTimeout(() => {
      if (acting === undefined) strike();
    }, moment.afterMs);
  }
  await closed;
  clearTimeout(timer);
  clearTimeout(longest);
  await acting;
  return { killed: child.signalCode === 'SIGKILL', code: child.exitCode, lines, output, stderr };
}

function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  return Promise.resolve();
}

/** A killed program may leave half a line. */
function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
