import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { datasetTemplate, eachPart, PARTS } from '../packing.ts';
import { inWords } from '../../base/format.ts';
import { PLACEHOLDERS } from '../config-file.ts';
import * as value from './config-values.ts';

const { about } = value;
const folders = Object.entries(PLACEHOLDERS).map(([name, meaning]) => `{${name}} is ${meaning}`);

/**
 * The sections of JuliaKaggle.toml with exactly their keys (design section 3). All are optional. What is said of each is
 * in the editor's help, the JSON schema and the reference, which are made of this by `npm run docs`.
 */
const sections = {
  image: section('The container image in which the package is built, tested and rehearsed.', {
    name: optional(
      value.imageName,
      "Name of the image. When absent: Kaggle's CPU image, or its GPU image when the notebook has an accelerator; a small public one where a file is submitted.",
      'gcr.io/kaggle-images/python',
      'gcr.io/kaggle-gpu-images/python',
    ),
  }),
  run: section(
    "What is run to make the submission. When absent: the function that the package declares with @main (Julia 1.11 and newer), else the package's own file, src/<Name>.jl, as a script.",
    {
      script: optional(
        value.pathBelow,
        'A Julia file of the project, relative to Project.toml, or a notebook of Jupyter or Pluto. It is run as a program.',
        'src/Inference.jl',
      ),
      skip: optional(
        value.list(value.count),
        'Where script is a Jupyter notebook: its code cells that do not run on Kaggle, such as those that install something, counted from 1.',
        [1, 2],
      ),
      entry: optional(
        value.entry,
        'A function of the package or of a dependency. The package is loaded from its compiled cache and the function called with the arguments. An integer result is the exit code.',
        'Inference.main',
      ),
      predict: optional(
        value.entry,
        "A function that the competition's host calls with the hidden data, where it does so (kaggle_evaluation): Julia is kept running, and gets each batch as it is given to Python.",
        'Inference.predict',
      ),
      endpoints: optional(
        value.list(value.entry),
        "With predict: further functions that the competition's host calls, each by its own name, where its gateway has several.",
        ['Inference.get_number_of_instances'],
      ),
      warmup: optional(
        value.entry,
        'With predict: a function without arguments that is called once before, e.g. to load the model.',
        'Inference.warmup',
      ),
      reset: optional(
        value.entry,
        "With predict: a function without arguments that is called once predict has been tried with the gateway's first batch, to forget it.",
        'Inference.reset',
      ),
      fallback: optional(
        value.entry,
        'With predict: a quick function with the same arguments, whose answer is given where predict takes 90 % of the time that there is for a call.',
        'Inference.fallback',
      ),
      stateful: optional(
        value.yesOrNo,
        'With predict: whether it remembers earlier calls. When it does not, or this is absent, Julia is started again where it dies, and the batch sent again.',
        true,
      ),
      args: standard(
        value.list(value.runArgument),
        [],
        `Arguments of the program. ${new Intl.ListFormat('en-GB').format(folders)}.`,
        ['--model', '{models}/model.jld2', '--input', '{competition}'],
      ),
      threads: standard(
        value.threads,
        'auto',
        'Julia\'s threads, as after `julia -t`: "auto", a number, or both pools such as "4,1".',
      ),
    },
  ),
  data: section("The competition's public data on this machine.", {
    folder: optional(
      value.portablePath,
      "Folder with the data, relative to JuliaKaggle.toml. It does not go to Kaggle. When absent: the competition's files are downloaded.",
      '../data',
    ),
    only: optional(
      value.list(value.inputPattern),
      "Patterns as in a .gitignore: of the competition's files only these are downloaded, where all are too many for this machine. The notebook on Kaggle has all.",
      ['sample_submission.csv', 'test_images/a*'],
    ),
    hidden: optional(
      value.portablePath,
      "With [run] predict: folder with files that the gateway has in place of the public ones of the same name when the rerun is rehearsed, relative to JuliaKaggle.toml. It does not go to Kaggle. When absent: the end of the training data in the test's columns, where both are tables side by side.",
      '../hidden',
    ),
    full_rows: optional(
      value.count,
      "Rows of the hidden test set, as the competition's pages tell: the rehearsal projects its time and memory to them.",
    ),
    full_bytes: optional(value.count, 'Or its size in bytes, for data that are no rows.'),
  }),
  models: section('Trained models, uploaded as they are into a dataset of their own, or as a model.', {
    files: standard(
      value.list(value.portablePath),
      [],
      "Model files, and folders with all that they hold, relative to JuliaKaggle.toml. The program finds them in {models} by their names. Files with an archive's extension are refused: Kaggle would unpack them.",
      ['model.jld2'],
    ),
    on: standard(
      value.modelsOn,
      'dataset',
      'Where they are kept. "model": on Kaggle Models, as a private model of the framework "other" with a version for each training; the notebook has the very version. Its name is that of [datasets] models.',
    ),
    license: optional(
      value.modelLicense,
      'With on = "model": the license that the model is made with, as Kaggle names it. Later it is changed on the model\'s page. When absent: none is named.',
      'Apache 2.0',
    ),
  }),
  inputs: section(
    'What others made on Kaggle: attached to the notebook, and fetched for test and rehearsal.',
    {
      datasets: standard(
        value.list(value.inputDataset),
        [],
        'Datasets, each as "owner/slug" or with one version as "owner/slug/3"; otherwise the first run uses the newest version and later runs keep it, and say when there is a newer one. The program finds it in {inputs.NAME} and in the variable JULIA_KAGGLE_INPUT_NAME, where NAME is the slug, or the name in { source = "owner/slug", name = "glove", only = ["*.bin"] }. Of what `only` leaves out, nothing is fetched to this machine; the notebook on Kaggle has all.',
        ['someone/glove-embeddings', { source: 'someone/city-names/3', name: 'cities' }],
      ),
      models: standard(
        value.list(value.inputModel),
        [],
        'Versions of models of Kaggle Models, each as "owner/model/framework/variation/version". The short name is that of the model.',
        ['someone/tides/other/small/2'],
      ),
      notebooks: standard(
        value.list(value.inputNotebook),
        [],
        'Outputs of notebooks, each as "owner/slug". Kaggle attaches the newest; the run stops before the push where that is not the one that was rehearsed.',
        ['someone/train-the-model'],
      ),
      competitions: standard(
        value.list(value.inputCompetition),
        [],
        'Data of other competitions, each by its slug; their rules must be accepted.',
        ['titanic'],
      ),
    },
  ),
  test: section('The run of the program in the image before anything is packed.', {
    network: optional(
      value.yesOrNo,
      "Whether the test has a network. With one it downloads what is still missing, which is then packed; false: nothing of the project leaves this machine in the test, and a download is an error. When absent: true; false with [run] predict, where the competition's own programs run beside the package.",
      false,
    ),
  }),
  datasets: section(
    'Names of the private Kaggle datasets, without the owner. Parts with the same name share one dataset.',
    eachPart((kind) => {
      const shared = PARTS[kind].dataset === undefined ? '' : ', shared by all projects';
      const description = `Dataset for ${PARTS[kind].about} When absent: ${datasetTemplate(kind)}${shared}.`;
      return optional(value.datasetSlug, description);
    }),
  ),
  notebook: section('The Kaggle notebook that is made and submitted.', {
    title: optional(
      value.notebookTitle,
      'Title of the notebook; Kaggle makes its address from it. When absent: <competition>-<package>-julia.',
    ),
    accelerator: standard(
      value.accelerator,
      'none',
      'Kaggle\'s machine shape, or "none" for a CPU. "NvidiaTeslaT4" is the machine with two T4.',
    ),
    time_limit_minutes: optional(
      value.timeLimitMinutes,
      "The competition's time limit for a notebook; the rehearsal is measured against it.",
    ),
    before: optional(
      value.pathBelow,
      'A Python file with your own cells ("# %%" begins one, "# %% [markdown]" one of text), put before those that are made.',
      'cells/before.py',
    ),
    after: optional(
      value.pathBelow,
      'The same, put after them: e.g. a picture of the predictions.',
      'cells/after.py',
    ),
  }),
  output: section('What the program must write.', {
    file: optional(
      value.pathBelow,
      'The submission, relative to {working}. When absent: submission.csv; with [run] predict submission.parquet, which the gateway writes.',
      'submission.csv',
    ),
    sample: optional(
      value.pathBelow,
      "The competition's sample submission, relative to {competition}: the submission must have its columns and rows. When absent: the data file that looks like one by its name, such as sample_submission.csv or gender_submission.csv; a competition may have none.",
      'sample_submission.csv',
    ),
    rows: optional(
      value.submissionRows,
      'Which rows the submission must have. When absent: those of the sample. "any": the rows are predictions themselves, as for things found in pictures, so that only columns and values are checked.',
      'any',
    ),
  }),
  submit: section('How the predictions go to Kaggle.', {
    as: standard(
      value.submitAs,
      'auto',
      'What is submitted. "notebook": Kaggle runs the package in a notebook. "file": the package runs here, and only the file that it writes is uploaded. "auto": Kaggle is asked once what the competition takes; one that takes both gets the file.',
    ),
  }),
  score: section('Public scores.', {
    better: optional(
      value.betterScore,
      "Which scores are the better ones. Without it: found out by the leaderboard or the metric's name.",
    ),
  }),
  manifest: section('How the Manifest is kept.', {
    resolve: optional(
      value.resolveManifest,
      'What a run does where there is no Manifest that fits: none, one of another Julia, or one that lacks a package. "when missing": it resolves the project in the image and writes the Manifest. "never": it ends and says so. When absent: it asks, where there is somebody to ask.',
      'when missing',
    ),
  }),
  pack: section('How the depot is packed.', {
    mode: standard(
      value.packMode,
      'depot',
      'How Julia code travels. "depot": Julia, and packages with their compiled caches. "app": one program that PackageCompiler makes of the package. "sysimage": the depot, and a system image with the package compiled into it.',
    ),
    codec: standard(
      value.packCodec,
      'auto',
      'How the tarballs are compressed. "auto": zstd where the image can write and read it, else gzip.',
    ),
    exclude: standard(
      value.list(value.depotThing),
      [],
      'Packages and artifacts by name, or files and folders by their path below ~/.julia, to leave out of the depot. No patterns.',
      ['Documenter', 'scratchspaces/44cfe95a-1eb2-52ea-b672-e2afdf69b78f'],
    ),
    keep: standard(
      value.list(value.depotThing),
      [],
      'The same for what is to be packed although nothing of the Manifest seems to need it.',
      ['artifacts/0123456789abcdef0123456789abcdef01234567'],
    ),
  }),
  secrets: section('Files that look like a secret, for which a run stops.', {
    allow: standard(
      value.list(value.allowedSecret),
      [],
      'Files that look like a secret and are none, each by its path and the beginning of its sha256, as the error about it names it. Another content is looked at again.',
      ['test/fixtures/key.pem#0123456789abcdef'],
    ),
  }),
};

