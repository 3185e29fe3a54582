import assert from 'node:assert/strict';
import { containerOptions as optionsOf } from '../../../src/docker/container-options.ts';
import type { ContainerSpec, GpuWay } from '../../../src/docker/engine.ts';
import { SPEC } from '../../support/docker-link.ts';

const containerOptions = (spec: ContainerSpec) => optionsOf(spec, {}, 'host-gateway');

describe('containerOptions', () => {
  it('lets nothing but our command run, with an init and no copy of the output', () => {
    const options = containerOptions({ ...SPEC, command: ['sh', '-c', 'ls'] });
    assert.deepEqual(options.Entrypoint, ['sh', '-c', 'ls']);
    assert.deepEqual(options.Cmd, []);
    assert.equal(options.HostConfig?.Init, true);
    assert.deepEqual(options.HostConfig.LogConfig, { Type: 'none', Config: {} });
    assert.equal(options.Tty, false);
  });

  it('takes root everything but what files need, and what apt-get needs where packages are installed', () => {
    const { HostConfig } = containerOptions(SPEC);
    assert.deepEqual(HostConfig?.CapDrop, ['ALL']);
    assert.deepEqual(HostConfig.CapAdd, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER']);
    assert.deepEqual(HostConfig.SecurityOpt, ['no-new-privileges']);
    assert.equal(HostConfig.PidsLimit, 4096);
    const installing = containerOptions({ ...SPEC, installs: true }).HostConfig?.CapAdd as string[];
    assert.deepEqual(installing.slice(0, 3), HostConfig.CapAdd);
    assert.deepEqual(installing.slice(3), ['FSETID', 'SETGID', 'SETUID']);
  });

  it('gives a memory limit no swap on top, and counts CPUs in billionths', () => {
    const { HostConfig } = containerOptions({ ...SPEC, memoryBytes: 1e9, cpus: 1.5 });
    assert.equal(HostConfig?.Memory, 1e9);
    assert.equal(HostConfig.MemorySwap, 1e9);
    assert.equal(HostConfig.NanoCpus, 1_500_000_000);
  });

  it('sets no limit for 0 or nothing', () => {
    for (const spec of [SPEC, { ...SPEC, memoryBytes: 0, cpus: 0 }]) {
      const { HostConfig } = containerOptions(spec);
      assert.ok(HostConfig !== undefined);
      for (const limit of ['Memory', 'MemorySwap', 'NanoCpus']) assert.ok(!(limit in HostConfig), limit);
    }
  });

  it('names the host only where there is a network', () => {
    const offline = containerOptions(SPEC).HostConfig;
    assert.equal(offline?.NetworkMode, 'none');
    assert.ok(!('ExtraHosts' in offline));
    const online = containerOptions({ ...SPEC, network: 'bridge' }).HostConfig;
    assert.equal(online?.NetworkMode, 'bridge');
    assert.deepEqual(online.ExtraHosts, ['host.docker.internal:host-gateway']);
  });

  it('shares the network of another container, whose names of hosts go for both', () => {
    const hosts = { inference_server: '127.0.0.1' };
    const first = containerOptions({ ...SPEC, hosts }).HostConfig;
    assert.deepEqual([first?.NetworkMode, first?.ExtraHosts], ['none', ['inference_server:127.0.0.1']]);
    const second = containerOptions({ ...SPEC, network: { of: 'abc' } }).HostConfig;
    assert.equal(second?.NetworkMode, 'container:abc');
    assert.ok(!('ExtraHosts' in second));
  });

  it('mounts volumes by name, read-only where asked, without what the image has at that place', () => {
    const mounts = [{ volume: 'data', target: '/kaggle/input/x', readOnly: true }];
    const [mount] = containerOptions({ ...SPEC, mounts }).HostConfig?.Mounts ?? [];
    const { VolumeOptions, ...rest } = mount ?? assert.fail('no mount');
    assert.deepEqual(rest, { Type: 'volume', Source: 'data', Target: '/kaggle/input/x', ReadOnly: true });
    assert.equal(VolumeOptions?.NoCopy, true);
  });

  it('hands on environment, working folder and labels', () => {
    const environment = { A: '1', B: 'x=y' };
    const options = optionsOf(
      { ...SPEC, environment, workingFolder: '/kaggle/working' },
      { run: '7' },
      undefined,
    );
    assert.deepEqual(options.Env, ['A=1', 'B=x=y']);
    assert.equal(options.WorkingDir, '/kaggle/working');
    assert.deepEqual(options.Labels, { run: '7' });
  });

  it('asks for a GPU as the docker command does, in three ways', () => {
    const hostConfig = (gpu?: GpuWay) => containerOptions({ ...SPEC, ...(gpu && { gpu }) }).HostConfig;
    assert.equal(hostConfig('runtime')?.Runtime, 'nvidia');
    assert.deepEqual(hostConfig('device-request')?.DeviceRequests, [
      { Driver: '', Count: -1, Capabilities: [['gpu']] },
    ]);
    assert.deepEqual(hostConfig('cdi')?.DeviceRequests, [
      { Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=all'] },
    ]);
    assert.ok(!('Runtime' in (hostConfig() ?? {})) && !('DeviceRequests' in (hostConfig() ?? {})));
  });

  it("sets the variables that NVIDIA's runtime goes by, unless they are set", () => {
    const environment = { NVIDIA_VISIBLE_DEVICES: '1' };
    assert.deepEqual(containerOptions({ ...SPEC, gpu: 'runtime', environment }).Env, [
      'NVIDIA_VISIBLE_DEVICES=1',
      'NVIDIA_DRIVER_CAPABILITIES=compute,utility',
    ]);
  });
});
