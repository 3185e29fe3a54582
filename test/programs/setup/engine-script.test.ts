import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tempFolder } from '../../support/temp.ts';

const SCRIPT = resolve(import.meta.dirname, '..', '..', '..', 'scripts', 'setup', 'engine.sh');

describe('the script that looks for an engine', () => {
  it('finds one that answers where there is no `timeout`, as on macOS', async () => {
    const folder = await tempFolder({ docker: '#!/bin/sh\necho 28.0.0\n' });
    await chmod(join(folder, 'docker'), 0o755);
    const dirname = execFileSync('sh', ['-c', 'command -v dirname'], { encoding: 'utf8' }).trim();
    await symlink(dirname, join(folder, 'dirname'));
    const env = { PATH: folder, HOME: folder, DOCKER_HOST: 'unix:///Users/ada/.docker/run/docker.sock' };
    const address = execFileSync('/bin/bash', [SCRIPT], { env, encoding: 'utf8' });
    assert.equal(address.trim(), env.DOCKER_HOST);
  });
});
