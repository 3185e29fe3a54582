import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMirror } from '../../../scripts/setup/mirror.mjs';
import { tempFolder } from '../../support/temp.ts';

describe('the mirror', () => {
  it('serves a registry without packages, which has the content that its address says', async () => {
    const folder = await tempFolder({});
    const mirror = await startMirror({ juliaFolder: folder, artifactsFolder: folder });
    try {
      const path = (await (await fetch(`${mirror.url}/registries`)).text()).trim();
      const tarball = await (await fetch(`${mirror.url}${path}`)).arrayBuffer();
      await writeFile(join(folder, 'tarball'), Buffer.from(tarball));
      const tree =
        'mkdir tree && tar -xzf tarball -C tree && cd tree && git init --quiet && git add --all && git write-tree';
      const hash = execFileSync('sh', ['-c', tree], { cwd: folder }).toString().trim();
      assert.equal(path, `/registry/23338594-aafe-5451-b93e-139f81909106/${hash}`);
      assert.match(
        execFileSync('cat', ['tree/Registry.toml'], { cwd: folder }).toString(),
        /^\[packages\]\n$/m,
      );
      assert.equal((await fetch(`${mirror.url}${path}0`)).status, 404);
    } finally {
      await mirror.close();
    }
  });
});
