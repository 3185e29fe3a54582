import { newestVersion } from '../dataset-versions.ts';
import type { ActiveFault } from '../faults/faults.ts';
import { leaderboardOf } from '../leaderboard.ts';
import type { Dataset, Kernel } from '../records.ts';
import type { Services } from '../services.ts';
import { html, type Part } from './html.ts';
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
    title: 'Overview',
    isLive,
    body: html`<p>The API answers at <code>${address}</code>.</p>
      ${section('competitions', 'Competitions', competitionTable(services))}
      ${section('datasets', 'Datasets', datasetTable(services, datasets))}
      ${section('notebooks', 'Notebooks', kernelTable(services, kernels))}
      ${section(
        'submissions',
        'Submissions',
        table({
          caption: 'Submissions',
          columns: submissionColumns(true),
          rows: submissions.map((submission) => submissionRow(services, submission, true)),
          empty: 'None yet.',
        }),
      )}
      ${section('faults', 'Faults', faultTable(faults.list()))}`,
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
    caption: 'Competitions',
    columns: ['Competition', 'Takes', 'Measured by', 'Deadline', '#Submissions', '#Best score'],
    rows: [...competitions.values()].map(({ facts }) => [
      link(competitionPath(facts.slug), facts.title),
      facts.isKernelsSubmissionsOnly ? 'notebooks only' : 'notebooks and files',
      facts.metric,
      time(facts.deadline),
      store.submissions.values().filter(({ competition }) => competition === facts.slug).length,
      leaderboardOf(store.submissions.values(), facts)[0]?.score ?? '–',
    ]),
    empty: 'None: name a competition folder when starting the sandbox.',
  });
}

function datasetTable({ versions }: Services, datasets: readonly Dataset[]): Part {
  return table({
    caption: 'Datasets',
    columns: ['Dataset', 'Seen by', '#Version', 'State', '#Files', '#Size', 'Made'],
    rows: datasets.map((dataset) => {
      const newest = newestVersion(dataset);
      const files = newest.state === 'processed' ? newest.files : newest.uploads;
      return [
        link(datasetPath(`${dataset.owner}/${dataset.slug}`), `${dataset.owner}/${dataset.slug}`),
        dataset.isPrivate ? 'private' : 'public',
        newest.version,
        badge(versions.status(newest)),
        files.length,
        totalSize(files),
        time(newest.createdAt),
      ];
    }),
    empty: 'None yet.',
  });
}

function kernelTable({ clock }: Services, kernels: readonly Kernel[]): Part {
  return table({
    caption: 'Notebooks',
    columns: ['Notebook', '#Version', 'State', 'Internet', 'Machine', 'Started', '#Ran', '#Output'],
    rows: kernels.map((kernel) => {
      const newest = newestVersion(kernel);
      const ref = `${kernel.owner}/${kernel.slug}`;
      return [
        link(notebookPath(ref), ref),
        newest.version,
        badge(newest.status),
        newest.enableInternet ? 'on' : 'off',
        newest.machineShape === '' ? 'CPU' : newest.machineShape,
        time(newest.startedAt),
        duration(newest.startedAt, newest.finishedAt, clock.now()),
        size(newest.outputs.reduce((sum, { bytes }) => sum + bytes, 0)),
      ];
    }),
    empty: 'None yet.',
  });
}

function faultTable(faults: readonly ActiveFault[]): Part {
  return table({
    caption: 'Faults that are set',
    columns: ['Fault', '#Occasions', '#Struck'],
    rows: faults.map(({ fault, seen, struck }) => [html`<code>${fault}</code>`, seen, struck]),
    empty: html`None is set. Begin the sandbox with <code>--fault 'CreateDatasetVersion#1=cut,after'</code>,
      or send one to <code>/sandbox/faults</code>.`,
  });
}
