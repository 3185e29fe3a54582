import { UserError } from '../../../src/base/errors.ts';
import type { Artefacts, InventoryItem, Rehearsal } from '../../../src/core/artefacts.ts';
import { comparisonRows } from '../../../src/core/contract/depot/mode-comparison.ts';
import type { RunEvent } from '../../../src/core/events.ts';
import type { StagePreview } from '../../../src/core/pipeline/preview.ts';
import { STAGE_NAMES, type StageName } from '../../../src/core/stages.ts';
import type { Examination, Look } from '../../../src/host/panel/examiner.ts';
import { NO_SURROUNDINGS, present, type Surroundings } from '../../../src/host/panel/present.ts';
import { problemOf } from '../../../src/host/run/run-view.ts';
import type { ProjectView } from '../../../src/host/project/projects.ts';
import type { RecordView } from '../../../src/host/project/record.ts';
import { EMPTY_VIEW, reduce, type SessionEvent } from '../../../src/host/run/run-view.ts';
import type { PanelState } from '../../../src/protocol/panel-state.ts';
import { aBundle, aDepot, aProject, aTestReport } from '../../support/artefacts.ts';

// The states that the page can be in, made as the editor makes them: from events, through the view, to what is shown.

type Event = RunEvent | SessionEvent;

const PROJECT: ProjectView = {
  name: 'Inference',
  folder: '/home/ada/kaggle/Inference',
  competition: 'harbour-tides',
};

const good = (text: string): Look => ({ state: 'seen', text, notes: [] });
const READY: Examination = {
  engine: good('29.4.0 (API 1.54) at unix:///var/run/docker.sock'),
  account: good('ada at https://api.kaggle.com, by kaggle.json'),
  competition: {
    title: 'Harbour Tides',
    deadline: '2027-01-31T23:59:00Z',
    entered: true,
    takesFiles: false,
    isOver: false,
    isClosed: false,
    rulesUrl: 'https://www.kaggle.com/competitions/harbour-tides/rules',
  },
};

const noEngine = new UserError({
  code: 'engine-unreachable',
  title: 'No Docker engine answers.',
  detail: 'unix:///var/run/docker.sock: connect ENOENT\nnpipe: not on this platform',
  actions: [
    { title: 'Start the engine: sudo systemctl start docker' },
    { title: 'Install Docker.', url: 'https://docs.docker.com/get-docker/' },
  ],
});
const notSignedIn = new UserError({
  code: 'not-signed-in',
  title: 'You are not signed in to Kaggle.',
  actions: [{ title: 'Sign in, or put a token into ~/.kaggle/access_token.' }],
});
const notCompiled = new UserError({
  code: 'compile-failed',
  title: 'Flux could not be compiled into the app.',
  detail:
    'ERROR: LoadError: UndefVarError: cublasLt not defined\nin expression starting at packages/Flux/9PibT/src/Flux.jl:3',
  source: { file: `${PROJECT.folder}/src/Inference.jl`, line: 3, message: 'UndefVarError: cublasLt' },
  actions: [
    { title: 'The log names the place: .julia-kaggle/logs/pack.log.' },
    {
      title: 'Pack the depot instead, which needs no compiling: [pack] mode = "depot".',
      command: 'mode depot',
    },
  ],
});
const missing = (error: UserError): Look => ({
  state: 'seen',
  text: error.title,
  notes: [],
  problem: problemOf(error),
});

const requested: Event = { kind: 'run-requested' };
const started = (stage: StageName, plan: string): Event => ({ kind: 'stage-started', stage, plan });
const finished = (stage: StageName, summary: string, milliseconds: number): Event => ({
  kind: 'stage-finished',
  stage,
  summary,
  milliseconds,
});
const skipped = (stage: StageName, summary: string): Event => ({ kind: 'stage-skipped', stage, summary });

