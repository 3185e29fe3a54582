import * as l10n from '@vscode/l10n';
import { UserError } from '../../../base/errors.ts';
import { plural } from '../../../base/format.ts';
import type { ContainerSpec, Engine } from '../../../docker/engine.ts';
import { type GpuProbe, probeGpu } from '../../../docker/gpu.ts';
import { gpuActions, GPU_OPTIONS } from '../../../docker/gpu-unavailable.ts';
import type { GpuReport, Project } from '../../artefacts.ts';
import type { StageContext } from '../../stage.ts';

const WITHOUT: GpuReport = { way: 'none', devices: [] };

/**
 * The GPUs for a run of the project, found by trying; undefined when its accelerator is `none`. Where there are none,
 * the person is asked, unless the last test (`previous`) went without already, and the run goes on without.
 * @throws UserError `gpu-unavailable` when the person does not want that; errors of the engine.
 */
export async function chooseGpu(
  engine: Engine,
  project: Project,
  { image, previous }: { readonly image: string; readonly previous: GpuReport | undefined },
  context: StageContext,
): Promise<GpuReport | undefined> {
  if (project.notebook.accelerator === 'none') return undefined;
  context.progress(l10n.t('Looking for a GPU'));
  const probe = await probeGpu(engine, { image, memory: context.ports.gpuMemory });
  if (probe.found !== undefined) {
    const report = { way: probe.found.way, devices: [...probe.found.devices] };
    context.log('note', `Running ${gpuInWords(report)}`);
    return report;
  }
  const reason = refusalsInWords(probe);
  if (previous?.way !== 'none' && (await context.confirmWithoutGpu?.(reason)) === false)
    throw declined(project, reason);
  context.warn(l10n.t('The engine gives no GPU: {0} is tested without one. {1}', project.name, reason));
  return WITHOUT;
}

/** The part of a container's spec. */
export function gpuOf(report: GpuReport | undefined): Pick<ContainerSpec, 'gpu'> {
  return report === undefined || report.way === 'none' ? {} : { gpu: report.way };
}

/** `with 2 GPUs (Tesla T4, Tesla T4; --gpus all)`, `without a GPU`. */
export function gpuInWords({ way, devices }: GpuReport): string {
  if (way === 'none') return l10n.t('without a GPU');
  return l10n.t('with {0} ({1}; {2})', plural(devices.length, 'GPU'), devices.join(', '), GPU_OPTIONS[way]);
}

/** Why each way did not work, in the order of trying. */
export function refusalsInWords({ refusals }: GpuProbe): string {
  return refusals.map(({ way, reason }) => `${GPU_OPTIONS[way]}: ${reason}`).join('; ');
}

function declined(project: Project, detail: string): UserError {
  return new UserError({
    code: 'gpu-unavailable',
    title: l10n.t('The engine gives no GPU, and {0} was not to be tested without one.', project.name),
    detail,
    actions: gpuActions(),
  });
}
