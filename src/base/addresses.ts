/** Pages of Kaggle, and those that remedies of this program name. */
const KNOWN_PAGES: ReadonlySet<string> = new Set([
  'https://www.kaggle.com',
  'https://kaggle.com',
  'https://docs.docker.com',
  'https://docs.nvidia.com',
]);

/** Whether a host, as `URL` gives it, is this machine itself. Pure. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether what is sent to an address stays secret on its way: it is encrypted, or stays on this machine. Pure. */
export function isSafeAddress({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/**
 * An address that may be opened in a browser, since it is a page of Kaggle, of the Kaggle in use, or one that a remedy
 * names. Addresses come from records and servers, which may be a stranger's; another scheme starts another program. Pure.
 * @param siteUrl the web site of the Kaggle in use, which may be a local one.
 * @returns the address as it was understood, which is what is to be opened; undefined: it must not be.
 */
export function pageToOpen(address: string, siteUrl: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!isSafeAddress(url) || url.username !== '' || url.password !== '') return undefined;
  const isInUse = URL.canParse(siteUrl) && new URL(siteUrl).origin === url.origin;
  return isInUse || KNOWN_PAGES.has(url.origin) ? url.href : undefined;
}
