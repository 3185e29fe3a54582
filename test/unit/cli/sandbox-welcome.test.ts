import assert from 'node:assert/strict';
import { welcome } from '../../../src/cli/sandbox-command.ts';
import type { Sandbox } from '../../../src/sandbox/start.ts';

const SANDBOX = {
  url: 'http://127.0.0.1:1',
  page: 'http://127.0.0.1:1/?key=k',
  credentials: { username: 'ada', key: 'k', token: 't' },
  faults: { list: () => [] },
} as unknown as Sandbox;

describe('what the local Kaggle says when it starts', () => {
  const settingIn = (platform: NodeJS.Platform) =>
    welcome(SANDBOX, platform).find((line) => line.includes('JULIA_KAGGLE_API_URL'));

  it('has the variables as the shell of this machine sets them', () => {
    for (const platform of ['linux', 'darwin'] as const)
      assert.equal(settingIn(platform), 'export JULIA_KAGGLE_API_URL=http://127.0.0.1:1 KAGGLE_API_TOKEN=t');
    assert.equal(
      settingIn('win32'),
      '$env:JULIA_KAGGLE_API_URL="http://127.0.0.1:1"; $env:KAGGLE_API_TOKEN="t"',
    );
  });
});
