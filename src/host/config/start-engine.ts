import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import type { Vs } from '../editor/editor.ts';

/** Starts the engine of this machine in a terminal, where the person sees it and types a password if one is asked for. */
export function startEngine(vs: Vs, platform: NodeJS.Platform): void {
  // Not in the project's folder: cmd would take a `docker.exe` that lies there for Docker's own.
  const terminal = vs.window.createTerminal({ name: l10n.t('Start the Docker Engine'), cwd: homedir() });
  terminal.show();
  terminal.sendText(startCommand(platform));
}

/** Pure: what starts the engine; where it went well the terminal ends, by which that is known. */
export function startCommand(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return 'open -a Docker && exit';
    case 'win32':
      return 'docker desktop start; exit';
    default:
      return 'sudo systemctl start docker && exit';
  }
}
