import { spawn } from 'node:child_process';

/** Whether there is a screen to show a browser on; elsewhere it opens on another machine. */
export function hasScreen(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((value) => (value ?? '') !== '');
}

/** Shows an address in the person's browser, as far as that can be done. Never fails: the address is printed too. */
export async function openBrowser(url: string, platform: NodeJS.Platform): Promise<void> {
  const [command, ...args] = commandOf(platform);
  await new Promise<void>((resolve) => {
    const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
    child.on('error', () => resolve());
    child.on('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

/** None of them goes through a shell, to which the `&` of an address would be a command. */
function commandOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return ['xdg-open'];
  }
}
