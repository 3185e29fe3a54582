import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, throwIfAborted } from '../../../src/base/abort.ts';
import { type ErrorCode, isUserError, type UserError } from '../../../src/base/errors.ts';
import type { Logger } from '../../../src/base/logger.ts';
import type { KaggleClient } from '../../../src/kaggle/client.ts';
import { connectKaggle, type KaggleOptions } from '../../../src/kaggle/connect.ts';
import { Secret } from '../../../src/kaggle/secret.ts';
import { FakeKaggle } from '../../support/fake-kaggle.ts';

/** Time that passes only by sleeping, and notes how long. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #now = Date.parse('2026-08-01T00:00:00Z');

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    throwIfAborted(signal);
    this.sleeps.push(ms);
    this.#now += ms;
  }
}

/** Keeps every line. */
export class KeptLog implements Logger {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(message);
  }
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
}

export interface Setup {
  readonly fake: FakeKaggle;
  readonly clock: FakeClock;
  readonly log: KeptLog;
  readonly signal: AbortSignal;
  readonly folder: string;
  readonly connect: (options?: Partial<KaggleOptions>) => KaggleClient;
}

export const KEY = 'k3y-canary-0123456789';

/** A new fake, clock and temporary folder for each test of the suite that calls this. */
export function useSetup(): () => Setup {
  let setup: Setup | undefined;
  beforeEach(async () => {
    const fake = await FakeKaggle.start();
    const [clock, log] = [new FakeClock(), new KeptLog()];
    setup = {
      fake,
      clock,
      log,
      signal: new AbortController().signal,
      folder: await mkdtemp(join(tmpdir(), 'kaggle-test-')),
      connect: (options = {}) =>
        connectKaggle({
          apiUrl: fake.url,
          credentials: { kind: 'key', username: 'ann', key: Secret.of(KEY, 'test'), source: 'the test' },
          fetch,
          clock,
          logger: log,
          userAgent: 'julia-on-kaggle/test',
          random: () => 0.5,
          ...options,
        }),
    };
  });
  afterEach(async () => {
    await setup?.fake.close();
    await rm(setup?.folder ?? '', { recursive: true, force: true });
  });
  return () => {
    assert.ok(setup);
    return setup;
  };
}

/** What a promise is rejected with, which must be a UserError of that code. */
export async function userErrorOf(work: Promise<unknown>, code: ErrorCode): Promise<UserError> {
  const error: unknown = await work.then(
    () => assert.fail('It succeeded.'),
    (reason: unknown) => reason,
  );
  if (!isUserError(error)) throw error;
  assert.equal(error.code, code, error.message);
  return error;
}

export function urlsOf(error: UserError): readonly string[] {
  return error.actions.flatMap(({ url }) => (url === undefined ? [] : [url]));
}

export function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).sort();
}
