import * as z from 'zod/mini';
import { denied, invalid, notFound } from '../api-error.ts';
import { unpackAll } from '../archive.ts';
import { findModel, findVariation, frameworkNamed } from '../models.ts';
import { pageOf } from '../paging.ts';
import type { Model, ModelVersion, User, Variation } from '../records.ts';
import type { Services } from '../services.ts';
import { content, filesOf, licenceOf } from './dataset-requests.ts';
import { describeModel, describeModelVersion, describeVariation } from './model-answers.ts';
import { flag, int, method, type Methods, openMethod, page, Redirect, text } from './rpc.ts';

const ofModel = z.object({ ownerSlug: text(), modelSlug: text() });
const ofVariation = z.object({ ...ofModel.shape, framework: text(), instanceSlug: text() });
const ofVersion = z.object({ ...ofVariation.shape, versionNumber: int() });
type OfVariation = z.output<typeof ofVariation>;

const createModel = z.object({
  ownerSlug: text(),
  slug: text(),
  title: text(),
  // A plain boolean, as of a dataset: left out means public.
  isPrivate: flag(),
  subtitle: text(),
  description: text(),
});
const variationBody = z.object({
  instanceSlug: text(),
  framework: text(),
  licenseName: text(),
  overview: text(),
  usage: text(),
  ...content,
});
const versionBody = z.object({ versionNotes: text(), ...content });
type Content = Pick<z.output<typeof versionBody>, 'files' | 'directories'>;

/** `models.ModelApiService` (kaggle-api 3). A version is there as soon as it is answered: models have no status. */
export function modelMethods(services: Services): Methods {
  const { store, storage, turns } = services;
  return {
    CreateModel: method(createModel, (request, { user, origin }) =>
      turns.take(() => create(services, request, user, origin)),
    ),

    CreateModelInstance: method(
      z.object({ ...ofModel.shape, body: z.optional(variationBody) }),
      ({ ownerSlug, modelSlug, body }, { user, origin }) =>
        turns.take(async () => {
          const model = findOwn(services, ownerSlug, modelSlug, user);
          if (body === undefined) throw invalid('The body is missing');
          return createVariation(services, model, body, user, origin);
        }),
    ),

    CreateModelInstanceVersion: method(
      z.object({ ...ofVariation.shape, body: z.optional(versionBody) }),
      (request, { user, origin }) =>
        turns.take(async () => {
          const model = findOwn(services, request.ownerSlug, request.modelSlug, user);
          const variation = variationIn(model, request);
          const { body = { versionNotes: '', files: [], directories: [] } } = request;
          const version = await draft(services, body, user, variation.made + 1, body.versionNotes);
          const grown = { ...variation, made: version.version, versions: [...variation.versions, version] };
          await putVariation(services, model, grown);
          return saved(model, grown, origin);
        }),
    ),

    GetModel: openMethod(ofModel, ({ ownerSlug, modelSlug }, { user, origin }) =>
      describeModel(find(services, ownerSlug, modelSlug, user), origin),
    ),

    GetModelInstance: openMethod(ofVariation, (request, { user, origin }) => {
      const model = find(services, request.ownerSlug, request.modelSlug, user);
      return describeVariation(model, variationIn(model, request), origin);
    }),

    ListModels: openMethod(z.object({ search: text(), owner: text(), ...page() }), (request, call) => {
      const words = request.search.toLowerCase();
      const listed = store.models
        .values()
        .filter((model) => findModel(store, model.owner, model.slug, call.user) !== undefined)
        .filter(({ owner }) => request.owner === '' || owner === request.owner)
        .filter(({ slug, title }) => `${slug} ${title}`.toLowerCase().includes(words));
      const { items, nextPageToken } = pageOf(listed, request);
      const models = items.map((model) => describeModel(model, call.origin));
      return { models, nextPageToken, totalResults: listed.length };
    }),

    ListModelInstances: openMethod(z.object({ ...ofModel.shape, ...page() }), (request, call) => {
      const model = find(services, request.ownerSlug, request.modelSlug, call.user);
      const { items, nextPageToken } = pageOf(model.variations, request);
      return {
        instances: items.map((variation) => describeVariation(model, variation, call.origin)),
        nextPageToken,
      };
    }),

    ListModelInstanceVersions: openMethod(z.object({ ...ofVariation.shape, ...page() }), (request, call) => {
      const model = find(services, request.ownerSlug, request.modelSlug, call.user);
      const variation = variationIn(model, request);
      const { items, nextPageToken } = pageOf(variation.versions.toReversed(), request);
      const versions = items.map((version) => describeModelVersion(model, variation, version, call.origin));
      return { versionList: { versions }, nextPageToken };
    }),

    ListModelInstanceVersionFiles: openMethod(
      z.object({ ...ofVersion.shape, ...page() }),
      (request, call) => {
        const version = versionOf(services, request, call.user);
        const { items, nextPageToken } = pageOf(version.files, request);
        return {
          files: items.map(({ name, bytes }) => ({ name, size: bytes, creationDate: version.createdAt })),
          nextPageToken,
        };
      },
    ),

    DownloadModelInstanceVersion: openMethod(
      z.object({ ...ofVersion.shape, path: text() }),
      (request, call) => {
        // Kaggle makes a tar.gz of all; this sandbox makes none (docs/sandbox.md).
        if (request.path === '')
          throw invalid('This sandbox gives out single files of a model: name its path');
        const file = versionOf(services, request, call.user).files.find(({ name }) => name === request.path);
        if (file === undefined) throw notFound('Model file not found');
        return new Redirect(storage.signedUrl(call.origin, { kind: 'blob', ...file }));
      },
    ),

    DeleteModel: method(ofModel, ({ ownerSlug, modelSlug }, { user }) =>
      turns.take(async () => {
        await store.models.delete(findOwn(services, ownerSlug, modelSlug, user).id);
        return swept(services);
      }),
    ),

    DeleteModelInstance: method(ofVariation, (request, { user }) =>
      turns.take(async () => {
        const model = findOwn(services, request.ownerSlug, request.modelSlug, user);
        const { id } = variationIn(model, request);
        const variations = model.variations.filter((variation) => variation.id !== id);
        await store.models.put(model.id, { ...model, variations });
        return swept(services);
      }),
    ),

    DeleteModelInstanceVersion: method(ofVersion, (request, { user }) =>
      turns.take(async () => {
        const model = findOwn(services, request.ownerSlug, request.modelSlug, user);
        const variation = variationIn(model, request);
        const gone = versionOf(services, request, user).version;
        const versions = variation.versions.filter(({ version }) => version !== gone);
        await putVariation(services, model, { ...variation, versions });
        return swept(services);
      }),
    ),
  };
}