const MB = 1_000_000;
const inventory: InventoryItem[] = [
  ...(
    [
      ['CUDA_Runtime', 1840],
      ['CUDNN', 720],
      ['MKL', 510],
      ['stations', 2],
    ] as const
  ).map(([label, size]) => ({
    kind: 'artifact' as const,
    name: `artifacts/${label}`,
    label,
    bytes: size * MB,
  })),
  ...(
    [
      ['CUDA', 6],
      ['Flux', 3],
      ['NNlib', 2],
      ['DataFrames', 12],
      ['CSV', 4],
      ['Images', 31],
      ['JSON3', 2],
      ['Zygote', 3],
      ['ChainRules', 2],
      ['StaticArrays', 2],
    ] as const
  ).map(([label, size]) => ({ kind: 'package' as const, name: `packages/${label}/aB3dE`, bytes: size * MB })),
  { kind: 'scratch', name: 'scratchspaces/1d4b', bytes: 40 * MB },
  { kind: 'data', name: 'datadeps/MNIST', bytes: 60 * MB },
];

const ARTEFACTS: Partial<Artefacts> = {
  project: aProject({ git: { commit: '3f2a9c1d7e', dirty: true } }),
  build: aDepot({ inventory, bytes: 3239 * MB }),
  test: aTestReport({ seconds: 14.2, peakMemoryBytes: 900 * MB, rows: 480 }),
  pack: aBundle(),
  rehearse: aRehearsal(),
};

function aRehearsal(modes?: Rehearsal['modes']): Rehearsal {
  return {
    fingerprint: 'r',
    seconds: 5400,
    steps: [
      { name: 'unpack', seconds: 48 },
      { name: 'run', seconds: 5340 },
    ],
    peakMemoryBytes: 27 * 1024 ** 3,
    rows: 480,
    submissionSha256: 's',
    modes,
  };
}

/** All three ways to pack were rehearsed. */
const MODES: Rehearsal['modes'] = {
  depot: {
    rehearsalSeconds: 5412,
    startSeconds: 4.2,
    firstPredictionSeconds: 61.3,
    runSeconds: 5340,
    bundleBytes: 1310 * MB,
  },
  app: {
    rehearsalSeconds: 5101,
    startSeconds: 0.8,
    firstPredictionSeconds: 2.9,
    runSeconds: 5064,
    bundleBytes: 3240 * MB,
    compileSeconds: 1460,
  },
  sysimage: {
    rehearsalSeconds: 5180,
    startSeconds: 1.1,
    firstPredictionSeconds: 3.4,
    runSeconds: 5098,
    bundleBytes: 1890 * MB,
    compileSeconds: 1210,
  },
};

const RECORD: RecordView = {
  artefacts: ARTEFACTS,
  history: [0.142, 0.131, 0.1375, 0.1102, 0.0973, 0.1011].map((score, index) => ({
    ref: 100 + index,
    publicScore: String(score),
    submittedAt: new Date(Date.UTC(2026, 10, 3 + 3 * index, 9, 30)).toISOString(),
    commit: `${index}f2a9c1d7e44`,
    best: score === 0.0973,
  })),
};

const EARLIER: Event = {
  kind: 'record-read',
  failures: {},
  summaries: {
    project: 'Inference 0.1.0, Julia 1.10.5, 12 files, for harbour-tides',
    build: 'depot of 10 packages and 4 artifacts, 3.24 GB',
    test: 'passed in 14.2 s, 480 rows, 900 MB',
    pack: 'bundle b0b0b0b0, 1.31 GB',
    rehearse: 'passed offline in 1 h 30 min, no download, no recompilation, 480 rows, 29.0 GB',
  },
};

const DONE: readonly Event[] = [
  requested,
  skipped('project', 'Inference 0.1.0, Julia 1.10.5, 12 files, for harbour-tides'),
  skipped('build', 'depot of 10 packages and 4 artifacts, 3.24 GB'),
  finished('test', 'passed in 14.2 s, 480 rows, 900 MB', 15_100),
  finished('pack', 'bundle b0b0b0b0, 38.1 kB changed', 2_300),
  finished('rehearse', 'passed offline in 1 h 30 min, no download, no recompilation, 480 rows', 5_412_000),
];

