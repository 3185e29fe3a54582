import assert from 'node:assert/strict';
import { knowsTheWord, ownAddress } from '../../../src/docker/host-address.ts';
import { type Answer, CONTAINER_ID, json, withFakeDocker } from '../../support/fake-docker.ts';
import { engineOver, SPEC } from '../../support/docker-link.ts';

const INFO = { ServerVersion: '4.3.1', OSType: 'linux', Architecture: 'amd64', NCPU: 2, MemTotal: 4e9 };
const podman = (version: string): Record<string, Answer> => ({
  'GET /info': json(200, INFO),
  'GET /version': json(200, {
    ApiVersion: '1.41',
    Components: [{ Name: 'Podman Engine', Version: version }],
  }),
  'GET /networks/podman': json(200, { IPAM: { Config: [{ Gateway: '10.88.0.1' }] } }),
});

/** The names of hosts that a container with a network is given. */
async function hostsGiven(answers: Record<string, Answer>): Promise<unknown> {
  let body = '';
  const create: Answer = (response, request) => {
    void request.toArray().then((chunks: Buffer[]) => {
      body = Buffer.concat(chunks).toString();
      json(201, { Id: CONTAINER_ID })(response, request);
    });
  };
  await withFakeDocker({ answers: { ...answers, 'POST /containers/create': create } }, async (fake) => {
    const engine = await engineOver(fake);
    await engine.container.use({ ...SPEC, network: 'bridge' }, () => Promise.resolve());
  });
  return (JSON.parse(body) as { HostConfig: { ExtraHosts?: string[] } }).HostConfig.ExtraHosts;
}

/** Podman has an address like Docker's, and does some of what is asked in ways of its own. */
describe('Podman', () => {
  it('before 4.7 is told the address of its machine by its number, as it knows no host-gateway', async () => {
    assert.deepEqual(await hostsGiven(podman('4.3.1')), ['host.docker.internal:10.88.0.1']);
    assert.deepEqual(await hostsGiven(podman('4.7.0')), ['host.docker.internal:host-gateway']);
    assert.deepEqual(['3.4.4', '4.6.2', '4.7.0', '4.10.1', '5.0.0-dev'].map(knowsTheWord), [
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('of a plain user has no gateway that is this machine: containers are told its own address', async () => {
    const answers = { ...podman('4.3.1'), 'GET /info': json(200, { ...INFO, Rootless: true }) };
    const own = ownAddress();
    assert.deepEqual(await hostsGiven(answers), own && [`host.docker.internal:${own}`]);
  });

  it('without its usual network tells containers no such name', async () => {
    const answers = { ...podman('4.3.1'), 'GET /networks/podman': json(404, { message: 'no such network' }) };
    assert.equal(await hostsGiven(answers), undefined);
  });

  it('lists what has any of the wanted labels: of that only what has all is taken, or removed', async () => {
    const wanted = { 'julia-kaggle.depot': 'true', 'julia-kaggle.checkout': 'mine' };
    const julia = { 'julia-kaggle.julia': 'true', 'julia-kaggle.checkout': 'mine' };
    const answers = {
      'GET /volumes': json(200, {
        Volumes: [
          { Name: 'depot', Labels: { ...wanted, more: '' } },
          { Name: 'julia', Labels: julia },
          { Name: 'plain', Labels: null },
        ],
      }),
      'GET /containers/json': json(200, [
        { Id: 'one', Labels: wanted },
        { Id: 'two', Labels: julia },
        { Id: 'three' },
      ]),
      'DELETE /containers/one': ((response) => response.writeHead(204).end()) satisfies Answer,
    };
    await withFakeDocker({ answers }, async (fake) => {
      const engine = await engineOver(fake);
      assert.deepEqual(
        (await engine.volume.list(wanted)).map(({ name }) => name),
        ['depot'],
      );
      assert.equal(await engine.container.remove(wanted), 1);
      const removed = fake.requests.filter((request) => request.startsWith('DELETE'));
      assert.deepEqual(removed, ['DELETE /containers/one']);
    });
  });
});
