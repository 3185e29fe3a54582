import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CancelledError, type UserError } from '../../../src/base/errors.ts';
import type { Machine } from '../../../src/docker/engine-places.ts';
import { findEngine, firstThatAnswers } from '../../../src/docker/find-engine.ts';
import { json, withFakeDocker } from '../../support/fake-docker.ts';
import { tempFolder } from '../../support/temp.ts';
import { NEVER } from '../../support/docker-link.ts';

/** A machine whose usual places do not exist, unless told otherwise. */
function machine(environment: Machine['environment'], homeFolder = '/nowhere'): Machine {
  return { environment, homeFolder, platform: 'linux', userId: 4_000_000 };
}

async function unreachable(search: Promise<unknown>): Promise<UserError> {
  let found: UserError | undefined;
  await assert.rejects(search, (error: UserError) => {
    found = error;
    return error.code === 'engine-unreachable';
  });
  assert.ok(found !== undefined);
  return found;
}

describe('findEngine', () => {
  it('takes the socket of DOCKER_HOST and says where it found it', () =>
    withFakeDocker({}, async ({ socketPath, requests }) => {
      const engine = await findEngine(machine({ DOCKER_HOST: `unix://${socketPath}` }), NEVER);
      assert.equal(engine.address, `unix://${socketPath} (DOCKER_HOST)`);
      assert.deepEqual(requests, ['GET /_ping']);
    }));

  it('connects over tcp', () =>
    withFakeDocker(
      { answers: { 'GET /images/x:1/json': json(404, { message: 'No such image' }) } },
      async (fake) => {
        const engine = await findEngine(machine({ DOCKER_HOST: `tcp://127.0.0.1:${fake.tcpPort}` }), NEVER);
        assert.equal(await engine.image.find('x:1'), undefined);
        assert.ok(fake.requests.includes('GET /images/x:1/json'));
      },
    ));

  it("does not mix in this process's own DOCKER_HOST", () =>
    withFakeDocker({}, async ({ socketPath, requests }) => {
      const before = process.env['DOCKER_HOST'];
      process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
      try {
        await findEngine(machine({ DOCKER_HOST: `unix://${socketPath}` }), NEVER);
      } finally {
        if (before === undefined) delete process.env['DOCKER_HOST'];
        else process.env['DOCKER_HOST'] = before;
      }
      assert.deepEqual(requests, ['GET /_ping']);
    }));

  it('goes on to the next place until one answers', () =>
    withFakeDocker({}, async ({ socketPath }) => {
      const places = ['/nowhere/docker.sock', socketPath, '/nowhere/else.sock'].map((path, index) => ({
        address: `unix://${path}`,
        origin: `place ${index}`,
        chosen: false,
      }));
      const engine = await firstThatAnswers(places, machine({}), NEVER);
      assert.equal(engine.address, `unix://${socketPath} (place 1)`);
    }));

  it('keeps to DOCKER_HOST when it refuses, and says how to get another', async () => {
    const error = await unreachable(
      findEngine(machine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' }), NEVER),
    );
    assert.equal(error.title, 'The Docker engine of DOCKER_HOST does not answer.');
    assert.equal(
      error.detail,
      'unix:///nowhere/docker.sock (DOCKER_HOST): no socket there (not installed, or not running)',
    );
    assert.match(error.actions[0].title, /unset it/);
  });

  it('tells a refused connection from a missing socket', async () => {
    const error = await unreachable(findEngine(machine({ DOCKER_HOST: 'tcp://127.0.0.1:1' }), NEVER));
    assert.match(error.detail ?? '', /connection refused \(the engine is not running\)/);
  });

  it('lists every place that it tried, each with its reason', async () => {
    const error = await unreachable(findEngine({ ...machine({}), platform: 'win32' }, NEVER));
    assert.equal(error.title, 'No Docker engine answers.');
    assert.deepEqual(
      error.detail?.split('\n').map((line) => line.replace(/^npipe:\S+ /, '')),
      [
        '(default): no socket there (not installed, or not running)',
        '(Docker Desktop): no socket there (not installed, or not running)',
        '(Podman): no socket there (not installed, or not running)',
      ],
    );
    assert.match(error.actions[0].title, /Docker Desktop/);
  });

  it('says that a context does not exist', async () => {
    const error = await unreachable(findEngine(machine({ DOCKER_CONTEXT: 'gone' }), NEVER));
    assert.match(error.title, /context gone/);
    assert.match(error.detail ?? '', /there is no such context/);
    assert.match(error.actions[0].title, /docker context use.*DOCKER_CONTEXT/);
  });

  it('says that an address cannot be used', async () => {
    for (const address of ['fd://x', 'ssh://', 'tcp://:::', 'tcp://']) {
      const error = await unreachable(findEngine(machine({ DOCKER_HOST: address }), NEVER));
      assert.match(error.detail ?? '', /is not/, address);
    }
  });

  it('advises by what the usual place answers, not by one that only others may enter', async () => {
    const refusing = async (code: 'ENOENT' | 'ECONNREFUSED', origin: string): Promise<string> => {
      const address = code === 'ENOENT' ? 'unix:///nowhere/docker.sock' : 'tcp://127.0.0.1:1';
      const places = [
        { address, origin, chosen: false },
        { address: 'tcp://127.0.0.1:1', origin: 'Podman', chosen: false },
      ];
      const error = await unreachable(firstThatAnswers(places, machine({}), NEVER));
      return error.actions.map(({ title }) => title).join(' ');
    };
    assert.match(await refusing('ENOENT', 'default'), /if Docker is installed.*install Docker/);
    assert.match(
      await refusing('ECONNREFUSED', 'default'),
      /^Start the engine: sudo systemctl start docker\.$/,
    );
  });

  it('keeps a port that other kinds of address have by themselves', async () => {
    const error = await unreachable(findEngine(machine({ DOCKER_HOST: 'tcp://127.0.0.1:80' }), NEVER));
    assert.equal((error.cause as { port?: number }).port, 80);
  });

  it('does not wait for a silent engine once it is cancelled', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const cancel = new AbortController();
    silent.once('connection', () => cancel.abort());
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const search = findEngine(machine({ DOCKER_HOST: `tcp://127.0.0.1:${address.port}` }), cancel.signal);
    await assert.rejects(search, CancelledError);
    silent.close();
  });
});

