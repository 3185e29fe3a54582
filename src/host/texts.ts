import * as l10n from '@vscode/l10n';
import type { RouteName, StageName } from '../core/stages.ts';
import type { StageState } from '../protocol/panel-state.ts';

/** Pure: what a stage is called. */
export function stageTitle(stage: StageName): string {
  return {
    project: l10n.t('Project'),
    build: l10n.t('Build'),
    test: l10n.t('Test'),
    pack: l10n.t('Pack'),
    rehearse: l10n.t('Rehearse'),
    upload: l10n.t('Upload'),
    notebook: l10n.t('Notebook'),
    submit: l10n.t('Submit'),
  }[stage];
}

/** Pure: what a stage does, in one line. @param route undefined while it is not known. */
export function stagePurpose(stage: StageName, route: RouteName | undefined): string {
  return (route === undefined ? undefined : purposesOn(route)[stage]) ?? purposes()[stage];
}

function purposes(): Readonly<Record<StageName, string>> {
  return {
    project: l10n.t('Read the package and its settings'),
    build: l10n.t('Instantiate and precompile in the Kaggle image'),
    test: l10n.t('Run it in the image on the sample data'),
    pack: l10n.t('Pack Julia, the depot, the package and the models'),
    rehearse: l10n.t('Run the notebook offline, as Kaggle will'),
    upload: l10n.t('Send what changed to private datasets'),
    notebook: l10n.t('Push the notebook and follow its run'),
    submit: l10n.t('Submit that version and follow it to its score'),
  };
}

/** What they do otherwise on this way. */
function purposesOn(route: RouteName): Readonly<Partial<Record<StageName, string>>> {
  return {
    notebook: {},
    file: {
      build: l10n.t('Instantiate and precompile in the image'),
      test: l10n.t('Run it in the image on the competition’s test data'),
      submit: l10n.t('Submit the file and follow it to its score'),
    },
  }[route];
}

/** Pure: the state of a stage in a word. */
export function stateText(state: StageState): string {
  return {
    waiting: l10n.t('Not run yet'),
    earlier: l10n.t('Done earlier'),
    stale: l10n.t('Out of date'),
    running: l10n.t('Running'),
    done: l10n.t('Done'),
    'up-to-date': l10n.t('Up to date'),
    failed: l10n.t('Failed'),
    cancelled: l10n.t('Cancelled'),
  }[state];
}

/** What leads to the files that would go up. */
export function filesText(): string {
  return l10n.t('Look Through the Files');
}

/** What is said wherever something would go to a Kaggle that is on this machine. */
export function practiceText(): string {
  return l10n.t('Local Kaggle (practice): nothing leaves this machine');
}

/** To the minute, by the clock of who reads it; what is no date is shown as it is. */
export function dateOf(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
