import * as l10n from '@vscode/l10n';
import { posix, win32 } from 'node:path';
import * as z from 'zod/mini';
import { inWords } from '../../base/format.ts';
import { parseChannel } from '../../julia/channel.ts';
import { hasUnseen } from '../contract/notebook/markdown-text.ts';
import { ACCELERATORS, KAGGLE_MINUTES, RETIRED_ACCELERATORS, USUAL_GPU } from '../kaggle-machines.ts';
import { PACK_MODES, WANTED_CODECS } from '../packing.ts';
import { ROUTE_NAMES } from '../stages.ts';
import { ARGUMENT_PATTERN, inBraces, unknownPlaceholder } from '../config-file.ts';

// The values of JuliaKaggle.toml. Every message completes the sentence "<key> ...".

/** What a JSON schema says of a value besides what its checks say: words, and patterns in place of functions. */
export const about = z.registry<Readonly<Record<string, unknown>>>();

const TEXT = { error: () => l10n.t('must be text in quotes') };

function text(pattern: RegExp, error: () => string): z.ZodMiniString {
  return z.string(TEXT).check(z.regex(pattern, { error }));
}

/** Lower-case mostly; some old competitions have capitals, e.g. `GiveMeSomeCredit`. */
export const competitionSlug = text(/^[A-Za-z0-9]+(-+[A-Za-z0-9]+)*$/, () =>
  l10n.t('must be the last part of the competition\'s address only, such as "titanic"'),
);

/** Slugs of one's own datasets (kaggle-api 2.5: 6 to 50 characters, kept to `[a-z0-9-]`). */
export const datasetSlug = text(/^(?=.{6,50}$)[a-z0-9]+(-+[a-z0-9]+)*$/, () =>
  l10n.t('must be the name of a dataset of yours, without the owner: 6 to 50 of a-z, 0-9 and "-"'),
).register(about, { id: 'datasetSlug', description: 'slug: 6 to 50 of a-z, 0-9 and -' });

/** As after `julia +` of juliaup, without what has no published checksum (nightlies, linked names). */
export const juliaVersion = z
  .string(TEXT)
  .check(
    z.refine((value) => parseChannel(value) !== undefined, {
      error: () =>
        l10n.t(
          'must be a version such as "1.10.5", a series such as "1.10", or one of the channels "lts" and "release"',
        ),
    }),
  )
  .register(about, {
    anyOf: [
      { enum: ['lts', 'release'] },
      {
        pattern: String.raw`^\d{1,6}(\.\d{1,6}(\.\d{1,6}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?)?)?$`,
      },
    ],
  });

export const imageName = text(/^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/, () =>
  l10n.t('must be the name of a container image, such as "gcr.io/kaggle-images/python"'),
);

/** `Inference.main`: a package and a function in it, which may lie in a module of it. */
export const entry = text(
  /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*\.[\p{L}_][\p{L}\p{N}_]*!?$/u,
  () => l10n.t('must be a package and a function, such as "Inference.main"'),
);

const THREADS = {
  error: () => l10n.t('must be "auto", a number from 1 to 9999, or both pools such as "4,1"'),
};

/** As after `julia -t` (julia-facts section 4). */
export const threads = z.union(
  [
    text(/^(auto|[1-9]\d{0,3})(,(auto|\d{1,4}))?$/, THREADS.error),
    z.int(THREADS).check(z.gte(1, THREADS), z.lte(9999, THREADS)),
  ],
  THREADS,
);

/** A size of the hidden test set. */
export const count = z
  .int({ error: () => l10n.t('must be a whole number') })
  .check(z.gte(1, { error: () => l10n.t('must be at least 1') }));

export const runArgument = z
  .string(TEXT)
  .check(
    z.refine((value) => !value.includes('\0'), {
      error: () => l10n.t('must not hold a NUL, which no program can be given'),
    }),
    z.refine((value) => unknownPlaceholder(value) === undefined, {
      error: ({ input }) =>
        l10n.t(
          'has the unknown placeholder {0}; there are {1}',
          `{${unknownPlaceholder(String(input)) ?? ''}}`,
          inWords(inBraces(), 'and'),
        ),
    }),
  )
  .register(about, { pattern: ARGUMENT_PATTERN });

