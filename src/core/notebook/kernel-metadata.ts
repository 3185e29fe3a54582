import { defined } from '../../base/defined.ts';
import type { Datasets, Depot, Project } from '../artefacts.ts';
import { type DatasetPlan, modelRef } from '../contract/datasets.ts';
import { pinnedImage } from '../contract/image/kaggle-image.ts';
import { inputSources } from '../contract/image/other-inputs.ts';
import { titleSlug } from '../contract/slugs.ts';

/** Name of the notebook beside its metadata. */
export const NOTEBOOK_FILE = 'notebook.ipynb';

/**
 * Pure: the text of `kernel-metadata.json`, by which the official client pushes a notebook (kaggle-api 4.1): private, the
 * internet off, with the datasets of the bundle and the competition as inputs.
 * @param owner Whose notebook and datasets they are.
 * @param upload By which a model's version is known.
 */
export function kernelMetadata(
  owner: string,
  { project, build }: { readonly project: Project; readonly build: Depot },
  plans: readonly DatasetPlan[],
  upload?: Datasets,
): string {
  const { title, accelerator } = project.notebook;
  const sources = inputSources(project);
  const image = pinnedImage({ digest: build.image.digest });
  const metadata = {
    // Kaggle derives a new notebook's slug from its title, whatever is asked for.
    id: `${owner}/${titleSlug(title)}`,
    title,
    code_file: NOTEBOOK_FILE,
    language: 'python',
    kernel_type: 'notebook',
    is_private: true,
    enable_gpu: accelerator !== 'none',
    enable_tpu: false,
    enable_internet: false,
    ...(accelerator === 'none' ? {} : { machine_shape: accelerator }),
    ...defined({ docker_image: image }),
    dataset_sources: [
      ...plans.flatMap(({ slug, on }) => (on === undefined ? [`${owner}/${slug}`] : [])),
      ...sources.datasets,
    ],
    competition_sources: [project.competition, ...sources.competitions],
    kernel_sources: sources.notebooks,
    model_sources: [...ownModels(owner, plans, upload), ...sources.models],
  };
  return `${JSON.stringify(metadata, undefined, 2)}\n`;
}

/** A model is attached by its version: the one that has these files, or the one that they will be. */
function ownModels(owner: string, plans: readonly DatasetPlan[], upload: Datasets | undefined): string[] {
  return plans.flatMap(({ slug, on, bundleId }) => {
    if (on === undefined) return [];
    const before =
      upload?.owner === owner
        ? upload.datasets.find((each) => each.on === on && each.slug === slug)
        : undefined;
    const version = before?.bundleId === bundleId ? before.version : (before?.version ?? 0) + 1;
    return [`${modelRef(owner, slug)}/${version}`];
  });
}
