import * as l10n from '@vscode/l10n';
import { formatDuration } from '../../base/format.ts';
import type { Competition } from '../competition.ts';
import { leaderboardOf } from '../leaderboard.ts';
import type { Services } from '../services.ts';
import { filled, html, type Part } from './html.ts';
import type { Page } from './layout.ts';
import { isOnItsWay } from './overview.ts';
import { competitionPath, facts, link, size, table, time, totalSize } from './parts.ts';
import { submissionColumns, submissionRow } from './submission-rows.ts';

type View = (services: Services, competition: Competition) => Page | Promise<Page>;

/** The pages of a competition by the last part of their address. */
export const COMPETITION_PAGES: Readonly<Record<string, View>> = {
  '': overview,
  overview,
  data,
  rules,
  submissions,
  leaderboard,
};

const TABS = {
  overview: { path: '', label: () => l10n.t('Overview') },
  data: { path: '/data', label: () => l10n.t('Data') },
  rules: { path: '/rules', label: () => l10n.t('Rules') },
  submissions: { path: '/submissions', label: () => l10n.t('Submissions') },
  leaderboard: { path: '/leaderboard', label: () => l10n.t('Leaderboard') },
} as const;
type Tab = keyof typeof TABS;

function page(competition: Competition, current: Tab, body: Part, isLive = false): Page {
  const { slug, title: name } = competition.facts;
  const tabs = Object.entries(TABS).map(([tab, { path, label }]) =>
    tab === current
      ? html`<a href="${competitionPath(slug, path)}" aria-current="page">${label()}</a> `
      : html`<a href="${competitionPath(slug, path)}">${label()}</a> `,
  );
  return {
    title: current === 'overview' ? name : TABS[current].label(),
    trail: [link('/#competitions', l10n.t('Competitions')), ` / ${name}`],
    isLive,
    body: html`<nav class="tabs" aria-label="${l10n.t('Pages of the competition')}">${tabs}</nav>
      ${body}`,
  };
}

async function overview(_services: Services, competition: Competition): Promise<Page> {
  const it = competition.facts;
  const pages = (await competition.pages()).filter(({ name }) => name !== 'rules');
  const body = html`${facts([
    [
      l10n.t('Takes'),
      it.isKernelsSubmissionsOnly
        ? l10n.t('notebooks only, run without internet')
        : l10n.t('notebooks and files'),
    ],
    [l10n.t('Measured by'), l10n.t('{0} of {1}', it.metric, it.targetColumn)],
    [l10n.t('Deadline'), time(it.deadline)],
    [l10n.t('Late submissions'), it.takesLateSubmissions ? l10n.t('scored, not ranked') : l10n.t('refused')],
    [l10n.t('Submissions a day'), it.maxDailySubmissions],
    [l10n.t('Longest rerun'), formatDuration(it.timeLimitMinutes * 60_000)],
    [l10n.t('You'), it.userHasEntered ? l10n.t('have joined') : l10n.t('have not joined')],
  ])}
  ${pages.map(
    ({ name, content }) =>
      html`<h2>${capitalized(name)}</h2>
        <pre class="text">${content}</pre>`,
  )}`;
  return page(competition, 'overview', body);
}

async function data(_services: Services, competition: Competition): Promise<Page> {
  const files = await competition.publicFiles();
  const body = html`<p>
      ${l10n.t(
        '{0} public files, {1}. The hidden ones that a scoring rerun sees stay here.',
        files.length,
        totalSize(files),
      )}
    </p>
    ${table({
      caption: l10n.t('Public files'),
      columns: [l10n.t('File'), `#${l10n.t('Size')}`, l10n.t('Changed')],
      rows: files.map(({ name, bytes, modified }) => [name, size(bytes), time(modified.toISOString())]),
      empty: l10n.t('It has none.'),
    })}`;
  return page(competition, 'data', body);
}

async function rules(_services: Services, competition: Competition): Promise<Page> {
  const written = (await competition.pages()).find(({ name }) => name === 'rules');
  const body = html`<p>
      ${
        competition.facts.userHasEntered
          ? l10n.t('You have accepted the rules of this competition.')
          : filled(
              l10n.t(
                'You have not accepted the rules of this competition. Here that is a line in its {0}: {1}.',
              ),
              html`<code>competition.json</code>`,
              html`<code>"userHasEntered": true</code>`,
            )
      }
    </p>
    ${written !== undefined && html`<pre class="text">${written.content}</pre>`}`;
  return page(competition, 'rules', body);
}

function submissions(services: Services, competition: Competition): Page {
  const { slug, maxDailySubmissions } = competition.facts;
  const all = services.store.submissions
    .values()
    .filter((submission) => submission.competition === slug)
    .sort((a, b) => b.ref - a.ref);
  const today = new Date(services.clock.now()).toISOString().slice(0, 10);
  const made = all.filter(({ createdAt }) => createdAt.startsWith(today)).length;
  const body = html`<p>${l10n.t('{0} of {1} submissions made today (UTC).', made, maxDailySubmissions)}</p>
    ${table({
      caption: l10n.t('Submissions'),
      columns: submissionColumns(false),
      rows: all.map((submission) => submissionRow(services, submission, false)),
      empty: l10n.t('None yet.'),
    })}`;
  return page(
    competition,
    'submissions',
    body,
    all.some(({ status }) => isOnItsWay(status)),
  );
}

function leaderboard({ store }: Services, competition: Competition): Page {
  const rows = leaderboardOf(store.submissions.values(), competition.facts);
  const body = table({
    caption: l10n.t('Leaderboard'),
    columns: [`#${l10n.t('Rank')}`, l10n.t('Team'), `#${l10n.t('Score')}`, l10n.t('Submitted')],
    rows: rows.map(({ teamId, teamName, score, submissionDate }) => [
      teamId,
      teamName,
      score,
      time(submissionDate),
    ]),
    empty: l10n.t('Nothing is scored yet.'),
  });
  return page(competition, 'leaderboard', body);
}

function capitalized(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
