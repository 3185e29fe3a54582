import { type ErrorAction, UserError } from '../base/errors.ts';
import type { EngineInfo } from './engine.ts';
import type { EngineAnswer } from './translate-error.ts';

const ACTIONS: readonly [ErrorAction, ...ErrorAction[]] = [
  {
    title:
      'For an NVIDIA card, install the NVIDIA Container Toolkit where the engine runs and restart the engine.',
    url: 'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html',
  },
  { title: 'Or run without a GPU, or use an engine that has one (`docker context use`, DOCKER_HOST).' },
];

/**
 * Whether the engine has the runtime, decided by `GET /info`: how it words its refusal differs between versions
 * (docker-julia section 5, "Runtime and GPU").
 * @throws UserError `gpu-unavailable`.
 */
export function requireRuntime(runtime: string, info: EngineInfo): void {
  if (info.runtimes.includes(runtime)) return;
  throw new UserError({
    code: 'gpu-unavailable',
    title: `The Docker engine has no runtime "${runtime}".`,
    detail: `It has: ${info.runtimes.join(', ')}.`,
    actions: ACTIONS,
  });
}

/** The runtime is registered, but a container does not start with it: its program or the driver is missing. */
export function runtimeFailed(runtime: string, answer: EngineAnswer): UserError | undefined {
  return new UserError({
    code: 'gpu-unavailable',
    title: `The Docker engine could not start a container with the runtime "${runtime}".`,
    detail: answer.message,
    actions: ACTIONS,
    cause: answer.cause,
  });
}