const later = (stage: StageName): StagePreview => ({
  stage,
  state: 'later',
  text: 'depends on the stages before',
});
const fresh = (stage: StageName, text: string): StagePreview => ({ stage, state: 'fresh', text });
const UP_TO_REHEARSE: readonly StagePreview[] = [
  fresh('project', 'Inference 0.1.0, Julia 1.10.5'),
  fresh('build', 'depot of 10 packages and 4 artifacts, 3.24 GB'),
  fresh('test', 'passed in 14.2 s, 480 rows'),
  fresh('pack', 'bundle b0b0b0b0, 1.31 GB'),
  fresh('rehearse', 'passed offline in 1 h 30 min'),
];
const wouldRun = (stage: StageName, text: string): StagePreview => ({
  ...{ stage, state: 'would-run', text },
  fingerprint: `plan of ${stage}`,
});

/** A project of which a file is submitted, to a competition that has ended. */
const SHIPS: ProjectView = { name: 'Ships', folder: '/home/ada/kaggle/Ships', competition: 'titanic' };
const SLIM = 'docker.io/library/python:3.12-slim-bookworm';
const WHY_SLIM = "a small one: nothing runs on Kaggle, so Kaggle's own is not needed";
const ENDED: Examination = {
  ...READY,
  competition: {
    title: 'Titanic',
    deadline: '2024-12-31T23:59:00Z',
    entered: true,
    takesFiles: true,
    isOver: true,
    isClosed: false,
    rulesUrl: 'https://www.kaggle.com/competitions/titanic/rules',
  },
};
const LATE: RecordView = {
  artefacts: {
    project: aProject({
      ...{ name: 'Ships', competition: 'titanic', route: 'file', image: SLIM, isImageOfRoute: true },
      competitionFacts: { slug: 'titanic', takesFiles: true },
    }),
    test: aTestReport({ seconds: 3.1, peakMemoryBytes: 310 * MB, rows: 418, submissionBytes: 3258 }),
  },
  history: (
    [
      [0.7655, 0.7701],
      [0.7751, 0.7623],
      [0.7894, 0.7812],
      [0.7847, 0.7838],
    ] as const
  ).map(([publicScore, privateScore], index) => ({
    ref: 200 + index,
    publicScore: String(publicScore),
    privateScore: String(privateScore),
    submittedAt: new Date(Date.UTC(2026, 10, 3 + 3 * index, 9, 30)).toISOString(),
    commit: `${index}f2a9c1d7e44`,
    best: publicScore === 0.7894,
  })),
};

const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;
const TURNED = `a\u202egnp.exe\u2066 \x1b[31mred\x1b[0m \x1b]0;title\x07 \x00 end`;

/** The failure of each stage, as a run of it ends. */
export function failures(): Record<StageName, PanelState> {
  const failed = STAGE_NAMES.map((stage) => {
    const error = new UserError({
      code: 'submission-file',
      title: `The stage ${stage} failed.`,
      detail: `What ${stage} said last.`,
      actions: [{ title: `Mend ${stage}.` }],
    });
    const events: readonly Event[] = [
      requested,
      started(stage, `do ${stage}`),
      { kind: 'failed', stage, error },
      { kind: 'run-ended', ending: 'failed', problem: problemOf(error) },
    ];
    return [stage, present(PROJECT, events.reduce(reduce, EMPTY_VIEW))] as const;
  });
  // Each stage has one, which the type of fromEntries does not say.
  return Object.fromEntries(failed) as Record<StageName, PanelState>;
}