/** Connects to a unix socket instead. */
const bridgeTo = (socketPath: string): string => `
const socket = require('node:net').connect(${JSON.stringify(socketPath)});
process.stdin.pipe(socket).pipe(process.stdout);
`;

/** Variables of a machine whose program named `ssh` is this one. */
async function withFakeSsh(program: string): Promise<Record<string, string>> {
  const folder = await tempFolder({ ssh: `#!/usr/bin/env node\n${program}` });
  await chmod(join(folder, 'ssh'), 0o755);
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}`, DOCKER_HOST: 'ssh://ada@gpu-box' };
}

describe('an engine over ssh', () => {
  it('is reached through the ssh program, streams included', () =>
    withFakeDocker(
      { attached: (output) => output.end('\x01\0\0\0\0\0\0\x03hi\n') },
      async ({ socketPath }) => {
        const engine = await findEngine(machine(await withFakeSsh(bridgeTo(socketPath))), NEVER);
        assert.equal(engine.address, 'ssh://ada@gpu-box (DOCKER_HOST)');
        const lines: string[] = [];
        const spec = { image: 'x', command: ['true'], network: 'none' as const, labels: {} };
        await engine.container.use(spec, (container) =>
          container.run({ onLine: (_, line) => void lines.push(line) }),
        );
        assert.deepEqual(lines, ['hi']);
      },
    ));

  it('is refused in the words of ssh', async () => {
    const complaint = 'ada@gpu-box: Permission denied (publickey).';
    const environment = await withFakeSsh(`console.error('${complaint}'); process.exitCode = 255;`);
    const error = await unreachable(findEngine(machine(environment), NEVER));
    assert.match(error.detail ?? '', /ssh: ada@gpu-box: Permission denied \(publickey\)\./);
  });

  it('is refused when there is no ssh program', async () => {
    const error = await unreachable(
      findEngine(machine({ PATH: '/nowhere', DOCKER_HOST: 'ssh://box' }), NEVER),
    );
    assert.match(error.detail ?? '', /: the program ssh is not installed here$/);
  });

  it('takes user, port and socket from the address, and never a host for an option', async () => {
    const environment = await withFakeSsh(
      `console.error(process.argv.slice(2).join(' ')); process.exitCode = 255;`,
    );
    const tail = async (address: string): Promise<string | undefined> => {
      const { detail = '' } = await unreachable(
        findEngine(machine({ ...environment, DOCKER_HOST: address }), NEVER),
      );
      return / -T (.*)$/.exec(detail)?.[1];
    };
    assert.equal(await tail('ssh://box'), '-- box docker system dial-stdio');
    assert.equal(await tail('ssh://ada@box:2222'), '-l ada -p 2222 -- box docker system dial-stdio');
    assert.equal(
      await tail('ssh://box/run/user/1/docker.sock'),
      '-- box docker --host unix:///run/user/1/docker.sock system dial-stdio',
    );
    assert.equal(await tail('ssh://-oProxyCommand=x'), '-- -oProxyCommand=x docker system dial-stdio');
  });
});
