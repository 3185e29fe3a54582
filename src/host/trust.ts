import { commands, l10n, workspace } from 'vscode';
import { window } from './window.ts';

/** What is read of package.json. */
interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
  };
}

/** Whether the workspace is trusted; where it is not, the user learns what that would mean, and can change it. */
export function isTrusted(): boolean {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  void window
    .showWarningMessage(
      l10n.t(
        'Julia on Kaggle runs the code of a workspace in containers and uploads files of it: trust this workspace first.',
      ),
      manage,
    )
    .then((chosen) => (chosen === undefined ? undefined : commands.executeCommand('workbench.trust.manage')));
  return false;
}

/**
 * Pure: the commands that package.json enables in trusted workspaces only. The editor looks at that for palette, menus and
 * keys, but not where a command is called by its name, as links of a walkthrough and other extensions do.
 */
export function commandsOfTrust({ contributes }: Manifest): ReadonlySet<string> {
  const needing = contributes.commands.filter(({ enablement = '' }) =>
    enablement.split(' && ').includes('isWorkspaceTrusted'),
  );
  return new Set(needing.map(({ command }) => command));
}
