import assert from 'node:assert/strict';

/**
 * A user's browser as far as the pages of the local Kaggle go: it keeps cookies by host, whatever the port, follows where
 * it is sent, and presses a button of a form.
 */
export class Visitor {
  /** `host name=value` by `host name`. */
  readonly cookies = new Map<string, string>();

  /** One who has opened the address that was printed. */
  static async at(page: string): Promise<Visitor> {
    const visitor = new Visitor();
    const response = await visitor.open(page);
    assert.equal(response.status, 200, page);
    await response.text();
    return visitor;
  }

  /** What is shown in the end. */
  async open(address: string, init: RequestInit = {}): Promise<Response> {
    let response = await this.ask(address, init);
    for (let target = leadsTo(response, address); target !== undefined; target = leadsTo(response, target)) {
      await response.text();
      response = await this.ask(target);
    }
    return response;
  }

  /** One request with the cookies, and no other. */
  async ask(address: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const { hostname } = new URL(address);
    const mine = [...this.cookies].filter(([key]) => key.startsWith(`${hostname} `)).map(([, pair]) => pair);
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...(mine.length > 0 && { Cookie: mine.join('; ') }), ...(headers as object) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      this.cookies.set(`${hostname} ${pair.split('=')[0] ?? ''}`, pair);
    }
    return response;
  }

  /** Presses a button of the page at this address, which has to be shown; gives the answer, not where it leads. */
  async press(address: string, answer: 'allow' | 'refuse' = 'allow'): Promise<Response> {
    const page = await this.ask(address);
    const text = await page.text();
    if (page.status !== 200) return page;
    assert.match(text, new RegExp(`<form method="post">[^]*<button name="answer" value="${answer}">`));
    return this.ask(address, {
      method: 'POST',
      headers: { Origin: new URL(address).origin },
      body: new URLSearchParams({ answer }),
    });
  }

  /** Presses it, and goes where it leads; gives what is shown there. */
  async agree(address: string): Promise<Response> {
    const location = (await this.press(await this.#arrive(address))).headers.get('location');
    assert.ok(location !== null, `${address} leads nowhere`);
    return this.open(location);
  }

  /** The address of the page that is shown in the end. */
  async #arrive(address: string): Promise<string> {
    const target = leadsTo(await this.ask(address), address);
    return target === undefined ? address : this.#arrive(target);
  }
}

function leadsTo({ status, headers }: Response, from: string): string | undefined {
  const location = headers.get('location');
  return status < 300 || status > 399 || location === null ? undefined : new URL(location, from).href;
}
