import { newestVersion } from '../dataset-versions.ts';
import type { Kernel, KernelVersion, Source } from '../records.ts';

/** How notebooks look in answers (kaggle-api 4.6, 4.7). */
export function describeKernel(kernel: Kernel, version: KernelVersion, image: string): object {
  const refs = (kind: Source['kind']): string[] =>
    version.sources.filter((source) => source.kind === kind).map(({ ref }) => ref);
  return {
    id: kernel.id,
    ref: `${kernel.owner}/${kernel.slug}`,
    title: kernel.title,
    author: kernel.owner,
    slug: kernel.slug,
    lastRunTime: version.startedAt ?? version.createdAt,
    language: version.language,
    kernelType: kernel.kernelType,
    isPrivate: kernel.isPrivate,
    enableGpu: version.enableGpu,
    enableTpu: version.enableTpu,
    enableInternet: version.enableInternet,
    categoryIds: kernel.categoryIds,
    datasetDataSources: refs('dataset'),
    kernelDataSources: refs('notebook'),
    competitionDataSources: refs('competition'),
    modelDataSources: [],
    totalVotes: 0,
    currentVersionNumber: newestVersion(kernel).version,
    dockerImage: image,
    machineShape: version.machineShape,
  };
}
