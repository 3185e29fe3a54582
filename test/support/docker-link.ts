import { setImmediate } from 'node:timers/promises';
import { cancellable, type Clock } from '../../src/base/abort.ts';
import { connect } from '../../src/docker/connect.ts';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.ts';
import type { ContainerSpec, Engine } from '../../src/docker/engine.ts';
import type { FakeDocker } from './fake-docker.ts';

export const NEVER = new AbortController().signal;

/** Its pauses end at once, after what is on its way has arrived. */
const quickClock: Clock = {
  now: () => Date.now(),
  sleep: (_ms, signal) => cancellable(signal, () => setImmediate()),
};

/** The engine port over the fake engine. `answerLimitMs` is how long a hanging engine is waited for. */
export async function engineOver(fake: FakeDocker, answerLimitMs = 60_000): Promise<Engine> {
  const address = `unix://${fake.socketPath}`;
  const docker = await connect({ address, origin: 'test', chosen: true }, {});
  return dockerodeEngine({ docker, address, answerLimitMs, clock: quickClock, signal: NEVER });
}

export const SPEC: ContainerSpec = { image: 'some/image:1', command: ['true'], network: 'none' };