async function create(
  { store, clock }: Services,
  { ownerSlug, slug, title, isPrivate, subtitle, description }: z.output<typeof createModel>,
  user: User,
  origin: string,
): Promise<object> {
  if (ownerSlug !== user.username) throw denied('models.create');
  if (!/^[a-z0-9-]{1,50}$/.test(slug)) throw invalid(`Invalid model slug '${slug}'`);
  if (title === '') throw invalid('The title of the model is missing');
  if (findModel(store, ownerSlug, slug, user) !== undefined)
    return refused(409, `The requested slug "${slug}" is already in use by a model.`);
  const id = await store.nextId();
  const model: Model = {
    ...{ id, owner: user.username, slug, title, subtitle, description, isPrivate },
    createdAt: new Date(clock.now()).toISOString(),
    variations: [],
  };
  await store.models.put(id, model);
  const ref = `${model.owner}/${slug}`;
  return { id, ref, url: `${origin}/models/${ref}`, error: '', errorCode: 0 };
}

async function createVariation(
  services: Services,
  model: Model,
  body: z.output<typeof variationBody>,
  user: User,
  origin: string,
): Promise<object> {
  const framework = frameworkNamed(body.framework);
  if (framework === undefined) throw invalid(`Unknown framework '${body.framework}'`);
  if (!/^[a-z0-9][\w.-]{0,49}$/i.test(body.instanceSlug))
    throw invalid(`Invalid instance slug '${body.instanceSlug}'`);
  // Kaggle's names for models have blanks: "Apache 2.0".
  const licence = licenceOf(body.licenseName.replaceAll(' ', '-'));
  if (licence === undefined) throw invalid(`'${body.licenseName}' is not a licence`);
  if (findVariation(model, framework, body.instanceSlug) !== undefined)
    return refused(409, `The model instance "${body.instanceSlug}" exists already.`);
  const variation: Variation = {
    id: await services.store.nextId(),
    ...{ framework, slug: body.instanceSlug, licenseName: licence },
    ...{ overview: body.overview, usage: body.usage, made: 1 },
    versions: [await draft(services, body, user, 1, 'Initial release')],
  };
  await putVariation(services, model, variation);
  return saved(model, variation, origin);
}

async function draft(
  { store, uploads, clock }: Services,
  sent: Content,
  user: User,
  version: number,
  notes: string,
): Promise<ModelVersion> {
  const uploaded = filesOf(sent, (token) => uploads.finished(user.username, token));
  if (uploaded.length === 0) throw invalid('A model version needs files');
  // A request is not cut off in the middle of it: there is no signal.
  const files = await unpackAll(store.blobs, uploaded, new AbortController().signal);
  return { version, notes, createdAt: new Date(clock.now()).toISOString(), files };
}

/** In place of the one with its id, or as another. */
function putVariation({ store }: Services, model: Model, variation: Variation): Promise<void> {
  const others = model.variations.filter(({ id }) => id !== variation.id);
  return store.models.put(model.id, { ...model, variations: [...others, variation] });
}

function swept({ sweepVolumes }: Services): object {
  sweepVolumes();
  return { error: '' };
}

function saved(model: Model, variation: Variation, origin: string): object {
  const { url } = describeVariation(model, variation, origin);
  return { id: variation.id, ref: `${model.owner}/${model.slug}`, url, error: '', errorCode: 0 };
}

/** A refusal inside a 200, as Kaggle has it for models (kaggle-api 0.5, 3). */
function refused(errorCode: number, error: string): object {
  return { id: 0, ref: '', url: '', error, errorCode };
}

/** @throws ApiError 403 for a model that is missing, or private and somebody else's. */
function find({ store }: Services, owner: string, slug: string, user: User | undefined): Model {
  const model = findModel(store, owner, slug, user);
  if (model === undefined) throw denied('models.get');
  return model;
}

function findOwn(services: Services, owner: string, slug: string, user: User): Model {
  const model = find(services, owner, slug, user);
  if (model.owner !== user.username) throw denied('models.update');
  return model;
}

/** @throws ApiError 404 */
function variationIn(model: Model, { framework, instanceSlug }: OfVariation): Variation {
  const variation = findVariation(model, framework, instanceSlug);
  if (variation === undefined) throw notFound('Model instance not found');
  return variation;
}

/** 0: the newest one. @throws ApiError 403, 404 */
function versionOf(
  services: Services,
  request: z.output<typeof ofVersion>,
  user: User | undefined,
): ModelVersion {
  const { versions } = variationIn(find(services, request.ownerSlug, request.modelSlug, user), request);
  const wanted = request.versionNumber;
  const version = wanted === 0 ? versions.at(-1) : versions.find((each) => each.version === wanted);
  if (version === undefined) throw notFound('Model instance version not found');
  return version;
}
