import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { readJson } from '../../base/json.ts';
import { newestVersion } from '../dataset-versions.ts';
import type { Kernel, KernelVersion, Source } from '../records.ts';
import type { Services } from '../services.ts';
import { filled, html, type Part } from './html.ts';
import type { Page } from './layout.ts';
import { isOnItsWay } from './overview.ts';
import {
  badge,
  competitionPath,
  datasetPath,
  duration,
  facts,
  link,
  notebookPath,
  size,
  table,
  time,
} from './parts.ts';
import { submissionColumns, submissionRow } from './submission-rows.ts';

/** More of a log is not shown: a page is not the place for it. */
const MAX_ENTRIES = 2000;

const logEntries = z.array(z.object({ stream_name: z.string(), data: z.string() }));

interface LogLine {
  readonly stream: string;
  readonly text: string;
}

/** One notebook; `version` is the one to be looked at, undefined the newest. Undefined when there is no such version. */
export async function notebookPage(
  services: Services,
  kernel: Kernel,
  number: number | undefined,
): Promise<Page | undefined> {
  const version =
    number === undefined
      ? newestVersion(kernel)
      : kernel.versions.find((candidate) => candidate.version === number);
  if (version === undefined) return undefined;
  const ref = `${kernel.owner}/${kernel.slug}`;
  return {
    title: kernel.title,
    trail: [link('/#notebooks', l10n.t('Notebooks')), ` / ${ref}`],
    isLive: isOnItsWay(version.status),
    body: html`<section aria-labelledby="version-title">
        <h2 id="version-title">${l10n.t('Version {0}', version.version)} ${badge(version.status)}</h2>
        ${version.failureMessage !== undefined && html`<p class="problem">${version.failureMessage}</p>`}
        ${facts(factsOf(services, kernel, version))}
        <h3>${l10n.t('Output')}</h3>
        ${outputTable(version)}
        <h3>${l10n.t('Log')}</h3>
        ${logPart(await logOf(services, kernel, version), l10n.t('It has written nothing.'))}
        ${await interruptedPart(services, version)} ${await rerunLogs(services, kernel, version)}
      </section>
      ${submissionPart(services, kernel)}
      <section aria-labelledby="versions-title">
        <h2 id="versions-title">${l10n.t('All versions')}</h2>
        ${versionTable(services, kernel, ref)}
      </section>`,
  };
}

function factsOf({ clock }: Services, kernel: Kernel, version: KernelVersion): (readonly [string, Part])[] {
  const { sources, machineShape, enableInternet, startedAt, finishedAt } = version;
  return [
    [l10n.t('Kind'), `${kernel.kernelType}, ${kernel.isPrivate ? l10n.t('private') : l10n.t('public')}`],
    [l10n.t('Internet'), enableInternet ? l10n.t('on') : l10n.t('off')],
    [l10n.t('Machine'), machineShape === '' ? 'CPU' : machineShape],
    [l10n.t('Saved'), time(version.createdAt)],
    [l10n.t('Started'), time(startedAt)],
    [l10n.t('Ran'), duration(startedAt, finishedAt, clock.now())],
    [l10n.t('Inputs'), sources.length === 0 ? l10n.t('none') : sources.map(sourcePart)],
  ];
}

function sourcePart(source: Source): Part {
  switch (source.kind) {
    case 'competition':
      return html`<div>
        ${filled(l10n.t('{0} (competition)'), link(competitionPath(source.ref), source.ref))}
      </div>`;
    case 'dataset':
      return html`<div>
        ${filled(l10n.t('{0} version {1}'), link(datasetPath(source.ref), source.ref), source.version)}
      </div>`;
    case 'model':
      return html`<div>${filled(l10n.t('{0} (model)'), source.ref)}</div>`;
    case 'notebook':
      return html`<div>
        ${filled(
          l10n.t('{0} version {1}'),
          link(notebookPath(source.ref, source.version), source.ref),
          source.version,
        )}
      </div>`;
  }
}

function outputTable({ outputs }: KernelVersion): Part {
  return table({
    caption: l10n.t('Output files'),
    columns: [l10n.t('File'), `#${l10n.t('Size')}`],
    rows: outputs.map(({ name, bytes }) => [name, size(bytes)]),
    empty: l10n.t('None.'),
  });
}

