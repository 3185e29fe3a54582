import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../../src/base/hash.ts';
import { listContexts } from '../../../src/docker/docker-context.ts';

describe('the Docker contexts of a person', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'docker-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const put = async (name: string, content: unknown) => {
    const folder = join(home, '.docker', 'contexts', 'meta', sha256(name));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'meta.json'), JSON.stringify(content));
  };

  it('are listed by name; what the docker command did not write is passed over', async () => {
    await put('gpu-box', { Name: 'gpu-box', Endpoints: { docker: { Host: 'ssh://ada@box' } } });
    await put('build', { Name: 'build', Endpoints: { docker: { Host: 'tcp://10.0.0.1:2376' } } });
    await put('odd', { Name: 'odd' });
    assert.deepEqual(await listContexts({}, home), [
      { name: 'build', host: 'tcp://10.0.0.1:2376' },
      { name: 'gpu-box', host: 'ssh://ada@box' },
    ]);
  });

  it('are none where there is no folder of that kind', async () => {
    assert.deepEqual(await listContexts({}, home), []);
    assert.deepEqual(await listContexts({ DOCKER_CONFIG: join(home, 'other') }, home), []);
  });
});
