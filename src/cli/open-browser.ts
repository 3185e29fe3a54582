import { pageToOpen } from '../base/addresses.ts';
import { findProgram, leaveTo, type ProgramName, type Variables } from '../base/programs.ts';

/** Whether there is a screen to show a browser on; elsewhere it opens on another machine. */
export function hasScreen(platform: NodeJS.Platform, environment: Variables): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some((value) => (value ?? '') !== '');
}

/**
 * Shows a page of Kaggle in the user's browser, as far as that can be done. Never fails: the address is printed too.
 * @param siteUrl the web site of the Kaggle in use; see `pageToOpen`.
 */
export async function openBrowser(
  address: string,
  siteUrl: string,
  platform: NodeJS.Platform,
  environment: Variables,
): Promise<void> {
  const page = pageToOpen(address, siteUrl);
  const [name, ...args] = openerOf(platform);
  const opener = findProgram(name, { environment, platform });
  if (page !== undefined && opener !== undefined) await leaveTo(opener, [...args, page]);
}

/** None of them goes through a shell, to which the `&` of an address would be a command. */
function openerOf(platform: NodeJS.Platform): readonly [ProgramName, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return ['xdg-open'];
  }
}