/** A path that means the same on every machine: relative to JuliaKaggle.toml, with `/`. */
export const portablePath = z
  .string(TEXT)
  .check(
    z.refine((value) => value.trim() !== '', { error: () => l10n.t('must not be empty') }),
    z.refine((value) => !win32.isAbsolute(value) && !/^(~|[A-Za-z]:)/.test(value), {
      error: ({ input }) =>
        l10n.t('must be relative to JuliaKaggle.toml: "{0}" would hold on one machine only', String(input)),
    }),
    z.refine((value) => !value.includes('\\'), {
      error: () => l10n.t('must be written with "/" between folders'),
    }),
  )
  .register(about, {
    id: 'portablePath',
    description: 'path, with `/`, relative to the file',
    pattern: String.raw`^(?![/~]|[A-Za-z]:)(?=.*\S)[^\\]+$`,
  });

/** A portable path that stays below the folder it starts from. */
export const pathBelow = portablePath
  .check(
    z.refine((value) => !/^(\.\/?|\.\.(\/.*)?)$/.test(posix.normalize(value)), {
      error: ({ input }) => l10n.t('must name something below the folder: "{0}" does not', String(input)),
    }),
  )
  .register(about, {
    id: 'pathBelow',
    description: 'path below its folder, with `/`',
    pattern: String.raw`^(?!\.\.(/|$)|\./*$)`,
  });

/** Something of the depot: the name of a package or an artifact, or a path below `~/.julia`. */
export const depotThing = pathBelow
  .check(
    z.refine((value) => !/[*?[\]]/.test(value), {
      error: () => l10n.t('must be a name or a plain path below ~/.julia; patterns are not understood'),
    }),
  )
  .register(about, { pattern: String.raw`^[^*?\[\]]*$` });

const SHAPES = ACCELERATORS.map(({ shape }) => shape);

/** Kaggle's machine shapes (kaggle-api 5.3). NVIDIA ones that are not known yet are let through. */
export const accelerator = z
  .string(TEXT)
  .check(
    z.refine((value) => !RETIRED_ACCELERATORS.includes(value), {
      error: ({ input }) => l10n.t('is "{0}", which Kaggle has retired: "{1}"?', String(input), USUAL_GPU),
    }),
    z.refine((value) => value === 'none' || /^Nvidia[A-Za-z0-9]+$/.test(value), {
      error: () =>
        l10n.t('must be "none" or a GPU by Kaggle\'s name: {0}', inWords(SHAPES.map(inQuotes), 'or')),
    }),
  )
  .register(about, {
    anyOf: [
      { enum: ['none', ...SHAPES] },
      { pattern: `^(?!(${RETIRED_ACCELERATORS.join('|')})$)Nvidia[A-Za-z0-9]+$` },
    ],
  });

/** Kaggle derives the notebook's slug from its title (kaggle-api 4.1), and wants 5 characters of it at least. */
export const notebookTitle = text(/^(?=.{5,50}$)(.*[A-Za-z0-9]){5}/, () =>
  l10n.t('must have 5 to 50 characters, 5 of them a-z or 0-9'),
).check(
  z.refine((value) => !hasUnseen(value), {
    error: () => l10n.t('must not hold characters that cannot be seen'),
  }),
);

export const timeLimitMinutes = z.int({ error: () => l10n.t('must be a whole number of minutes') }).check(
  z.gte(1, { error: () => l10n.t('must be at least 1') }),
  z.lte(KAGGLE_MINUTES, {
    error: () =>
      l10n.t('must be {0} at most: Kaggle stops a run after {1} hours', KAGGLE_MINUTES, KAGGLE_MINUTES / 60),
  }),
);

export const yesOrNo = z.boolean({ error: () => l10n.t('must be true or false, without quotes') });

export const betterScore = oneOf(['lower', 'higher']);

