import * as l10n from '@vscode/l10n';
import { UserError } from './errors.ts';

/** Pages of Kaggle, and those that remedies of this program name. */
const KNOWN_PAGES: ReadonlySet<string> = new Set([
  'https://www.kaggle.com',
  'https://kaggle.com',
  'https://docs.docker.com',
  'https://docs.nvidia.com',
]);

/**
 * An address that may be opened in a browser, since it is a page of Kaggle, of the Kaggle in use, or one that a remedy
 * names. Addresses come from records and servers, which may be a stranger's; another scheme starts another program. Pure.
 * @param siteUrl the web site of the Kaggle in use, which may be a local one.
 * @returns the address as it was understood, which is what is to be opened; undefined: it must not be.
 */
export function pageToOpen(address: string, siteUrl: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isSafe = isSafeAddress(address) || isOfBrowser(url);
  if (!isSafe || url.username !== '' || url.password !== '') return undefined;
  const isInUse = URL.canParse(siteUrl) && new URL(siteUrl).origin === url.origin;
  return isInUse || KNOWN_PAGES.has(url.origin) ? url.href : undefined;
}

/** A name of this machine that browsers know by themselves. No program of ours talks to it: others ask a name server. */
function isOfBrowser({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && hostname.endsWith('.localhost');
}

/** Whether the program talks to this address at all: https, or plain http to this machine. */
export function isSafeAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
}

/**
 * Whether an answer from `from` may send the program to `to`, by a redirect or by an address in its body: to https, or
 * from this machine to this machine. A server elsewhere leads neither to plain http nor to what listens here.
 */
export function mayLeadTo(from: string, to: string): boolean {
  if (!isSafeAddress(to)) return false;
  return new URL(to).protocol === 'https:' || isOwnServer(from);
}

/** Whether a server at this address runs on this machine, so that the user has set it up. */
export function isOwnServer(address: string): boolean {
  return URL.canParse(address) && isLoopback(new URL(address));
}

/**
 * A server's address as a user sets it, without a final slash.
 * @param refusal the sentence for one that is not good.
 * @throws UserError `wrong-usage` for one that is neither https nor on this machine.
 */
export function serverAddress(address: string, refusal: string): string {
  if (isSafeAddress(address)) return address.replace(/\/+$/, '');
  throw new UserError({
    code: 'wrong-usage',
    title: refusal,
    actions: [
      { title: l10n.t('Use an address that begins with https://, or http:// for this machine (localhost).') },
    ],
  });
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
