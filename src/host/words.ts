import { l10n } from 'vscode';
import type { StageName } from '../core/stages.ts';
import type { Labels, StageState } from '../protocol/panel-state.ts';
import { type DetailWords, detailWords } from './detail-words.ts';
import { type PictureWords, pictureWords } from './picture-words.ts';
import { type PlanWords, planWords } from './plan-words.ts';
import type { Ending, SubmissionView } from './run-view.ts';
import type { RemedyWords } from './remedy-action.ts';
import { type SetupWords, setupWords } from './setup-words.ts';

/** What the page and the status bar say, in the person's language. */
export interface Words {
  readonly stages: Readonly<Record<StageName, StageWords>>;
  readonly states: Readonly<Record<StageState, string>>;
  readonly endings: Readonly<Record<Ending, string>>;
  readonly submissions: Readonly<Record<SubmissionView['state'], string>>;
  readonly submit: string;
  readonly cancel: string;
  readonly cancelling: string;
  readonly setup: SetupWords;
  readonly details: DetailWords;
  readonly pictures: PictureWords;
  readonly plan: PlanWords;
  readonly labels: Labels;
  readonly remedies: RemedyWords;
  readonly showLog: string;
  readonly openOnKaggle: string;
  readonly reportBug: string;
  readonly bug: (message: string) => string;
  readonly submitTo: (competition: string) => string;
  readonly competition: (competition: string) => string;
  readonly runUpTo: (stage: string) => string;
  readonly bytesOf: (done: string, total: string, percent: string) => string;
  readonly score: (score: string) => string;
  readonly waitingForKaggle: string;
  readonly submissionsLeft: (left: number, made: number) => string;
  /** Hours, as text. */
  readonly quotaLeft: (accelerator: string, left: string, all: string) => string;
}

interface StageWords {
  readonly title: string;
  /** What the stage does, in one line. */
  readonly purpose: string;
}

export const words: Words = {
  stages: {
    project: { title: l10n.t('Project'), purpose: l10n.t('Read the package and its settings') },
    build: { title: l10n.t('Build'), purpose: l10n.t('Instantiate and precompile in the Kaggle image') },
    test: { title: l10n.t('Test'), purpose: l10n.t('Run it in the image on the sample data') },
    pack: { title: l10n.t('Pack'), purpose: l10n.t('Pack Julia, the depot, the package and the models') },
    rehearse: { title: l10n.t('Rehearse'), purpose: l10n.t('Run the notebook offline, as Kaggle will') },
    upload: { title: l10n.t('Upload'), purpose: l10n.t('Send what changed to private datasets') },
    notebook: { title: l10n.t('Notebook'), purpose: l10n.t('Push the notebook and follow its run') },
    submit: { title: l10n.t('Submit'), purpose: l10n.t('Submit that version and follow it to its score') },
  },
  states: {
    waiting: l10n.t('Not run yet'),
    earlier: l10n.t('Done earlier'),
    running: l10n.t('Running'),
    done: l10n.t('Done'),
    'up-to-date': l10n.t('Up to date'),
    failed: l10n.t('Failed'),
    cancelled: l10n.t('Cancelled'),
  },
  endings: {
    done: l10n.t('The run is done.'),
    failed: l10n.t('The run failed.'),
    cancelled: l10n.t('The run was cancelled; finished stages are kept.'),
    declined: l10n.t('Stopped before the upload; nothing left this machine.'),
  },
  submissions: {
    pending: l10n.t('Submission is being scored'),
    complete: l10n.t('Submission is complete'),
    error: l10n.t('Submission could not be scored'),
  },
  submit: l10n.t('Submit'),
  cancel: l10n.t('Cancel'),
  cancelling: l10n.t('Cancelling…'),
  setup: setupWords,
  details: detailWords,
  pictures: pictureWords,
  plan: planWords,
  labels: {
    setup: l10n.t('What is needed'),
    stages: l10n.t('Pipeline'),
    details: l10n.t('Details'),
    // The page puts the name of the stage in the place of {0}.
    detailsOf: l10n.t('Details of {0}', '{0}'),
    remedies: l10n.t('What to do'),
    showLog: l10n.t('Show Log'),
    signIn: l10n.t('Sign In…'),
    openSubmission: l10n.t('Open on Kaggle'),
    log: l10n.t('Log of {0}', '{0}'),
    logEmpty: l10n.t('No line in this run yet.'),
    logFilter: l10n.t('Show only lines with…'),
    logDropped: l10n.t('{0} earlier lines are in the whole log.', '{0}'),
    logFollow: l10n.t('Follow'),
    pictures: l10n.t('Pictures'),
    asTable: l10n.t('As a table'),
    picturesEmpty: l10n.t(
      'After the first build and rehearsal, this is where sizes, times and scores are shown.',
    ),
  },
  remedies: {
    packModes: {
      depot: l10n.t('Use the Depot'),
      app: l10n.t('Use an App'),
      sysimage: l10n.t('Use a System Image'),
    },
    runFresh: (stage) => l10n.t('Run {0} Anew', stage),
    addArtifact: (name) => l10n.t('Add {0}…', name),
    pinCuda: l10n.t('Pin CUDA…'),
    signIn: l10n.t('Sign In…'),
    allowOutside: l10n.t('Allow Reading…'),
  },
  showLog: l10n.t('Show Log'),
  openOnKaggle: l10n.t('Open on Kaggle'),
  reportBug: l10n.t('Report it with the end of the log.'),
  bug: (message) => l10n.t('This is a bug of Julia on Kaggle: {0}', message),
  submitTo: (competition) => l10n.t('Submit to {0}', competition),
  competition: (competition) => l10n.t('for {0}', competition),
  runUpTo: (stage) => l10n.t('Run up to {0}', stage),
  bytesOf: (done, total, percent) => l10n.t('{0} of {1} ({2} %)', done, total, percent),
  score: (score) => l10n.t('public score {0}', score),
  waitingForKaggle: l10n.t('waiting'),
  submissionsLeft: (left, made) => l10n.t('Submissions left today: {0} ({1} made)', left, made),
  quotaLeft: (accelerator, left, all) =>
    l10n.t('{0} hours left this week: {1} of {2}', accelerator, left, all),
};
