import * as l10n from '@vscode/l10n';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import { inWords } from '../base/format.ts';
import type { Sandbox } from '../sandbox/start.ts';
import { EXIT } from './exit-codes.ts';
import type { CommandContext } from './command-context.ts';
import { printLine } from './terminal.ts';

export interface SandboxOptions {
  readonly folder?: string;
  readonly port: string;
  readonly image: string;
  readonly dataset: readonly string[];
  readonly model: readonly string[];
  readonly notebook: readonly string[];
  readonly readySeconds: string;
  readonly layout: string;
  readonly fault: readonly string[];
  readonly json?: boolean;
}

/**
 * `julia-kaggle sandbox`: a local Kaggle, until it is interrupted. Prints its address, that of its pages with the key that
 * opens them, and a ready-made token.
 */
export async function sandboxCommand(
  competitions: readonly string[],
  options: SandboxOptions,
  { core: { ports }, terminal, signal }: CommandContext,
): Promise<number> {
  // Loaded only here: every other command does without it.
  const { startSandbox } = await import('../sandbox/start.ts');
  const sandbox = await startSandbox({
    folder: resolve(options.folder ?? join(homedir(), '.julia-kaggle-sandbox')),
    port: portOf(options.port),
    engine: () => ports.engine(signal),
    image: options.image,
    competitions: competitions.map((folder) => resolve(folder)),
    published: { datasets: options.dataset, models: options.model, notebooks: options.notebook },
    clock: systemClock,
    readyDelayMs: secondsOf(options.readySeconds) * 1000,
    layout: layoutOf(options.layout),
    faults: options.fault,
    logger: ports.logger,
  });
  try {
    if (options.json === true) terminal.stdout.json(json(sandbox));
    else for (const line of welcome(sandbox, process.platform)) printLine(terminal.stdout, line);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await sandbox.close();
  }
  return EXIT.done;
}

function json({ url, page, credentials }: Sandbox): object {
  return { kind: 'sandbox', url, page, ...credentials };
}

/** The token, since a token of the user's own comes before a user name and key, wherever those are. */
export function welcome(
  { url, page, credentials, faults }: Pick<Sandbox, 'url' | 'page' | 'credentials' | 'faults'>,
  platform: NodeJS.Platform,
): string[] {
  const { username, token } = credentials;
  const set = faults.list().map(({ fault }) => `  ${fault}`);
  return [
    l10n.t(
      'A local Kaggle answers at {0}, with the user {1}. To look into it, open in a browser:',
      url,
      username,
    ),
    page,
    l10n.t('(Who has this address may see and use all of it; later the browser opens its other pages too.)'),
    '',
    ...(platform === 'win32'
      ? [
          l10n.t('In another terminal (PowerShell):'),
          `$env:JULIA_KAGGLE_API_URL="${url}"; $env:KAGGLE_API_TOKEN="${token}"`,
        ]
      : [l10n.t('In another terminal:'), `export JULIA_KAGGLE_API_URL=${url} KAGGLE_API_TOKEN=${token}`]),
    `julia-kaggle run <${l10n.t('folder')}>`,
    '',
    ...(set.length === 0 ? [] : [l10n.t('It will go wrong on purpose:'), ...set, '']),
    l10n.t('Ctrl+C ends it; what it holds is kept for the next time.'),
  ];
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw usage(l10n.t('{0} takes a number, not "{1}".', '--ready-seconds', text));
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usage(l10n.t('{0} takes a whole number up to {1}, not "{2}".', '--port', 65_535, text));
}

function layoutOf(text: string): 'namespaced' | 'classic' {
  if (text === 'namespaced' || text === 'classic') return text;
  throw usage(
    l10n.t('{0} takes {1}, not "{2}".', '--layout', inWords(['namespaced', 'classic'], 'or'), text),
  );
}

function usage(title: string): UserError {
  return new UserError({
    code: 'wrong-usage',
    title,
    actions: [{ title: l10n.t('See {0}.', 'julia-kaggle sandbox --help') }],
  });
}
