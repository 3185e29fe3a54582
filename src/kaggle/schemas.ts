import * as z from 'zod/mini';
import { nonEmpty } from '../base/non-empty.ts';

/**
 * What Kaggle answers, as far as it is used here. The service leaves out every field that has its default value and
 * adds fields freely, so each field may be missing or null, and unknown ones are dropped. (kaggle-api 0.4)
 */

/** A text; missing or empty: undefined. */
const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => nonEmpty(value ?? undefined)),
);

/** A text of which an empty one is as good as any; missing: empty. */
const words = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => value ?? ''),
);

/** A truth value; missing: false. */
const flag = z.pipe(
  z.nullish(z.boolean()),
  z.transform((value) => value ?? false),
);

/** A whole number, which 64-bit fields may spell as text; missing: 0. */
const count = z.pipe(
  z.nullish(z.union([z.int(), z.string().check(z.regex(/^-?\d{1,15}$/))])),
  z.transform((value) => Number(value ?? 0)),
);

/** A number that names a thing; missing or 0: undefined. */
const id = z.pipe(
  count,
  z.transform((value) => (value > 0 ? value : undefined)),
);

/** A score; missing, or no number: undefined. */
const score = z.pipe(
  z.nullish(z.union([z.string(), z.number()])),
  z.transform((value) =>
    value === '' || value == null || !Number.isFinite(Number(value)) ? undefined : Number(value),
  ),
);

/** A list; missing: empty. */
function list<T extends z.core.$ZodType>(item: T): z.ZodMiniType<z.output<T>[]> {
  return z.pipe(
    z.nullish(z.array(item)),
    z.transform((value) => value ?? []),
  );
}

/** A length of time such as `43200s` or `151.500s`, in seconds; missing or in another form: 0. (kaggle-api 0.4) */
const duration = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => Number(/^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(value ?? '')?.[1] ?? 0)),
);

/** An enumeration's value in whatever form, of which `readEnum` makes sense; missing or empty: undefined. */
const enumValue = z.pipe(
  z.nullish(z.union([z.string(), z.number()])),
  z.transform((value) => (value === '' ? undefined : (value ?? undefined))),
);

/** An object; missing: one whose members are missing. */
function part<T>(members: z.ZodMiniType<T>): z.ZodMiniType<T> {
  const present = z.transform((value): unknown => value ?? {});
  return z.pipe(z.pipe(z.nullish(z.unknown()), present), members);
}

// security.OAuthService, kaggle-api 0.7
export const introspection = z.object({ active: flag, username: text });

export const exchangedToken = z.object({
  accessToken: text,
  refreshToken: text,
  expiresIn: count,
  username: text,
});

// users.AccountService, kaggle-api 0.7
export const generatedToken = z.object({ token: text, expiresIn: count, userName: text });

/** An answer of which nothing is used. */
export const nothing = z.object({});

// competitions.CompetitionApiService, kaggle-api 1
export const competition = z.object({
  ref: text,
  title: text,
  url: text,
  deadline: text,
  userHasEntered: flag,
  isKernelsSubmissionsOnly: flag,
  submissionsDisabled: flag,
  maxDailySubmissions: count,
  evaluationMetric: text,
  category: z.catch(text, undefined),
  tags: z.catch(list(z.object({ ref: text, name: text })), []),
});

export const competitions = z.object({ competitions: list(competition), nextPageToken: text });

export const dataFiles = z.object({
  files: list(z.object({ name: words, totalBytes: count, creationDate: text })),
  nextPageToken: text,
});

export const submission = z.object({
  ref: count,
  date: words,
  description: words,
  status: enumValue,
  errorDescription: text,
  /** Empty while it is not known. (kaggle-api 1.5) */
  publicScore: text,
  privateScore: text,
  url: words,
});

export const submissions = z.object({ submissions: list(submission), nextPageToken: text });

export const submissionLimits = z.object({
  numToday: count,
  numTotal: count,
  numAllowedNow: count,
  limitedByTotal: flag,
});

export const leaderboard = z.object({ submissions: list(z.object({ score })) });

export const submitted = z.object({ ref: id });

// blobs.BlobApiService, kaggle-api 2.2
export const startedUpload = z.object({ token: text, createUrl: text });

// datasets.DatasetApiService, kaggle-api 2.4
export const dataset = z.object({
  id,
  ref: text,
  currentVersionNumber: count,
  versions: list(z.object({ versionNumber: count, versionNotes: words })),
});

export const datasets = z.object({
  datasets: list(z.object({ ref: text, title: text, totalBytes: count, lastUpdated: text, isPrivate: flag })),
  nextPageToken: text,
});

export const datasetMetadata = z.object({ info: part(z.object({ isPrivate: flag })) });

export const datasetStatus = z.object({ status: enumValue });

export const datasetFiles = z.object({
  datasetFiles: list(z.object({ name: words, totalBytes: count })),
  nextPageToken: text,
});

// models.ModelApiService, kaggle-api 3
const variation = z.object({
  id,
  framework: text,
  slug: text,
  versionNumber: count,
  totalUncompressedBytes: count,
});
export const model = z.object({
  id,
  ref: text,
  title: text,
  isPrivate: flag,
  instances: list(variation),
});

export const models = z.object({ models: list(model), nextPageToken: text });

export const modelVersions = z.object({
  versionList: part(z.object({ versions: list(z.object({ versionNumber: count })) })),
  nextPageToken: text,
});

export const modelFiles = z.object({
  files: list(z.object({ name: words, size: count })),
  nextPageToken: text,
});

/** A refusal is in a 200, with `errorCode`, which is read before this. */
export const savedModel = z.object({ id, ref: text, url: text });

export const savedDataset = z.object({ status: text, ref: text, url: text });

// kernels.KernelsApiService, kaggle-api 4
export const savedKernel = z.object({
  ref: text,
  url: text,
  versionNumber: count,
  invalidDatasetSources: list(z.string()),
  invalidCompetitionSources: list(z.string()),
  invalidKernelSources: list(z.string()),
  invalidModelSources: list(z.string()),
});

export const kernel = z.object({
  metadata: part(
    z.object({
      id,
      ref: text,
      currentVersionNumber: count,
      isPrivate: z.pipe(
        z.nullish(z.boolean()),
        z.transform((value) => value ?? undefined),
      ),
    }),
  ),
  blob: part(z.object({ source: text })),
});

export const kernelStatus = z.object({ status: enumValue, failureMessage: text });

const accelerator = part(
  z.object({ timeUsed: duration, timeReserved: duration, totalTimeAllowed: duration }),
);
export const quota = z.object({ quotaRefreshTime: text, gpuQuota: accelerator, tpuQuota: accelerator });

export const kernelFiles = z.object({
  files: list(z.object({ name: words, size: count })),
  nextPageToken: text,
});

export const kernelOutput = z.object({
  files: list(z.object({ fileName: words, url: words })),
  log: z.optional(z.unknown()),
  nextPageToken: text,
});

/** Every place where an answer, of any status, may say that it is a failure. (kaggle-api 0.5) */
export const failureBody = z.object({
  code: z.catch(count, 0),
  errorCode: z.catch(count, 0),
  message: z.catch(text, undefined),
  errorMessage: z.catch(text, undefined),
  error: z.catch(
    z.union([text, z.object({ code: z.catch(count, 0), message: z.catch(text, undefined) })]),
    undefined,
  ),
});
