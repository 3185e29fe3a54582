import * as l10n from '@vscode/l10n';
import { isCancelled } from '../../base/errors.ts';
import type { Vs } from './editor.ts';
import { type ErrorsAround, showError } from './errors.ts';

/** A command of package.json. What it throws is shown with its remedies. */
export interface Command {
  readonly id: string;
  readonly run: (...given: unknown[]) => unknown;
}

/** A feature of the editor, as it gives itself to the window. What it gives to other features are members of its own. */
export interface Feature {
  readonly disposables: readonly { dispose(): unknown }[];
  readonly commands?: readonly Command[];
}

/** What is read of package.json. */
export interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  };
}

/**
 * Registers commands; what one throws is shown with its remedies, and being called off is nothing to tell.
 * @param manifest says which of them do nothing in a workspace that is not trusted, however they are called.
 */
export function registerCommands(
  table: readonly Command[],
  manifest: Manifest,
  around: ErrorsAround,
): { dispose(): unknown }[] {
  const { vs } = around;
  const ofTrust = commandsOfTrust(manifest);
  return table.map(({ id, run }) =>
    vs.commands.registerCommand(id, async (...given: unknown[]) => {
      if (ofTrust.has(id) && !isTrusted(vs)) return 'not-run';
      try {
        return await run(...given);
      } catch (error) {
        if (!isCancelled(error)) showError(error, around);
        return undefined;
      }
    }),
  );
}

/** Whether the workspace is trusted; where it is not, the user learns what that would mean, and can change it. */
export function isTrusted(vs: Vs): boolean {
  if (vs.workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  void vs.window
    .showWarningMessage(
      l10n.t(
        'Julia on Kaggle runs the code of a workspace in containers and uploads files of it: trust this workspace first.',
      ),
      manage,
    )
    .then((chosen) =>
      chosen === undefined ? undefined : vs.commands.executeCommand('workbench.trust.manage'),
    );
  return false;
}

/**
 * Pure: the commands that package.json enables in trusted workspaces only. The editor looks at that for palette, menus and
 * keys, but not where a command is called by its name, as links of a walkthrough and other extensions do.
 */
function commandsOfTrust({ contributes }: Manifest): ReadonlySet<string> {
  const needing = contributes.commands.filter(({ enablement = '' }) =>
    enablement.split(' && ').includes('isWorkspaceTrusted'),
  );
  return new Set(needing.map(({ command }) => command));
}
