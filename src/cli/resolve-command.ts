import * as l10n from '@vscode/l10n';
import type { ResolvedManifest, VersionChange } from '../core/scaffold/resolve-manifest.ts';
import { applyChanges } from '../core/scaffold/staged-edits.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT } from './exit-codes.ts';
import { printLine } from './terminal.ts';

export interface ResolveOptions {
  readonly image?: string;
  readonly write?: boolean;
  readonly add?: readonly string[];
  readonly develop?: readonly string[];
  readonly without?: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `julia-kaggle resolve`: shows the Manifest that Julia makes of the project in the image; with `--write` writes it. */
export async function resolveCommand(
  folder: string,
  { image, write = false, add, develop, without, json = false, verbose = false }: ResolveOptions,
  { core, terminal: { stdout, stderr }, signal, askOutside }: CommandContext,
): Promise<number> {
  let last = '';
  const resolved = await core.project(folder).resolve({
    image,
    ...{ add, develop, without },
    signal,
    askOutside,
    progress: (text) => {
      if (text !== last) printLine(stderr, text);
      last = text;
    },
    log: (_, line) => {
      if (verbose) printLine(stderr, line);
    },
  });
  const isWritten = write && resolved !== undefined;
  if (isWritten) await applyChanges(resolved.edits);
  if (json)
    stdout.json({
      kind: 'resolved',
      ...(resolved && { file: resolved.file, julia: resolved.juliaVersion, changes: resolved.changes }),
      written: isWritten,
    });
  else for (const line of linesOf(resolved, isWritten)) printLine(stdout, line);
  return EXIT.done;
}

function linesOf(resolved: ResolvedManifest | undefined, isWritten: boolean): string[] {
  if (resolved === undefined) return [l10n.t('Nothing to change: the Manifest is as Julia resolves it.')];
  const { file, changes } = resolved;
  return [
    ...changes.map(changeText),
    isWritten ? l10n.t('written: {0}', file) : l10n.t('Not written ({0}); --write makes the change.', file),
  ];
}

/** As Pkg writes it. */
export function changeText({ name, before, after }: VersionChange): string {
  const words = (version: string): string => (version === '' ? '' : ` v${version}`);
  if (before === undefined) return `+ ${name}${words(after ?? '')}`;
  if (after === undefined) return `- ${name}${words(before)}`;
  return `↑ ${name}${words(before)} ⇒${words(after)}`;
}
