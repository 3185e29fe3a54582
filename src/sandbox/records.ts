import * as z from 'zod/mini';

/** What the sandbox keeps on disk, one JSON document each. Times are ISO-8601 in UTC. */

const user = z.object({ username: z.string(), userId: z.number(), key: z.string(), token: z.string() });
export type User = z.infer<typeof user>;

export const account = z.object({
  /** Names this sandbox in container and volume labels. */
  instance: z.string(),
  /** Signs storage URLs. */
  signingSecret: z.string(),
  users: z.tuple([user], user),
});
export type Account = z.infer<typeof account>;

/** A file by content; `name` is a relative path with `/`. */
const storedFile = z.object({ name: z.string(), bytes: z.number(), sha256: z.string() });
export type StoredFile = z.infer<typeof storedFile>;

/** What a sign-in gave (kaggle-api 0.7). The token itself is not kept, only its sha256. */
export const token = z.object({
  sha256: z.string(),
  kind: z.enum(['refresh', 'access']),
  username: z.string(),
  scope: z.string(),
  expiresAt: z.string(),
  /** Of an access token: sha256 of the refresh token that it came from; it ends with it. */
  parent: z.optional(z.string()),
});
export type Token = z.infer<typeof token>;

export const upload = z.object({
  id: z.string(),
  token: z.string(),
  owner: z.string(),
  name: z.string(),
  contentLength: z.number(),
  createdAt: z.string(),
  /** Set when all bytes are there. */
  sha256: z.optional(z.string()),
});
export type Upload = z.infer<typeof upload>;

const datasetVersion = z.object({
  version: z.number(),
  createdAt: z.string(),
  creator: z.string(),
  notes: z.string(),
  /** As they were sent. */
  uploads: z.array(storedFile),
  /** `processing`: archives are still to be unpacked. */
  state: z.enum(['processing', 'processed', 'failed']),
  error: z.optional(z.string()),
  /** As they appear in a notebook. */
  files: z.array(storedFile),
  deleteOlder: z.boolean(),
  /** In place of the sandbox's own time to READY, and an end as FAILED: set by faults. */
  readyDelayMs: z.optional(z.number()),
  willFail: z.optional(z.boolean()),
});
export type DatasetVersion = z.infer<typeof datasetVersion>;

export const dataset = z.object({
  id: z.number(),
  owner: z.string(),
  slug: z.string(),
  title: z.string(),
  subtitle: z.string(),
  description: z.string(),
  isPrivate: z.boolean(),
  licenseName: z.string(),
  keywords: z.array(z.string()),
  expectedUpdateFrequency: z._default(z.string(), 'not specified'),
  userSpecifiedSources: z._default(z.string(), ''),
  /** What is said of files, by their names. */
  fileDescriptions: z._default(z.record(z.string(), z.string()), {}),
  /** Until then it answers 403: set by a fault. */
  hiddenUntil: z.optional(z.string()),
  versions: z.array(datasetVersion).check(z.minLength(1)),
});
export type Dataset = z.infer<typeof dataset>;

const modelVersion = z.object({
  version: z.number(),
  createdAt: z.string(),
  notes: z.string(),
  /** As they appear in a notebook. */
  files: z.array(storedFile),
});
export type ModelVersion = z.infer<typeof modelVersion>;

/** One variation of a model, which the API calls an instance (kaggle-api 3). */
const variation = z.object({
  id: z.number(),
  /** By Kaggle's name without its prefix: `OTHER`, `PY_TORCH`, ... */
  framework: z.string(),
  slug: z.string(),
  licenseName: z.string(),
  overview: z.string(),
  usage: z.string(),
  /** Of a version that was deleted the number is not given again. */
  made: z.number(),
  versions: z.array(modelVersion),
});
export type Variation = z.infer<typeof variation>;

export const model = z.object({
  id: z.number(),
  owner: z.string(),
  slug: z.string(),
  title: z.string(),
  subtitle: z.string(),
  description: z.string(),
  isPrivate: z.boolean(),
  createdAt: z.string(),
  variations: z.array(variation),
});
export type Model = z.infer<typeof model>;

/** A data source of a notebook version, fixed when it was pushed (kaggle-api 4.1). */
const source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dataset'), ref: z.string(), id: z.number(), version: z.number() }),
  z.object({ kind: z.literal('notebook'), ref: z.string(), id: z.number(), version: z.number() }),
  z.object({ kind: z.literal('competition'), ref: z.string() }),
  // `ref` ends with the version, of which a notebook may have several; `id` is the variation's.
  z.object({ kind: z.literal('model'), ref: z.string(), id: z.number(), version: z.number() }),
]);
export type Source = z.infer<typeof source>;

const kernelStatus = z.enum(['QUEUED', 'RUNNING', 'COMPLETE', 'ERROR', 'NEW_SCRIPT']);

const kernelVersion = z.object({
  version: z.number(),
  createdAt: z.string(),
  language: z.string(),
  enableGpu: z.boolean(),
  enableTpu: z.boolean(),
  enableInternet: z.boolean(),
  machineShape: z.string(),
  /** Kaggle's image with its digest, which the push named or the notebook was pinned to; absent: the usual one. */
  dockerImage: z.optional(z.string()),
  sessionTimeoutSeconds: z.optional(z.number()),
  sources: z.array(source),
  /** sha256 of the source text, a blob. */
  source: z.string(),
  status: kernelStatus,
  failureMessage: z.optional(z.string()),
  startedAt: z.optional(z.string()),
  finishedAt: z.optional(z.string()),
  /** sha256 of the log in Kaggle's text form, a blob; set when the run has ended. */
  log: z.optional(z.string()),
  /** The same of a run that ended with the sandbox's process; it was begun again. */
  interruptedLog: z.optional(z.string()),
  outputs: z.array(storedFile),
});
export type KernelVersion = z.infer<typeof kernelVersion>;

export const kernel = z.object({
  id: z.number(),
  owner: z.string(),
  slug: z.string(),
  title: z.string(),
  kernelType: z.enum(['notebook', 'script']),
  isPrivate: z.boolean(),
  categoryIds: z.array(z.string()),
  versions: z.array(kernelVersion).check(z.minLength(1)),
});
export type Kernel = z.infer<typeof kernel>;

export const submission = z.object({
  ref: z.number(),
  competition: z.string(),
  owner: z.string(),
  createdAt: z.string(),
  description: z.string(),
  fileName: z.string(),
  /** The notebook version that is run for it; absent when a file was sent. */
  kernelId: z.optional(z.number()),
  kernelVersion: z.optional(z.number()),
  /** The file that was sent. */
  file: z.optional(storedFile),
  status: z.enum(['PENDING', 'COMPLETE', 'ERROR']),
  errorDescription: z.string(),
  publicScore: z.string(),
  /** What its rerun printed: Kaggle keeps it to itself, here its pages show it. */
  rerunLog: z.optional(z.string()),
  /** Shown only after the deadline. */
  privateScore: z.string(),
  totalBytes: z.number(),
});
export type Submission = z.infer<typeof submission>;
