import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** For a script: this is Windows. */
const WINDOWS = `data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})`;

describe('what needs Debian says on Windows what to do, in one sentence', () => {
  for (const [name, begin] of [
    ['demo', 'The demo stopped'],
    ['start', 'It could not be started'],
    ['test', 'The tests could not be run'],
  ] as const)
    it(`npm run ${name}`, () => {
      const args = ['--import', WINDOWS, join(ROOT, 'scripts', `${name}.mjs`)];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`^${begin}: on Windows it runs in WSL 2: [^\\n]+\\n$`));
    });
});
