import { once } from 'node:events';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import type { Ports } from '../core/stage.ts';
import { EXIT } from './exit-codes.ts';
import { printLine, type Terminal } from './terminal.ts';

export interface SandboxOptions {
  readonly folder?: string;
  readonly port: string;
  readonly image: string;
  readonly readySeconds: string;
  readonly layout: string;
  readonly json?: boolean;
}

/** `julia-kaggle sandbox`: a local Kaggle, until it is interrupted. Prints its address and ready-made credentials. */
export async function sandboxCommand(
  competitions: readonly string[],
  options: SandboxOptions,
  { ports, terminal, signal }: { ports: Ports; terminal: Terminal; signal: AbortSignal },
): Promise<number> {
  // Loaded only here: every other command does without it.
  const { startSandbox } = await import('../sandbox/start.ts');
  const sandbox = await startSandbox({
    folder: resolve(options.folder ?? join(homedir(), '.julia-kaggle-sandbox')),
    port: numberOf('--port', options.port),
    engine: () => ports.engine(signal),
    image: options.image,
    competitions: competitions.map((folder) => resolve(folder)),
    clock: systemClock,
    readyDelayMs: numberOf('--ready-seconds', options.readySeconds) * 1000,
    layout: layoutOf(options.layout),
    logger: ports.logger,
  });
  try {
    const { username, key } = sandbox.credentials;
    if (options.json === true) {
      printLine(terminal.stdout, JSON.stringify({ kind: 'sandbox', url: sandbox.url, username, key }));
    } else {
      printLine(terminal.stdout, `A local Kaggle answers at ${sandbox.url}. In another terminal:`);
      printLine(terminal.stdout);
      printLine(
        terminal.stdout,
        `export JULIA_KAGGLE_API_URL=${sandbox.url} KAGGLE_USERNAME=${username} KAGGLE_KEY=${key}`,
      );
      printLine(terminal.stdout, 'julia-kaggle run <folder>');
      printLine(terminal.stdout);
      printLine(terminal.stdout, 'Ctrl+C ends it; what it holds is kept for the next time.');
    }
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await sandbox.close();
  }
  return EXIT.done;
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw usage(`${option} takes a number, not "${text}".`);
}

function layoutOf(text: string): 'namespaced' | 'classic' {
  if (text === 'namespaced' || text === 'classic') return text;
  throw usage(`--layout takes namespaced or classic, not "${text}".`);
}

function usage(title: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title,
    actions: [{ title: 'See julia-kaggle sandbox --help.' }],
  });
}
