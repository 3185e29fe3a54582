import * as l10n from '@vscode/l10n';
import type { Submission } from '../records.ts';
import type { Services } from '../services.ts';
import { html, type Part } from './html.ts';
import { badge, competitionPath, link, notebookPath, time } from './parts.ts';

/** The columns of a table of submissions, with or without their competition. */
export function submissionColumns(withCompetition: boolean): string[] {
  return [
    `#${l10n.t('Submission')}`,
    ...(withCompetition ? [l10n.t('Competition')] : []),
    l10n.t('From'),
    l10n.t('State'),
    `#${l10n.t('Public score')}`,
    `#${l10n.t('Private score')}`,
    l10n.t('Made'),
  ];
}

/** The row of a submission in the table with these columns. */
export function submissionRow(services: Services, submission: Submission, withCompetition: boolean): Part[] {
  const { ref, competition, status, publicScore, privateScore, createdAt } = submission;
  const hasEnded = services.competitions.get(competition)?.hasEnded(services.clock.now()) ?? false;
  return [
    ref,
    ...(withCompetition ? [link(competitionPath(competition, '/submissions'), competition)] : []),
    [origin(services, submission), description(submission)],
    [badge(status), problem(submission)],
    publicScore === '' ? '–' : publicScore,
    privateScore === '' || !hasEnded ? '–' : privateScore,
    time(createdAt),
  ];
}

function origin({ store }: Services, { kernelId, kernelVersion, fileName }: Submission): Part {
  if (kernelId === undefined) return fileName;
  const kernel = store.kernels.get(kernelId);
  if (kernel === undefined) return l10n.t('version {0} of a deleted notebook', kernelVersion ?? 0);
  const ref = `${kernel.owner}/${kernel.slug}`;
  const version = link(notebookPath(ref, kernelVersion), `${kernel.slug} v${kernelVersion ?? 0}`);
  return html`<span class="whole">${version}</span> <span class="note">${fileName}</span>`;
}

function description({ description: text }: Submission): Part {
  return text !== '' && html`<br /><span class="note">${text}</span>`;
}

function problem({ errorDescription }: Submission): Part {
  return errorDescription !== '' && html`<br /><span class="problem">${errorDescription}</span>`;
}