/** A key that may be left out. */
function optional<T extends z.core.SomeType>(
  schema: T,
  description: string,
  ...examples: readonly z.core.input<T>[]
): z.ZodMiniOptional<T> {
  return described(z.optional(schema), description, examples);
}

/** A key that has this value where it is left out. */
function standard<T extends z.core.SomeType>(
  schema: T,
  fallback: z.core.util.NoUndefined<z.core.output<T>>,
  description: string,
  ...examples: readonly z.core.input<T>[]
): z.ZodMiniDefault<T> {
  return described(z._default(schema, fallback), description, examples);
}

function section<T extends z.core.$ZodShape>(
  description: string,
  keys: T,
): z.ZodMiniObject<T, z.core.$strict> {
  const schema = z.strictObject(keys, {
    error: ({ code }) => (code === 'invalid_type' ? l10n.t('must be a section') : undefined),
  });
  return described(schema, description);
}

function described<T extends z.ZodMiniType>(
  schema: T,
  description: string,
  examples: readonly unknown[] = [],
): T {
  about.add(schema, { description, ...(examples.length > 0 && { examples }) });
  return schema;
}

/** What can be run, of which one is. */
const PROGRAMS = ['script', 'entry', 'predict'] as const;
/** What belongs to `predict`. */
const HOOKS = ['endpoints', 'warmup', 'reset', 'fallback', 'stateful'] as const;