function versionTable({ clock }: Services, kernel: Kernel, ref: string): Part {
  return table({
    caption: l10n.t('Versions of this notebook'),
    columns: [
      l10n.t('Version'),
      l10n.t('State'),
      l10n.t('Saved'),
      `#${l10n.t('Ran')}`,
      l10n.t('Internet'),
      l10n.t('Machine'),
    ],
    rows: kernel.versions
      .toReversed()
      .map((version) => [
        link(notebookPath(ref, version.version), l10n.t('Version {0}', version.version)),
        badge(version.status),
        time(version.createdAt),
        duration(version.startedAt, version.finishedAt, clock.now()),
        version.enableInternet ? l10n.t('on') : l10n.t('off'),
        version.machineShape === '' ? 'CPU' : version.machineShape,
      ]),
    empty: l10n.t('None.'),
  });
}

function submissionPart(services: Services, kernel: Kernel): Part {
  const submissions = services.store.submissions.values().filter(({ kernelId }) => kernelId === kernel.id);
  if (submissions.length === 0) return undefined;
  return html`<section aria-labelledby="submissions-title">
    <h2 id="submissions-title">${l10n.t('Submissions')}</h2>
    ${table({
      caption: l10n.t('Submissions of this notebook'),
      columns: submissionColumns(true),
      rows: submissions
        .sort((a, b) => b.ref - a.ref)
        .map((submission) => submissionRow(services, submission, true)),
      empty: l10n.t('None.'),
    })}
  </section>`;
}

async function logOf(
  { runs, store }: Services,
  kernel: Kernel,
  { version, log }: KernelVersion,
): Promise<LogLine[]> {
  const live = runs.logOf(kernel.id, version);
  if (live !== undefined) return live.lines.map(({ stream, text }) => ({ stream, text }));
  return log === undefined ? [] : linesOf(await store.blobs.text(log));
}

/** Lines of a log in Kaggle's form; none when it is damaged. */
function linesOf(text: string): LogLine[] {
  const entries = readJson(logEntries, text) ?? [];
  return entries.map(({ stream_name, data }) => ({ stream: stream_name, text: data }));
}

async function interruptedPart({ store }: Services, { interruptedLog }: KernelVersion): Promise<Part> {
  if (interruptedLog === undefined) return undefined;
  const lines = linesOf(await store.blobs.text(interruptedLog));
  return html`<details>
    <summary>${l10n.t('Log of the run before, which ended with the sandbox')}</summary>
    ${logPart(lines, l10n.t('It had written nothing.'))}
  </details>`;
}

/** Of a scoring that went wrong nothing else tells why. */
async function rerunLogs(
  { store }: Services,
  { id }: Kernel,
  { version }: KernelVersion,
): Promise<readonly Part[]> {
  const logs = [...store.submissions.values()].flatMap(({ ref, kernelId, kernelVersion, rerunLog }) =>
    rerunLog !== undefined && kernelId === id && kernelVersion === version ? [{ ref, rerunLog }] : [],
  );
  return Promise.all(
    logs.map(async ({ ref, rerunLog }) => {
      const lines = linesOf(await store.blobs.text(rerunLog));
      return html`<details>
        <summary>${l10n.t('Log of the scoring of submission {0}', ref)}</summary>
        ${logPart(lines, l10n.t('It had written nothing.'))}
      </details>`;
    }),
  );
}

function logPart(lines: readonly LogLine[], empty: string): Part {
  if (lines.length === 0) return html`<p class="empty">${empty}</p>`;
  const left = lines.length - MAX_ENTRIES;
  const shown = lines
    .slice(-MAX_ENTRIES)
    .map(({ stream, text }) => (stream === 'stderr' ? html`<span class="stderr">${text}</span>` : text));
  return html`${left > 0 && html`<p class="note">${l10n.t('The first {0} entries are left out.', left)}</p>`}
    <pre class="log" tabindex="0" role="region" aria-label="${l10n.t('Log')}">${shown}</pre>`;
}
