import * as l10n from '@vscode/l10n';
import { newestVersion } from '../dataset-versions.ts';
import type { ActiveFault } from '../faults/faults.ts';
import { leaderboardOf } from '../leaderboard.ts';
import type { Dataset, Kernel } from '../records.ts';
import type { Services } from '../services.ts';
import { filled, html, type Part } from './html.ts';
import type { Page } from './layout.ts';
import {
  badge,
  competitionPath,
  datasetPath,
  duration,
  link,
  notebookPath,
  size,
  table,
  time,
  totalSize,
} from './parts.ts';
import { submissionColumns, submissionRow } from './submission-rows.ts';

/** Everything at one glance. `address`: where the API answers. */
export function overviewPage(services: Services, address: string): Page {
  const { store, faults, versions } = services;
  const datasets = newestFirst(store.datasets.values());
  const kernels = newestFirst(store.kernels.values());
  const submissions = store.submissions.values().sort((a, b) => b.ref - a.ref);
  const isLive =
    datasets.some((dataset) => isOnItsWay(versions.status(newestVersion(dataset)))) ||
    kernels.some((kernel) => isOnItsWay(newestVersion(kernel).status)) ||
    submissions.some(({ status }) => isOnItsWay(status));
  return {
    title: l10n.t('Overview'),
    isLive,
    body: html`<p>${filled(l10n.t('The API answers at {0}.'), html`<code>${address}</code>`)}</p>
      ${section('competitions', l10n.t('Competitions'), competitionTable(services))}
      ${section('datasets', l10n.t('Datasets'), datasetTable(services, datasets))}
      ${section('notebooks', l10n.t('Notebooks'), kernelTable(services, kernels))}
      ${section(
        'submissions',
        l10n.t('Submissions'),
        table({
          caption: l10n.t('Submissions'),
          columns: submissionColumns(true),
          rows: submissions.map((submission) => submissionRow(services, submission, true)),
          empty: l10n.t('None yet.'),
        }),
      )}
      ${section('faults', l10n.t('Faults'), faultTable(faults.list()))}`,
  };
}

function section(id: string, title: string, content: Part): Part {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}

/** Whether a dataset, a notebook or a submission in this state will get into another one by itself. */
export function isOnItsWay(state: string): boolean {
  return !['READY', 'FAILED', 'COMPLETE', 'ERROR', 'NEW_SCRIPT'].includes(state);
}

function newestFirst<T extends { readonly versions: readonly { readonly createdAt: string }[] }>(
  records: readonly T[],
): T[] {
  return [...records].sort((a, b) => (newestVersion(a).createdAt > newestVersion(b).createdAt ? -1 : 1));
}

function competitionTable({ competitions, store }: Services): Part {
  return table({
    caption: l10n.t('Competitions'),
    columns: [
      l10n.t('Competition'),
      l10n.t('Takes'),
      l10n.t('Measured by'),
      l10n.t('Deadline'),
      `#${l10n.t('Submissions')}`,
      `#${l10n.t('Best score')}`,
    ],
    rows: [...competitions.values()].map(({ facts }) => [
      link(competitionPath(facts.slug), facts.title),
      facts.isKernelsSubmissionsOnly ? l10n.t('notebooks only') : l10n.t('notebooks and files'),
      facts.metric,
      time(facts.deadline),
      store.submissions.values().filter(({ competition }) => competition === facts.slug).length,
      leaderboardOf(store.submissions.values(), facts)[0]?.score ?? '–',
    ]),
    empty: l10n.t('None: name a competition folder when starting the sandbox.'),
  });
}

function datasetTable({ versions }: Services, datasets: readonly Dataset[]): Part {
  return table({
    caption: l10n.t('Datasets'),
    columns: [
      l10n.t('Dataset'),
      l10n.t('Seen by'),
      `#${l10n.t('Version')}`,
      l10n.t('State'),
      `#${l10n.t('Files')}`,
      `#${l10n.t('Size')}`,
      l10n.t('Made'),
    ],
    rows: datasets.map((dataset) => {
      const newest = newestVersion(dataset);
      const files = newest.state === 'processed' ? newest.files : newest.uploads;
      return [
        link(datasetPath(`${dataset.owner}/${dataset.slug}`), `${dataset.owner}/${dataset.slug}`),
        dataset.isPrivate ? l10n.t('private') : l10n.t('public'),
        newest.version,
        badge(versions.status(newest)),
        files.length,
        totalSize(files),
        time(newest.createdAt),
      ];
    }),
    empty: l10n.t('None yet.'),
  });
}

function kernelTable({ clock }: Services, kernels: readonly Kernel[]): Part {
  return table({
    caption: l10n.t('Notebooks'),
    columns: [
      l10n.t('Notebook'),
      `#${l10n.t('Version')}`,
      l10n.t('State'),
      l10n.t('Internet'),
      l10n.t('Machine'),
      l10n.t('Started'),
      `#${l10n.t('Ran')}`,
      `#${l10n.t('Output')}`,
    ],
    rows: kernels.map((kernel) => {
      const newest = newestVersion(kernel);
      const ref = `${kernel.owner}/${kernel.slug}`;
      return [
        link(notebookPath(ref), ref),
        newest.version,
        badge(newest.status),
        newest.enableInternet ? l10n.t('on') : l10n.t('off'),
        newest.machineShape === '' ? 'CPU' : newest.machineShape,
        time(newest.startedAt),
        duration(newest.startedAt, newest.finishedAt, clock.now()),
        size(newest.outputs.reduce((sum, { bytes }) => sum + bytes, 0)),
      ];
    }),
    empty: l10n.t('None yet.'),
  });
}

function faultTable(faults: readonly ActiveFault[]): Part {
  return table({
    caption: l10n.t('Faults that are set'),
    columns: [l10n.t('Fault'), `#${l10n.t('Occasions')}`, `#${l10n.t('Struck')}`],
    rows: faults.map(({ fault, seen, struck }) => [html`<code>${fault}</code>`, seen, struck]),
    empty: filled(
      l10n.t('None is set. Begin the sandbox with {0}, or send one to {1}.'),
      html`<code>--fault 'CreateDatasetVersion#1=cut,after'</code>`,
      html`<code>/sandbox/faults</code>`,
    ),
  });
}
