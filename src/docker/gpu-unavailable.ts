import * as l10n from '@vscode/l10n';
import { type ErrorAction, UserError } from '../base/errors.ts';
import type { EngineInfo, GpuWay } from './engine.ts';
import type { EngineAnswer } from './translate-error.ts';

/** What a person types for each way. */
export const GPU_OPTIONS: Readonly<Record<GpuWay, string>> = {
  runtime: '--runtime nvidia',
  'device-request': '--gpus all',
  cdi: '--device nvidia.com/gpu=all',
};

/** What to do when the engine gives no GPU. */
export function gpuActions(): readonly [ErrorAction, ...ErrorAction[]] {
  return [
    {
      title: l10n.t(
        'For an NVIDIA card, install the NVIDIA Container Toolkit where the engine runs and restart the engine.',
      ),
      url: 'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html',
    },
    {
      title: l10n.t(
        'Or run without a GPU, or use an engine that has one (`docker context use`, DOCKER_HOST).',
      ),
    },
  ];
}

/**
 * Whether the engine has NVIDIA's runtime, decided by `GET /info`: how it words its refusal differs between versions
 * (docker-julia section 5, "Runtime and GPU").
 * @throws UserError `gpu-unavailable`.
 */
export function requireNvidiaRuntime(info: EngineInfo): void {
  if (info.runtimes.includes('nvidia')) return;
  throw new UserError({
    code: 'gpu-unavailable',
    title: l10n.t('The Docker engine has no runtime "nvidia".'),
    detail: l10n.t('no runtime "nvidia" is registered, only {0}', info.runtimes.join(', ')),
    actions: gpuActions(),
  });
}

/** The engine refuses to make or to start a container with a GPU: its driver, the toolkit or the card is missing. */
export function gpuFailed(way: GpuWay, answer: EngineAnswer): UserError {
  return new UserError({
    code: 'gpu-unavailable',
    title: l10n.t('The Docker engine could not start a container with a GPU ({0}).', GPU_OPTIONS[way]),
    detail: answer.message,
    actions: gpuActions(),
    cause: answer.cause,
  });
}
