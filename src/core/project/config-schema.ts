import * as z from 'zod/mini';
import * as value from './config-values.ts';

/** The sections of JuliaKaggle.toml with exactly their keys (design section 3). All are optional. */
const sections = {
  image: section({ name: z.optional(value.imageName) }),
  run: section({
    script: z.optional(value.pathBelow),
    entry: z.optional(value.entry),
    args: z._default(value.list(value.runArgument), []),
    threads: z._default(value.threads, 'auto'),
  }),
  data: section({
    folder: z.optional(value.portablePath),
    full_rows: z.optional(value.count),
    full_bytes: z.optional(value.count),
  }),
  models: section({ files: z._default(value.list(value.portablePath), []) }),
  test: section({ network: z._default(value.network, true) }),
  datasets: section({
    julia: z.optional(value.datasetSlug),
    dotjulia: z.optional(value.datasetSlug),
    'dotjulia-delta': z.optional(value.datasetSlug),
    inferenceapp: z.optional(value.datasetSlug),
    models: z.optional(value.datasetSlug),
    app: z.optional(value.datasetSlug),
    sysimage: z.optional(value.datasetSlug),
  }),
  notebook: section({
    title: z.optional(value.notebookTitle),
    accelerator: z._default(value.accelerator, 'none'),
    time_limit_minutes: z.optional(value.timeLimitMinutes),
    before: z.optional(value.pathBelow),
    after: z.optional(value.pathBelow),
  }),
  output: section({
    file: z._default(value.pathBelow, 'submission.csv'),
    sample: z._default(value.pathBelow, 'sample_submission.csv'),
  }),
  score: section({ better: z.optional(value.betterScore) }),
  pack: section({
    mode: z._default(value.packMode, 'depot'),
    codec: z._default(value.packCodec, 'auto'),
    exclude: z._default(value.list(value.depotThing), []),
    keep: z._default(value.list(value.depotThing), []),
  }),
  secrets: section({ allow: z._default(value.list(value.allowedSecret), []) }),
};

function section<T extends z.core.$ZodShape>(keys: T): z.ZodMiniObject<T, z.core.$strict> {
  return z.strictObject(keys, {
    error: ({ code }) => (code === 'invalid_type' ? 'must be a section' : undefined),
  });
}

export const configSchema = z.strictObject({
  competition: value.competitionSlug,
  julia: z.optional(value.juliaVersion),
  image: z.prefault(sections.image, {}),
  run: z.prefault(
    sections.run.check(
      z.refine(
        ({ script, entry }) => script === undefined || entry === undefined,
        'has both script and entry: keep one',
      ),
    ),
    {},
  ),
  data: z.prefault(sections.data, {}),
  models: z.prefault(sections.models, {}),
  test: z.prefault(sections.test, {}),
  datasets: z.prefault(sections.datasets, {}),
  notebook: z.prefault(sections.notebook, {}),
  output: z.prefault(sections.output, {}),
  score: z.prefault(sections.score, {}),
  pack: z.prefault(sections.pack, {}),
  secrets: z.prefault(sections.secrets, {}),
});

/** JuliaKaggle.toml as it was read and checked, with the defaults that do not hang on anything else filled in. */
export type KaggleConfig = z.infer<typeof configSchema>;

/** The names of the sections: `image`, `run`, ... */
export const SECTIONS: readonly string[] = Object.keys(sections);

/** All keys there are, with their section: `competition`, `run.args`, ... */
export const CONFIG_KEYS: readonly string[] = Object.keys(configSchema.shape).flatMap((key) => {
  const keys = Object.entries(sections).find(([name]) => name === key)?.[1].shape;
  return keys === undefined ? [key] : Object.keys(keys).map((inner) => `${key}.${inner}`);
});
