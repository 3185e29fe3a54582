import * as mocha from 'mocha';

/** The torture uses some of what the tests are made with, outside of a suite; there it ends by itself what it starts. */
const isInSuite = typeof (globalThis as { describe?: unknown }).describe === 'function';

/** mocha's `afterEach`; outside of a suite nothing. */
export function afterEach(work: () => Promise<void>): void {
  if (isInSuite) mocha.afterEach(work);
}

/** mocha's `after`; outside of a suite nothing. */
export function after(work: (this: { timeout(ms: number): unknown }) => Promise<void>): void {
  if (isInSuite) mocha.after(work);
}
