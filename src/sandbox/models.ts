import type { Model, User, Variation } from './records.ts';
import type { Store } from './store.ts';

/** Models as Kaggle has them: a model has variations for frameworks, and each of these has versions (kaggle-api 3). */

/** Kaggle's names of frameworks without their prefix (kaggle-api 3). */
const FRAMEWORKS = [
  'TENSOR_FLOW_1',
  'TENSOR_FLOW_2',
  'TF_LITE',
  'TF_JS',
  'PY_TORCH',
  'JAX',
  'FLAX',
  'PAX',
  'GEMMA_CPP',
  'GGUF',
  'SCIKIT_LEARN',
  'ONNX',
  'KERAS',
  'TRANSFORMERS',
  'TENSOR_RT_LLM',
  'OTHER',
] as const;

/** As it is in a mount and in a source of a notebook: `pytorch`, `other`. */
function frameworkInPaths(framework: string): string {
  return framework.replaceAll('_', '').toLowerCase();
}

/** Kaggle's name of a framework, written as in its API (`MODEL_FRAMEWORK_PY_TORCH`) or in paths; undefined for none. */
export function frameworkNamed(text: string): string | undefined {
  const wanted = frameworkInPaths(text.replace(/^MODEL_FRAMEWORK_/, ''));
  return FRAMEWORKS.find((name) => frameworkInPaths(name) === wanted);
}

/** `owner/model/framework/variation`. */
export function modelRef({ owner, slug }: Pick<Model, 'owner' | 'slug'>, variation: Variation): string {
  return [owner, slug, frameworkInPaths(variation.framework), variation.slug].join('/');
}

/** A model that this user may see. */
export function findModel(
  { models }: Pick<Store, 'models'>,
  owner: string,
  slug: string,
  user: Pick<User, 'username'> | undefined,
): Model | undefined {
  const found = models.find((model) => model.owner === owner && model.slug === slug);
  return found?.isPrivate === true && found.owner !== user?.username ? undefined : found;
}

/** In whatever form the framework is written. */
export function findVariation(model: Model, framework: string, slug: string): Variation | undefined {
  const wanted = frameworkNamed(framework);
  return model.variations.find((variation) => variation.framework === wanted && variation.slug === slug);
}

/** By its id, which no other variation of any model has. */
export function variationOf({ models }: Pick<Store, 'models'>, id: number): Variation | undefined {
  return models
    .values()
    .flatMap(({ variations }) => variations)
    .find((variation) => variation.id === id);
}
