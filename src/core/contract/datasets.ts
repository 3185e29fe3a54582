import { defined } from '../../base/defined.ts';
import { fingerprint } from '../../base/hash.ts';
import type { Bundle, BundleFile, Project } from '../artefacts.ts';
import type { PartKind } from '../packing.ts';
import { datasetInput, modelInput } from './image/paths.ts';

/** Name of the file by which a notebook finds and verifies a dataset (design section 3, "Datasets"). */
export const MARKER_FILE = 'bundle.json';

/** The framework and the variation of the models that are kept on Kaggle Models: Kaggle knows no framework of Julia's. */
export const MODEL_FRAMEWORK = 'other';
export const MODEL_VARIATION = 'default';

/** One Kaggle dataset, or model, as it should be: the files of the parts that JuliaKaggle.toml maps to it, and its marker. */
export interface DatasetPlan {
  readonly slug: string;
  /** It is a model of Kaggle Models; absent: a dataset. */
  readonly on?: 'model';
  /** Of a model: which it is made with. */
  readonly license?: string;
  readonly kinds: readonly PartKind[];
  /** Identifies the content: the same files give the same id on any machine. */
  readonly bundleId: string;
  readonly files: readonly BundleFile[];
  /** Text of `bundle.json`; it names the project, by which another one leaves the dataset alone. */
  readonly marker: string;
}

/** Hash over names, sizes and contents. */
export function bundleIdOf(files: readonly BundleFile[]): string {
  const facts = files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  return fingerprint(facts.sort((a, b) => (a.name < b.name ? -1 : 1))).slice(0, 16);
}

/** Pure: which datasets this bundle makes. Parts that share a slug share a dataset. */
export function planDatasets(project: Project, bundle: Bundle): DatasetPlan[] {
  const slugs = [...new Set(bundle.parts.map((part) => project.datasets[part.kind]))];
  return slugs.map((slug) => {
    const parts = bundle.parts.filter((part) => project.datasets[part.kind] === slug);
    const files = parts.flatMap((part) => part.files);
    const bundleId = bundleIdOf(files);
    const facts = files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
    const kinds = parts.map((part) => part.kind);
    // Julia by itself is no project's: all of the account share it.
    const owner = isJuliaAlone({ kinds }) ? {} : { project: project.uuid };
    const marker = { format: 1, bundleId, ...owner, kinds, files: facts };
    const model = kinds.includes('models') ? { on: project.modelsOn, license: project.modelLicense } : {};
    return {
      slug,
      ...defined(model),
      kinds,
      bundleId,
      files,
      marker: `${JSON.stringify(marker, undefined, 1)}\n`,
    };
  });
}

/** Pure: a model as `[inputs]` and notebooks name it, without its version. */
export function modelRef(owner: string, slug: string): string {
  return [owner, slug, MODEL_FRAMEWORK, MODEL_VARIATION].join('/');
}

/** Pure: where a dataset or a model is mounted; here a model is in its first version, whichever Kaggle makes of it. */
export function mountOf(owner: string, { slug, on }: Pick<DatasetPlan, 'slug' | 'on'>): string {
  return on === 'model' ? modelInput(modelRef(owner, slug), 1) : datasetInput(owner, slug);
}

/** Pure: where the models of a project are mounted. */
export function modelsMount(owner: string, { datasets, modelsOn }: Project): string {
  return mountOf(owner, { slug: datasets.models, ...defined({ on: modelsOn }) });
}

/** The dataset that holds a part. */
export function planOf(plans: readonly DatasetPlan[], kind: PartKind): DatasetPlan | undefined {
  return plans.find((plan) => plan.kinds.includes(kind));
}

/** Whether the dataset holds Julia and nothing else: its name and size then tell its content, for any project. */
export function isJuliaAlone({ kinds }: Pick<DatasetPlan, 'kinds'>): boolean {
  return kinds.length === 1 && kinds[0] === 'julia';
}
