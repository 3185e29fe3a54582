import * as l10n from '@vscode/l10n';
import { UserError } from '../base/errors.ts';
import { formatBytes, plural } from '../base/format.ts';
import type { Kept } from '../core/clean.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { errorJson } from './json.ts';
import { table } from './outcome-table.ts';
import { printLine, type Terminal } from './terminal.ts';
import { errorText } from './text-reporter.ts';

export interface CleanOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `julia-kaggle clean`: shows what runs left here with its size, asks, and removes it. Returns the exit code. */
export async function cleanCommand(
  folder: string,
  options: CleanOptions,
  { core, terminal, signal }: CommandContext,
): Promise<number> {
  const project = core.project(folder);
  const kept = await project.findKept(options.all === true, signal);
  show(kept, options, terminal);
  if (kept.length === 0 || options.dryRun === true) return EXIT.done;
  if (!(await isAgreed(kept, options, terminal, signal))) {
    printLine(terminal.stdout, l10n.t('Removed nothing.'));
    return EXIT.done;
  }
  const failed = await project.removeKept(kept, signal);
  tell(
    kept.filter((each) => !failed.some((other) => other.kept === each)),
    failed.map(({ error }) => error),
    options,
    terminal,
  );
  return failed.length === 0 ? EXIT.done : EXIT.failed;
}

function show(kept: readonly Kept[], { json }: CleanOptions, { stdout }: Terminal): void {
  if (json !== true) printLine(stdout, keptText(kept));
  else for (const { kind: what, ...each } of kept) stdout.json({ kind: 'kept', what, ...each });
}

async function isAgreed(
  kept: readonly Kept[],
  { json, yes }: CleanOptions,
  { ask }: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes === true) return true;
  if (json === true || ask === undefined) throw noQuestion();
  return ask(l10n.t('Remove {0}? A later run makes it again.', sumText(kept)), signal);
}

function tell(
  removed: readonly Kept[],
  errors: readonly unknown[],
  { json }: CleanOptions,
  { stdout, stderr }: Terminal,
): void {
  for (const error of errors) {
    if (!(error instanceof UserError)) throw error;
    if (json === true) stdout.json({ kind: 'error', error: errorJson(error) });
    else printLine(stderr, errorText(error));
  }
  if (json === true) stdout.json({ kind: 'result', removed: removed.map(({ name }) => name) });
  else printLine(stdout, l10n.t('Removed {0}.', sumText(removed)));
}

const KINDS: Readonly<Record<Kept['kind'], () => string>> = {
  depot: () => l10n.t('depot'),
  Julia: () => 'Julia',
  compiled: () => l10n.t('compiled app'),
  data: () => l10n.t('data'),
  tarballs: () => l10n.t('tarballs'),
};

function keptText(kept: readonly Kept[]): string {
  if (kept.length === 0) return l10n.t('There is nothing to remove.');
  const rows = kept.map(({ kind, name, bytes, project }) => [
    KINDS[kind](),
    bytes === undefined ? '' : formatBytes(bytes),
    name,
    project ?? l10n.t('all projects'),
  ]);
  return table([l10n.t('what'), l10n.t('size'), l10n.t('name'), l10n.t('of')], rows);
}

function sumText(kept: readonly Kept[]): string {
  const bytes = kept.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  return `${plural(kept.length, 'item')} (${formatBytes(bytes)})`;
}

function noQuestion(): UserError {
  return new UserError({
    code: 'wrong-usage',
    title: l10n.t('There is nobody to ask whether all of that may be removed.'),
    actions: [{ title: l10n.t('Say yes with --yes, or look only with --dry-run.') }],
  });
}
