import { nonEmpty } from './non-empty.ts';

type Fetch = typeof globalThis.fetch;
type Environment = Readonly<Record<string, string | undefined>>;

/** What runs on this machine, such as a local Kaggle, is behind no proxy. */
const OWN_ADDRESSES = ['localhost', '127.0.0.1', '[::1]', '::1'];

/**
 * A fetch that asks the proxy of the variables `https_proxy`, `http_proxy` and `no_proxy`, in capitals or not, as curl
 * and Kaggle's own program do; Node.js up to version 22 takes no notice of them. Without such a variable it is Node's.
 */
export function proxyFetch(environment: Environment): Fetch {
  const value = (name: string): string | undefined =>
    nonEmpty(environment[name]) ?? nonEmpty(environment[name.toUpperCase()]);
  const httpProxy = addressOf(value('http_proxy'));
  const httpsProxy = addressOf(value('https_proxy'));
  const without = value('no_proxy') ?? '';
  if ((httpProxy === '' && httpsProxy === '') || without === '*') return globalThis.fetch;
  const noProxy = [without, ...OWN_ADDRESSES].join();
  let loaded: Promise<Fetch> | undefined;
  return async (input, init) => {
    loaded ??= loadFetch({ httpProxy, httpsProxy, noProxy });
    return (await loaded)(input, init);
  };
}

/** People leave out the protocol, as curl lets them. */
function addressOf(proxy: string | undefined): string {
  if (proxy === undefined) return '';
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Loaded only where it is asked for: it is as large as the rest of the program. */
async function loadFetch(proxies: {
  httpProxy: string;
  httpsProxy: string;
  noProxy: string;
}): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent(proxies);
  // The same interface, described once more in the package's own types.
  const ours = fetch as unknown as (input: unknown, init: object) => Promise<Response>;
  return (input, init) => ours(input, { ...init, dispatcher });
}