/** Which rows a submission must have, where not those of the sample. */
export const submissionRows = oneOf(['any']);

/** A route, or the one that the competition takes. */
export const submitAs = oneOf(['auto', ...ROUTE_NAMES] as const);

/** Where trained models are kept. */
export const modelsOn = oneOf(['dataset', 'model']);

/** When a run resolves the Manifest; absent: it asks. */
export const resolveManifest = oneOf(['when missing', 'never']);

/** A license as Kaggle Models names it, e.g. `Apache 2.0`. (kaggle-api 3) */
export const modelLicense = text(/^(?=.{1,100}$)\S.*$/, () =>
  l10n.t('must be a license as Kaggle names it, such as "Apache 2.0"'),
);

export const packMode = oneOf(PACK_MODES);

export const packCodec = oneOf(WANTED_CODECS);

/** A file that looks like a secret and is none: its path, and so much of its content's sha256 as errors name. */
export const allowedSecret = text(/^[^\\]{1,4096}#[0-9a-f]{16}$/, () =>
  l10n.t(
    'must be a path with "/", then "#" and 16 digits of the file\'s sha256, as the error about the file names it',
  ),
);

/** A dataset of anybody's (kaggle-api 2.4, 4.1), and one version of it where one is named. */
const datasetRef = text(/^[A-Za-z0-9][\w.-]{0,99}\/[A-Za-z0-9][\w-]{0,99}(\/[1-9]\d{0,8})?$/, () =>
  l10n.t('must be "owner/slug", as in the address of the dataset, or "owner/slug/3" for its version 3'),
);

/** By which `[run] args` name an input. */
const inputName = text(/^[A-Za-z][A-Za-z0-9_-]{0,49}$/, () =>
  l10n.t('must be a short name: letters, digits, "-" and "_", a letter first'),
);

/** A pattern of file names below an input: `*` stands for any characters but `/`, `**` for any. */
export const inputPattern = text(/^[^\\\0]{1,300}$/, () =>
  l10n.t('must be a pattern such as "*.bin" or "vectors/**"'),
);

/** A version of a variation of anybody's model (kaggle-api 3). */
const modelRef = text(
  /^[A-Za-z0-9][\w.-]{0,99}\/[A-Za-z0-9][\w.-]{0,99}\/[A-Za-z][A-Za-z0-9_]{0,49}\/[A-Za-z0-9][\w.-]{0,99}\/[1-9]\d{0,8}$/,
  () =>
    l10n.t(
      'must be "owner/model/framework/variation/version", as on the page of the model, e.g. "ada/tides/other/small/2"',
    ),
);

/** The newest output of anybody's notebook (kaggle-api 4.1). */
const notebookRef = text(/^[A-Za-z0-9][\w.-]{0,99}\/[A-Za-z0-9][\w-]{0,99}$/, () =>
  l10n.t('must be "owner/slug", as in the address of the notebook'),
);

/** An input: what it is, and where wanted its short name and the files that are fetched here. */
function inputOf<T extends z.ZodMiniType<string>>(source: T, like: string) {
  const whole = z.strictObject({
    source,
    name: z.optional(inputName),
    only: z.optional(list(inputPattern)),
  });
  return z.union([source, whole], {
    error: () =>
      l10n.t(
        'must be "{0}", or { source = "{0}", name = "…", only = ["…"] }, of which name and only may be left out',
        like,
      ),
  });
}

export const inputDataset = inputOf(datasetRef, 'owner/slug');
export const inputModel = inputOf(modelRef, 'owner/model/framework/variation/version');
export const inputNotebook = inputOf(notebookRef, 'owner/slug');
export const inputCompetition = inputOf(competitionSlug, 'slug');

function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: () => l10n.t('must be {0}', inWords(words.map(inQuotes), 'or')) });
}

function inQuotes(text: string): string {
  return `"${text}"`;
}

/** A list of such values, with our words for what is none. */
export function list<T extends z.ZodMiniType>(item: T): z.ZodMiniArray<T> {
  return z.array(item, { error: () => l10n.t('must be a list in [ ]') });
}