const oneProgram = sections.run.check(
  z.refine((run) => PROGRAMS.filter((name) => run[name] !== undefined).length < 2, {
    error: ({ input }) =>
      l10n.t(
        'has both {0}: keep one',
        inWords(
          PROGRAMS.filter((name) => isNamed(input, name)),
          'and',
        ),
      ),
  }),
  z.refine((run) => run.predict !== undefined || HOOKS.every((name) => run[name] === undefined), {
    error: ({ input }) =>
      l10n.t(
        'has {0} without predict',
        inWords(
          HOOKS.filter((name) => isNamed(input, name)),
          'and',
        ),
      ),
  }),
);
about.add(oneProgram, {
  allOf: [
    ...PROGRAMS.map((name, at) => ({ not: { required: [name, PROGRAMS[(at + 1) % PROGRAMS.length]] } })),
    ...HOOKS.map((name) => ({ anyOf: [{ not: { required: [name] } }, { required: ['predict'] }] })),
  ],
});

function isNamed(input: unknown, name: string): boolean {
  return typeof input === 'object' && input !== null && name in input;
}

export const configSchema = described(
  z.strictObject({
    competition: described(
      value.competitionSlug,
      'The competition: the last part of its address, e.g. `titanic` of https://www.kaggle.com/competitions/titanic.',
      ['titanic'],
    ),
    julia: optional(
      value.juliaVersion,
      'The Julia to use: an exact version, the newest of a series ("1.10"), "release" or "lts". What a series or channel stands for is looked up once and kept. When absent: the version that resolved the Manifest.',
      '1.10.5',
      '1.10',
      'lts',
    ),
    image: z.prefault(sections.image, {}),
    run: z.prefault(oneProgram, {}),
    data: z.prefault(sections.data, {}),
    models: z.prefault(sections.models, {}),
    inputs: z.prefault(sections.inputs, {}),
    test: z.prefault(sections.test, {}),
    datasets: z.prefault(sections.datasets, {}),
    notebook: z.prefault(sections.notebook, {}),
    output: z.prefault(sections.output, {}),
    submit: z.prefault(sections.submit, {}),
    score: z.prefault(sections.score, {}),
    manifest: z.prefault(sections.manifest, {}),
    pack: z.prefault(sections.pack, {}),
    secrets: z.prefault(sections.secrets, {}),
  }),
  'How a Julia package becomes a submission to a Kaggle competition. Lies beside Project.toml and is committed; it holds no secrets and no paths of one machine. Only `competition` is required.',
);

/** JuliaKaggle.toml as it was read and checked, with the defaults that do not hang on anything else filled in. */
export type KaggleConfig = z.infer<typeof configSchema>;

/** The names of the sections: `image`, `run`, ... */
export const SECTIONS: readonly string[] = Object.keys(sections);

/** All keys there are, with their section: `competition`, `run.args`, ... */
export const CONFIG_KEYS: readonly string[] = Object.keys(configSchema.shape).flatMap((key) => {
  const keys = Object.entries(sections).find(([name]) => name === key)?.[1].shape;
  return keys === undefined ? [key] : Object.keys(keys).map((inner) => `${key}.${inner}`);
});