/** Each state by its name. */
export function pageStates(): Record<string, PanelState> {
  const state = (
    events: readonly Event[],
    around: Partial<Surroundings> = {},
    project: ProjectView | undefined = PROJECT,
  ): PanelState =>
    present(project, events.reduce(reduce, EMPTY_VIEW), {
      ...NO_SURROUNDINGS,
      examination: READY,
      ...around,
    });
  const bad: Examination = {
    engine: missing(noEngine),
    account: missing(notSignedIn),
    competition: undefined,
  };
  const stuck: Examination = {
    ...READY,
    engine: {
      state: 'seen',
      text: '24.0 at tcp://10.0.0.7:2376',
      notes: ['The engine has 8.0 GB of memory and Kaggle’s machine 32.2 GB.'],
    },
    competition: { ...READY.competition, entered: false } as Examination['competition'],
  };
  const looking: Examination = {
    engine: { state: 'checking' },
    account: { state: 'checking' },
    competition: undefined,
  };
  const failed: readonly Event[] = [
    requested,
    skipped('project', 'Inference 0.1.0, Julia 1.10.5'),
    started('build', 'build'),
    { kind: 'failed', stage: 'build', error: noEngine },
    { kind: 'run-ended', ending: 'failed', problem: problemOf(noEngine) },
  ];
  const uploading: Event = {
    kind: 'progress',
    stage: 'upload',
    text: 'Uploading tides-dotjulia: dotjulia',
    doneBytes: 412 * MB,
    totalBytes: 1310 * MB,
  };
  const submission = {
    state: 'complete',
    publicScore: '0.0973',
    url: 'https://www.kaggle.com/submissions/104',
  } as const;
  return {
    'no-project': present(undefined, EMPTY_VIEW),
    looking: state([], { examination: looking }),
    ready: state([]),
    'not-ready': state([], { examination: bad }),
    notices: state([], { examination: stuck, severalProjects: true }),
    earlier: state([EARLIER], { record: { ...RECORD, history: [] } }),
    'plan-preparing': state([EARLIER], { plan: { state: 'preparing' } }),
    'plan-unknown': state([EARLIER], {
      plan: {
        state: 'ready',
        previews: [
          fresh('project', 'Inference 0.1.0, Julia 1.10.5'),
          fresh('build', 'depot of 10 packages and 4 artifacts, 3.24 GB'),
          wouldRun('test', 'run Inference.main in the image'),
          ...(['pack', 'rehearse', 'upload', 'notebook', 'submit'] as const).map(later),
        ],
      },
    }),
    'plan-known': state([EARLIER], {
      plan: {
        state: 'ready',
        previews: [
          ...UP_TO_REHEARSE,
          wouldRun('upload', 'upload tides-app (38.1 kB) as private datasets'),
          later('notebook'),
          later('submit'),
        ],
      },
    }),
    'plan-first-upload': state([], {
      plan: {
        state: 'ready',
        previews: [
          ...UP_TO_REHEARSE,
          wouldRun(
            'upload',
            'upload julia-1-10-5, tides-depot, tides-app (1.41 GB) as private datasets; the largest of the package’s 42 files: Inference/data/soundings-of-the-north-harbour.csv (48.2 MB), Inference/test/reference.jld2 (1.4 MB), Inference/src/Inference.jl (12.1 kB)',
          ),
          later('notebook'),
          later('submit'),
        ],
      },
    }),
    running: state([...DONE, started('upload', 'upload'), uploading], {
      record: RECORD,
      pace: '12.3 MB/s, 1 min 13 s left',
    }),
    question: state([
      ...DONE,
      {
        kind: 'asked',
        question: {
          title: 'Submit Inference to harbour-tides?',
          button: 'Submit',
          hasFiles: true,
          lines: [
            'Next: upload tides-app (38.1 kB) as private datasets; not uploaded again: julia, dotjulia, models (1.31 GB).',
            'Account: ada.',
            'Submissions left today: 4 (1 made).',
            'All that follows, up to the score, is done without asking again.',
          ],
        },
      },
    ]),
    'running-unknown': state([
      requested,
      started('build', 'build the depot'),
      { kind: 'progress', stage: 'build', text: 'Instantiating and precompiling' },
    ]),
    cancelling: state([requested, started('build', 'build the depot'), { kind: 'cancel-requested' }]),
    cancelled: state([
      requested,
      started('build', 'build the depot'),
      { kind: 'cancelled', stage: 'build' },
      { kind: 'run-ended', ending: 'cancelled' },
    ]),
    failed: state(failed, { examination: bad }),
    'not-compiled': state(
      [
        ...DONE.slice(0, -2),
        started('pack', 'compile the app'),
        { kind: 'failed', stage: 'pack', error: notCompiled },
        { kind: 'run-ended', ending: 'failed', problem: problemOf(notCompiled) },
      ],
      { record: { ...RECORD, history: [] } },
    ),
    modes: state([EARLIER], {
      record: {
        ...RECORD,
        artefacts: { ...ARTEFACTS, rehearse: aRehearsal(MODES) },
        comparison: comparisonRows(MODES),
      },
    }),
    bug: state([
      requested,
      { kind: 'run-ended', ending: 'failed', problem: problemOf(new TypeError('x is undefined')) },
    ]),
    scored: state(
      [
        ...DONE,
        { kind: 'warning', stage: 'test', message: 'The engine gives no GPU: it was tested without one.' },
        finished('upload', 'uploaded 38.1 kB: tides-app v7', 8_400),
        finished('notebook', 'ada/harbour-tides-inference-julia version 12 ran in 1 h 34 min', 5_640_000),
        finished('submit', 'submission 104 complete, public score 0.0973', 64_000),
        { kind: 'run-ended', ending: 'done', submission },
      ],
      { record: RECORD },
    ),
    'file-plan': state(
      [],
      {
        examination: ENDED,
        plan: {
          state: 'ready',
          previews: [
            fresh('project', 'Ships 0.1.0, Julia 1.10.5'),
            wouldRun('build', `instantiate and precompile Ships with Julia 1.10.5 in ${SLIM} (${WHY_SLIM})`),
            later('test'),
            later('submit'),
          ],
        },
      },
      SHIPS,
    ),
    'file-scored': state(
      [
        requested,
        skipped('project', 'Ships 0.1.0, Julia 1.10.5, 6 files, for titanic'),
        skipped('build', 'depot of 4 packages, 212 MB'),
        finished('test', 'passed in 3.1 s, 418 rows, 310 MB', 4_000),
        {
          kind: 'warning',
          stage: 'submit',
          message: 'Titanic ended on 2024-12-31: a late submission is scored but not ranked.',
        },
        finished('submit', 'submission 203 complete, public score 0.7847, private score 0.7838', 12_000),
        {
          kind: 'run-ended',
          ending: 'done',
          submission: {
            ...{ state: 'complete', publicScore: '0.7847', privateScore: '0.7838' },
            url: 'https://www.kaggle.com/submissions/203',
          },
        },
      ],
      { examination: ENDED, record: LATE },
      SHIPS,
    ),
    hostile: state(
      [
        requested,
        started('build', `${HOSTILE} ${TURNED}`),
        { kind: 'warning', stage: 'build', message: HOSTILE },
        { kind: 'warning', stage: 'build', message: 'x'.repeat(1_000_000) },
        {
          kind: 'run-ended',
          ending: 'failed',
          problem: {
            title: HOSTILE,
            detail: `${TURNED}\n${'y'.repeat(1_000_000)}`,
            actions: [{ title: HOSTILE, url: 'https://example.com/%22onclick=' }],
            code: 'julia-failed',
          },
        },
      ],
      {
        record: {
          artefacts: {
            build: aDepot({ inventory: [{ kind: 'artifact', name: HOSTILE, label: HOSTILE, bytes: 5 }] }),
          },
          history: [{ ref: 1, publicScore: '0.5', submittedAt: HOSTILE, commit: HOSTILE, best: false }],
        },
      },
      { name: HOSTILE, folder: `/home/${HOSTILE}`, competition: TURNED },
    ),
  };
}
