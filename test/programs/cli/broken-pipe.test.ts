import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { withTempFolder } from '../../support/temp.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('julia-kaggle whose reader leaves', () => {
  it('ends as if it were interrupted: it cleans up, and says nothing of a broken pipe', async () => {
    await withTempFolder(async (folder) => {
      // A command that runs until it is interrupted, after it has printed something.
      const args = ['sandbox', 'examples/competition', '--folder', folder, '--json'];
      const child = spawn('node', ['--import=tsx', 'src/cli/main.ts', ...args], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = text(child.stderr);
      child.stdout.destroy();
      const [code] = (await once(child, 'close')) as [number];
      assert.deepEqual([code, await said], [0, '']);
    });
  });
});
