import { type Attempt, failed, succeeded } from './failure.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import type { Transport } from './transport.ts';

/** An answer that is no redirect, and where it came from after how many of them. */
export interface Located {
  readonly answer: HttpAnswer;
  readonly url: string;
  readonly hops: number;
}

const MAX_HOPS = 5;

/**
 * Sends a request and follows its redirects by GET. The credential goes no further than the origin it was meant for.
 * (kaggle-api 1.4)
 * @param getHeaders go with every GET, e.g. `Range`.
 */
export async function followRedirects(
  transport: Transport,
  first: HttpRequest,
  getHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Attempt<Located>> {
  let request = first.method === 'GET' ? withHeaders(first, getHeaders) : first;
  for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
    const sent = await transport.send(request, signal);
    if (!sent.ok) return sent;
    const target = targetOf(sent.value, request.url);
    if (target === undefined) return succeeded({ answer: sent.value, url: request.url, hops });
    await sent.value.close();
    request = withHeaders(nextRequest(request, target), getHeaders);
  }
  return failed({ kind: 'unreadable', text: `It redirected more than ${MAX_HOPS} times.` });
}

function withHeaders(request: HttpRequest, headers: Readonly<Record<string, string>>): HttpRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function targetOf({ status, headers }: HttpAnswer, base: string): URL | undefined {
  const location = headers.get('Location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, base) ? new URL(location, base) : undefined;
}

function nextRequest(previous: HttpRequest, target: URL): HttpRequest {
  const { Authorization, 'User-Agent': userAgent } = previous.headers;
  const keep = target.origin === new URL(previous.url).origin;
  return {
    method: 'GET',
    url: target.href,
    headers: {
      // The sizes and hashes that the store names are those of the plain bytes.
      'Accept-Encoding': 'identity',
      ...(userAgent === undefined ? {} : { 'User-Agent': userAgent }),
      ...(keep && Authorization !== undefined ? { Authorization } : {}),
    },
    silenceMs: previous.silenceMs,
  };
}
