import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTempFolder } from '../../support/temp.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { enginePlaces, type Machine } from '../../../src/docker/engine-places.ts';

const LINUX: Machine = { environment: {}, homeFolder: '/home/ada', platform: 'linux', userId: 1000 };

async function addresses(machine: Machine): Promise<string[]> {
  return (await enginePlaces(machine)).map((place) => place.address);
}

async function withDockerFolder(
  files: Record<string, string>,
  use: (homeFolder: string) => Promise<void>,
): Promise<void> {
  await withTempFolder(async (home) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(home, '.docker', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
    await use(home);
  });
}

function context(name: string, host: string, skipTls = false): Record<string, string> {
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: skipTls } } };
  return { [`contexts/meta/${sha256(name)}/meta.json`]: JSON.stringify(meta) };
}

describe('enginePlaces', () => {
  it('tries the usual sockets in order: system, rootless, Docker Desktop, Podman', async () => {
    assert.deepEqual(await addresses({ ...LINUX, environment: { XDG_RUNTIME_DIR: '/tmp/runtime' } }), [
      'unix:///var/run/docker.sock',
      'unix:///tmp/runtime/docker.sock',
      'unix:///run/user/1000/docker.sock',
      'unix:///home/ada/.docker/run/docker.sock',
      'unix:///tmp/runtime/podman/podman.sock',
      'unix:///run/user/1000/podman/podman.sock',
      'unix:///run/podman/podman.sock',
      'unix:///home/ada/.local/share/containers/podman/machine/podman.sock',
    ]);
  });

  it('names a runtime folder once', async () => {
    const list = await addresses({ ...LINUX, environment: { XDG_RUNTIME_DIR: '/run/user/1000' } });
    assert.equal(new Set(list).size, list.length);
  });

  it('tries pipes on Windows', async () => {
    const list = await addresses({ ...LINUX, platform: 'win32', userId: undefined });
    assert.equal(list[0], 'npipe:////./pipe/docker_engine');
    assert.ok(list.every((address) => address.startsWith('npipe://')));
  });

  it('takes DOCKER_HOST alone, before any context', async () => {
    const environment = { DOCKER_HOST: 'tcp://box:2375', DOCKER_CONTEXT: 'other' };
    assert.deepEqual(await enginePlaces({ ...LINUX, environment }), [
      { address: 'tcp://box:2375', origin: 'DOCKER_HOST', chosen: true },
    ]);
  });

  it('takes certificates where the docker command does', async () => {
    const environment = { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1' };
    const [plain] = await enginePlaces({ ...LINUX, environment });
    assert.deepEqual(plain?.tls, { folder: join('/home/ada', '.docker'), verify: true });
    const [own] = await enginePlaces({
      ...LINUX,
      environment: { ...environment, DOCKER_CERT_PATH: '/certs' },
    });
    assert.deepEqual(own?.tls, { folder: '/certs', verify: true });
  });

  it('takes the current context of config.json alone', () =>
    withDockerFolder(
      { 'config.json': '{"currentContext":"gpu-box"}', ...context('gpu-box', 'ssh://ada@gpu') },
      async (homeFolder) => {
        assert.deepEqual(await enginePlaces({ ...LINUX, homeFolder }), [
          { address: 'ssh://ada@gpu', origin: 'context gpu-box', chosen: true },
        ]);
      },
    ));

  it('lets DOCKER_CONTEXT choose another context', () =>
    withDockerFolder(
      { 'config.json': '{"currentContext":"a"}', ...context('a', 'unix:///a'), ...context('b', 'unix:///b') },
      async (homeFolder) => {
        assert.deepEqual(await addresses({ ...LINUX, homeFolder, environment: { DOCKER_CONTEXT: 'b' } }), [
          'unix:///b',
        ]);
        assert.ok(
          (await addresses({ ...LINUX, homeFolder, environment: { DOCKER_CONTEXT: 'default' } })).length > 1,
        );
      },
    ));

  it('takes the context that was chosen in the program before all that the environment says', () =>
    withDockerFolder({ ...context('a', 'unix:///a'), ...context('b', 'unix:///b') }, async (homeFolder) => {
      const environment = { DOCKER_HOST: 'tcp://other:2375', DOCKER_CONTEXT: 'a' };
      assert.deepEqual(await addresses({ ...LINUX, homeFolder, environment, context: 'b' }), ['unix:///b']);
    }));

  it('finds the settings in DOCKER_CONFIG', () =>
    withDockerFolder(
      { 'config.json': '{"currentContext":"a"}', ...context('a', 'unix:///a') },
      async (home) => {
        const environment = { DOCKER_CONFIG: join(home, '.docker') };
        assert.deepEqual(await addresses({ ...LINUX, environment }), ['unix:///a']);
      },
    ));

  it('knows the certificates of a context', () =>
    withDockerFolder(
      {
        'config.json': '{"currentContext":"a"}',
        ...context('a', 'tcp://box:2376', true),
        [`contexts/tls/${sha256('a')}/docker/ca.pem`]: 'CA',
      },
      async (homeFolder) => {
        const [place] = await enginePlaces({ ...LINUX, homeFolder });
        const folder = join(homeFolder, '.docker/contexts/tls', sha256('a'), 'docker');
        assert.deepEqual(place?.tls, { folder, verify: false });
      },
    ));

  it('keeps to a context that is missing instead of taking another engine', () =>
    withDockerFolder({ 'config.json': '{"currentContext":"gone"}' }, async (homeFolder) => {
      assert.deepEqual(await enginePlaces({ ...LINUX, homeFolder }), [
        { address: '', origin: 'context gone', chosen: true },
      ]);
    }));

  it('ignores a config.json that is none, or that names the default context', async () => {
    for (const content of [
      'not json',
      '[]',
      '{"currentContext":7}',
      '{"currentContext":"default"}',
      '{"auths":{}}',
    ]) {
      await withDockerFolder({ 'config.json': content }, async (homeFolder) => {
        const [first] = await enginePlaces({ ...LINUX, homeFolder });
        assert.equal(first?.address, 'unix:///var/run/docker.sock');
      });
    }
  });
});
