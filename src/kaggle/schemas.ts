import * as z from 'zod/mini';

/**
 * What Kaggle answers, as far as it is used here. The service leaves out every field that has its default value and
 * adds fields freely, so each field may be missing or null, and unknown ones are dropped. (kaggle-api 0.4)
 */

/** A text; missing: empty. */
export const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => value ?? ''),
);

/** A truth value; missing: false. */
export const flag = z.pipe(
  z.nullish(z.boolean()),
  z.transform((value) => value ?? false),
);

/** A whole number, which 64-bit fields may spell as text; missing: 0. */
export const count = z.pipe(
  z.nullish(z.union([z.int(), z.string().check(z.regex(/^-?\d{1,15}$/))])),
  z.transform((value) => Number(value ?? 0)),
);

/** A list; missing: empty. */
export function list<T extends z.core.$ZodType>(item: T): z.ZodMiniType<z.output<T>[]> {
  return z.pipe(
    z.nullish(z.array(item)),
    z.transform((value) => value ?? []),
  );
}

/** A length of time such as `43200s` or `151.500s`, in seconds; missing or in another form: 0. (kaggle-api 0.4) */
export const duration = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => Number(/^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(value ?? '')?.[1] ?? 0)),
);

/** An enumeration's value in whatever form; `readEnum` makes sense of it. */
export const enumValue = z.optional(z.nullable(z.union([z.string(), z.number()])));

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
  evaluationMetric: text,
});

export const competitions = z.object({ competitions: list(competition), nextPageToken: text });

export const competitionPages = z.object({ pages: list(z.object({ name: text, content: text })) });

export const dataFiles = z.object({
  files: list(z.object({ name: text, totalBytes: count })),
  nextPageToken: text,
});

export const submission = z.object({
  ref: count,
  date: text,
  description: text,
  status: enumValue,
  errorDescription: text,
  publicScore: text,
  url: text,
});

export const submissions = z.object({ submissions: list(submission), nextPageToken: text });

export const submissionLimits = z.object({ numToday: count, numAllowedNow: count, limitedByTotal: flag });

export const leaderboard = z.object({
  submissions: list(z.object({ score: z.nullish(z.union([z.string(), z.number()])) })),
});

export const submitted = z.object({ ref: count });

// blobs.BlobApiService, kaggle-api 2.2
export const startedUpload = z.object({ token: text, createUrl: text });

// datasets.DatasetApiService, kaggle-api 2.4
export const dataset = z.object({
  id: count,
  ref: text,
  currentVersionNumber: count,
  versions: list(z.object({ versionNumber: count, versionNotes: text })),
});

export const datasets = z.object({
  datasets: list(z.object({ ref: text, title: text, totalBytes: count, lastUpdated: text, isPrivate: flag })),
  nextPageToken: text,
});

export const datasetMetadata = z.object({
  info: z._default(
    z.object({
      title: text,
      subtitle: text,
      description: text,
      isPrivate: flag,
      keywords: list(z.string()),
      licenses: list(z.object({ name: text })),
      expectedUpdateFrequency: text,
      userSpecifiedSources: text,
      /** Sent back as they came. */
      collaborators: list(z.unknown()),
      data: list(z.unknown()),
    }),
    {
      title: '',
      subtitle: '',
      description: '',
      isPrivate: false,
      keywords: [],
      licenses: [],
      expectedUpdateFrequency: '',
      userSpecifiedSources: '',
      collaborators: [],
      data: [],
    },
  ),
});

export const updatedMetadata = z.object({ errors: list(z.string()) });

export const datasetStatus = z.object({ status: enumValue });

export const datasetFiles = z.object({
  datasetFiles: list(z.object({ name: text, totalBytes: count })),
  nextPageToken: text,
});

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
  metadata: z._default(
    z.object({
      id: count,
      ref: text,
      currentVersionNumber: count,
      dockerImage: text,
      isPrivate: z.nullish(z.boolean()),
    }),
    {
      id: 0,
      ref: '',
      currentVersionNumber: 0,
      dockerImage: '',
    },
  ),
  blob: z._default(z.object({ source: text }), { source: '' }),
});

export const kernelStatus = z.object({ status: enumValue, failureMessage: text });

const accelerator = z._default(
  z.object({ timeUsed: duration, timeReserved: duration, totalTimeAllowed: duration }),
  { timeUsed: 0, timeReserved: 0, totalTimeAllowed: 0 },
);
export const quota = z.object({ quotaRefreshTime: text, gpuQuota: accelerator, tpuQuota: accelerator });

export const kernelOutput = z.object({
  files: list(z.object({ fileName: text, url: text })),
  log: z.optional(z.unknown()),
  nextPageToken: text,
});

/** Every place where an answer, of any status, may say that it is a failure. (kaggle-api 0.5) */
export const failureBody = z.object({
  code: z.catch(count, 0),
  errorCode: z.catch(count, 0),
  message: z.catch(text, ''),
  errorMessage: z.catch(text, ''),
  error: z.catch(z.union([text, z.object({ code: z.catch(count, 0), message: z.catch(text, '') })]), ''),
});
