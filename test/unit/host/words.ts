import { STAGE_NAMES, type StageName } from '../../../src/core/stages.ts';
import type { Words } from '../../../src/host/words.ts';

/** Words as an editor might give them, made so that each can be recognised. */
export const testWords: Words = {
  stages: stageWords(),
  states: {
    waiting: 'waits',
    earlier: 'did earlier',
    running: 'runs',
    done: 'did',
    'up-to-date': 'stands',
    failed: 'failed',
    cancelled: 'was cancelled',
  },
  endings: {
    done: 'All done.',
    failed: 'It failed.',
    cancelled: 'It was cancelled.',
    declined: 'It was declined.',
  },
  submissions: { pending: 'being scored', complete: 'scored', error: 'not scored' },
  submit: 'Submit',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  pipeline: 'Pipeline',
  details: 'Details',
  whatToDo: 'What to do',
  showLog: 'Show Log',
  openOnKaggle: 'Open on Kaggle',
  reportBug: 'Report it.',
  bug: (message) => `A bug: ${message}`,
  submitTo: (competition) => `Submit to ${competition}`,
  competition: (competition) => `for ${competition}`,
  runUpTo: (stage) => `Run up to ${stage}`,
  bytesOf: (done, total, percent) => `${done} of ${total} (${percent} %)`,
  score: (score) => `score ${score}`,
  waitingForKaggle: 'waits for Kaggle',
  submissionsLeft: (left, made) => `${left} left, ${made} made`,
  quotaLeft: (accelerator, left, all) => `${accelerator}: ${left} of ${all} h`,
};

function stageWords(): Words['stages'] {
  const entries = STAGE_NAMES.map((name) => [
    name,
    { title: name.toUpperCase(), purpose: `What ${name} is for` },
  ]);
  return Object.fromEntries(entries) as Record<StageName, { title: string; purpose: string }>;
}
