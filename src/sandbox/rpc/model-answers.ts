import { modelRef } from '../models.ts';
import type { Model, ModelVersion, Variation } from '../records.ts';

/** How models look in answers (kaggle-api 3). */

/** A model with its variations. */
export function describeModel(model: Model, origin: string): object {
  const ref = `${model.owner}/${model.slug}`;
  return {
    id: model.id,
    ref,
    title: model.title,
    subtitle: model.subtitle,
    author: model.owner,
    slug: model.slug,
    isPrivate: model.isPrivate,
    description: model.description,
    instances: model.variations.map((variation) => describeVariation(model, variation, origin)),
    tags: [],
    publishTime: model.createdAt,
    updateTime: model.variations.flatMap(({ versions }) => versions).at(-1)?.createdAt ?? model.createdAt,
    url: `${origin}/models/${ref}`,
    voteCount: 0,
  };
}

/** A variation in its newest version. */
export function describeVariation(
  model: Model,
  variation: Variation,
  origin: string,
): { readonly url: string } {
  const newest = variation.versions.at(-1);
  const facts = {
    id: variation.id,
    slug: variation.slug,
    framework: `MODEL_FRAMEWORK_${variation.framework}`,
    fineTunable: false,
    overview: variation.overview,
    usage: variation.usage,
    versionNumber: newest?.version ?? 0,
    trainingData: [],
    licenseName: variation.licenseName,
    totalUncompressedBytes: bytesOf(newest),
  };
  return { ...facts, url: `${origin}/models/${modelRef(model, variation)}` };
}

/** One version of a variation. */
export function describeModelVersion(
  model: Model,
  variation: Variation,
  version: ModelVersion,
  origin: string,
): object {
  return {
    id: variation.id * 1000 + version.version,
    framework: `MODEL_FRAMEWORK_${variation.framework}`,
    url: `${origin}/models/${modelRef(model, variation)}/${version.version}`,
    variationSlug: variation.slug,
    versionNumber: version.version,
    modelTitle: model.title,
    isPrivate: model.isPrivate,
  };
}

function bytesOf(version: ModelVersion | undefined): number {
  return (version?.files ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
}
